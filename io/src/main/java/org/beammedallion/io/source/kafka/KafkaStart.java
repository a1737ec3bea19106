package org.beammedallion.io.source.kafka;

import java.io.Serializable;
import java.time.Instant;

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
}
