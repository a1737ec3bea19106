package org.beammedallion.io.progress;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A range of offsets of one partition of a topic that another pipeline has read, and keeps in its
 * bronze.
 *
 * @param number from 0, unique in its cycle
 * @param topic its name
 * @param topicId as of {@link KafkaShard}
 * @param partition of the topic, from 0
 * @param from first offset that is wanted; the file may begin before it
 * @param to offset behind the last
 * @param compacted as of {@link KafkaShard}
 * @param landedFile URI of the file in bronze; null where the range has no record
 * @param landedBytes size of the file
 * @param landedAt time of the cycle that has written it
 */
public record LandedShard(
    int number,
    String topic,
    String topicId,
    int partition,
    long from,
    long to,
    boolean compacted,
    @Nullable String landedFile,
    long landedBytes,
    Instant landedAt)
    implements Shard {

  /**
   * Of a range of the other pipeline's cycle.
   *
   * @param from first offset that is wanted
   * @param file that has its records; null where it has none
   * @param landedAt time of that cycle
   */
  public static LandedShard of(
      int number, KafkaShard range, long from, @Nullable BronzeShard file, Instant landedAt) {
    return new LandedShard(
        number,
        range.topic(),
        range.topicId(),
        range.partition(),
        from,
        range.to(),
        range.compacted(),
        file == null ? null : file.bronze(),
        file == null ? 0 : file.bytes(),
        landedAt);
  }

  /** The same range in the topic. */
  public KafkaShard ofTopic() {
    long offsets = Math.max(1, offsets());
    int recordBytes = (int) Math.min(Integer.MAX_VALUE, Math.max(1, landedBytes / offsets));
    return new KafkaShard(number, topic, topicId, partition, from, to, compacted, recordBytes);
  }

  @Override
  public String uri() {
    return KafkaShard.uri(topic, partition);
  }

  @Override
  public long storedBytes() {
    return landedBytes;
  }

  @Override
  public String end() {
    return new KafkaPosition(topicId, to).toString();
  }

  @Override
  public long offsets() {
    return to - from;
  }
}
