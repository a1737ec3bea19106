package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecordCollectorTest {

  @Test
  void keysAndHeadersCountInTheSizeOfABatch() {
    RecordCollector collector = new RecordCollector(Framing.of("kafka:t/0", 0));
    byte[] fields = new MessageFields(new byte[1000], List.of(), 5, true).encode();
    int added = 0;
    while (!collector.isFull()) {
      collector.addMessage(new byte[0], added, fields);
      added++;
    }
    assertThat(added, is(greaterThan(300)));
    assertThat(added, is(lessThan(500)));
    RawBatch batch = Objects.requireNonNull(collector.take());
    assertThat(batch.count(), is(added));
    assertThat(batch.fields(added - 1), is(fields));
    assertThat(collector.isFull(), is(false));
  }

  @Test
  void aTimeThatIsNoneIsLeftOut() {
    MessageFields fields = new MessageFields(null, List.of(), Long.MAX_VALUE, false);
    MessageFields decoded = MessageFields.decode(fields.encode());
    assertThat(decoded.brokerMillis(), is(-1L));
    assertThat(decoded.hasValue(), is(false));
    assertThat(decoded.key() == null, is(true));
  }
}
