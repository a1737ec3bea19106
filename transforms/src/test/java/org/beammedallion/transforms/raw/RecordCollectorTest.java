package org.beammedallion.transforms.raw;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecordCollectorTest {

  @Test
  void keysAndHeadersCountInTheSizeOfABatch() {
    RecordCollector collector = new RecordCollector(Framing.of("kafka:t/0", 0));
    MessageFields fields = new MessageFields(new byte[1000], List.of(), 5, true);
    int added = 0;
    while (!collector.isFull()) {
      collector.addMessage(ByteBuffer.allocate(0), added, fields);
      added++;
    }
    assertThat(added, is(greaterThan(300)));
    assertThat(added, is(lessThan(500)));
    RawBatch batch = Objects.requireNonNull(collector.take());
    assertThat(batch.count(), is(added));
    assertThat(batch.message(added - 1).key(), is(fields.key()));
    assertThat(collector.isFull(), is(false));
  }

  @Test
  void aTimeThatIsNoneIsLeftOut() {
    MessageFields fields = new MessageFields(null, List.of(), Long.MAX_VALUE, false);
    MessageFields decoded = PackedFields.of(fields).get(0);
    assertThat(decoded.brokerMillis(), is(-1L));
    assertThat(decoded.hasValue(), is(false));
    assertThat(decoded.key() == null, is(true));
  }
}
