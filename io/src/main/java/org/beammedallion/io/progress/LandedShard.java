package org.beammedallion.io.progress;

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
 * @param landedFile URI of the file in bronze; null where the range has no record
 * @param landedBytes size of the file
 */
public record LandedShard(
    int number,
    String topic,
    String topicId,
    int partition,
    long from,
    long to,
    @Nullable String landedFile,
    long landedBytes)
    implements Shard {

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
