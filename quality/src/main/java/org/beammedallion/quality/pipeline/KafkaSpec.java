package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Topics of a cluster of Kafka.
 *
 * @param host hosts and ports of brokers, with commas
 * @param topics their names; empty where a pattern tells
 * @param topicPattern regular expression that whole names match; null where names tell
 * @param start where the first cycle begins
 * @param isolation which records of transactions are read
 * @param maxRecords of one cycle, approximately
 * @param group consumer group to which offsets are committed after each cycle, for others to see;
 *     null for none
 * @param properties of Kafka's clients, whose secrets are references
 * @param landedBy pipeline of the same lake that reads the topics, so that this one reads what that
 *     one keeps; null where this one reads them itself
 * @param messages which belong to the pipeline
 * @param payload where the schemas of its messages are
 */
public record KafkaSpec(
    String host,
    List<String> topics,
    @Nullable String topicPattern,
    Start start,
    Isolation isolation,
    long maxRecords,
    @Nullable String group,
    Map<String, String> properties,
    @Nullable String landedBy,
    MessageSpec messages,
    PayloadSpec payload)
    implements SourceSpec.Place {

  /** Which records of transactions are read. */
  public enum Isolation {
    /** Those of transactions that were committed, and no further than the first open one. */
    READ_COMMITTED,
    /** All. */
    READ_UNCOMMITTED
  }

  /** Where the first cycle begins in each partition. */
  public sealed interface Start extends Serializable {
    /** At the oldest record. */
    record Earliest() implements Start {}

    /** Behind the newest record. */
    record Latest() implements Start {}

    /** At the first record that is not older. */
    record At(Instant time) implements Start {}

    /**
     * At offsets.
     *
     * @param byPartition by topic, slash and number of the partition; others begin at the oldest
     *     record
     */
    record Offsets(Map<String, Long> byPartition) implements Start {
      public Offsets {
        byPartition = Map.copyOf(byPartition);
      }
    }
  }

  public KafkaSpec {
    topics = List.copyOf(topics);
    properties = Map.copyOf(properties);
  }

  /** The same topics, whose messages have their schemas there. */
  KafkaSpec with(PayloadSpec schemas) {
    return new KafkaSpec(
        host,
        topics,
        topicPattern,
        start,
        isolation,
        maxRecords,
        group,
        properties,
        landedBy,
        messages,
        schemas);
  }

  @Override
  public String where() {
    String pattern = topicPattern;
    return "topics "
        + (pattern == null ? String.join(", ", topics) : "like " + pattern)
        + (landedBy == null ? " of " + host : ", landed by pipeline " + landedBy);
  }
}
