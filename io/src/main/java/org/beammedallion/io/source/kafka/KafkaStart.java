package org.beammedallion.io.source.kafka;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/**
 * Where the first cycle of a pipeline begins in each partition. Partitions that are added later are
 * read from their beginning.
 */
public sealed interface KafkaStart extends Serializable {

  /** At the oldest record. */
  record Earliest() implements KafkaStart {}

  /** Behind the newest record of when the first cycle is planned. */
  record Latest() implements KafkaStart {}

  /**
   * At the first record whose timestamp is not before a time.
   *
   * @param time in milliseconds, as Kafka has it
   */
  record At(Instant time) implements KafkaStart {}

  /**
   * At offsets.
   *
   * @param byPartition by topic, slash and number of the partition; others begin at the oldest
   *     record
   */
  record Offsets(Map<String, Long> byPartition) implements KafkaStart {
    public Offsets {
      byPartition = Map.copyOf(byPartition);
    }
  }
}
