package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of a topic in bronze, in batches of every kind. */
class BronzeMessagesTest {

  private static final String SOURCE = "kafka:t/0";
  private static final int LIMIT = 100_000;

  @TempDir Path folder;

  private BronzeFile bronze() {
    return BronzeFile.of(
        new BronzeCycle(folder.toString(), 1, Instant.parse("2026-11-28T00:00:00Z")), 0, SOURCE);
  }

  private static RecordCollector collector() {
    return new RecordCollector(Framing.of(SOURCE, 0).withMaxRecordBytes(LIMIT));
  }

  private static byte[] key(int number) {
    return ("k" + number).getBytes(StandardCharsets.UTF_8);
  }

  /** The beginnings of some large messages fill a batch, in which no message is whole. */
  @Test
  void aBatchMayBeginWithNothingButMessagesThatAreTooLarge() throws Exception {
    RecordCollector collector = collector();
    List<RawBatch> batches = new ArrayList<>();
    int large = 0;
    for (int i = 0; batches.size() < 2; i++) {
      boolean isLarge = batches.isEmpty();
      large += isLarge ? 1 : 0;
      byte[] value = new byte[isLarge ? LIMIT + 1 : 1000];
      collector.addMessage(
          ByteBuffer.wrap(value), i, new MessageFields(key(i), List.of(), 1000 + i, true));
      if (collector.isFull()) {
        batches.add(Objects.requireNonNull(collector.take()));
      }
    }
    assertThat("no message of the first batch is whole", batches.get(0).count(), is(0));
    BronzeFile bronze = bronze();
    for (RawBatch batch : batches) {
      bronze.write(batch);
    }
    bronze.close();
    try (BronzeRecords records = BronzeRecords.open(Objects.requireNonNull(bronze.uri()))) {
      for (int i = 0; i < large; i++) {
        assertThat(records.next(), is(true));
        assertThat(records.length(), is(LIMIT + 1L));
      }
      for (int i = large; i < large + batches.get(1).count(); i++) {
        assertThat(records.next(), is(true));
        assertThat(records.position(), is((long) i));
        MessageFields fields = Objects.requireNonNull(records.fields());
        assertThat(fields.key(), is(key(i)));
        assertThat(fields.brokerMillis(), is(1000L + i));
      }
      assertThat(records.next(), is(false));
    }
  }

  @Test
  void messagesDoNotMixWithOtherRecords() throws Exception {
    RecordCollector messages = collector();
    messages.addMessage(ByteBuffer.wrap(key(1)), 1, MessageFields.NONE);
    RecordCollector records = collector();
    records.add(key(2), 0, 2, 2);
    BronzeFile bronze = bronze();
    bronze.write(Objects.requireNonNull(messages.take()));
    RawBatch other = Objects.requireNonNull(records.take());
    assertThrows(IllegalStateException.class, () -> bronze.write(other));
    bronze.abort();
  }
}
