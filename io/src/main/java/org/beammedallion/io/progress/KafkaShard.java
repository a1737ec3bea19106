package org.beammedallion.io.progress;

/**
 * A range of offsets of one partition of a topic of Kafka. Not every offset in it has a record:
 * transactions leave markers, aborted ones are left out, and compaction removes records.
 *
 * @param number from 0, unique in its cycle
 * @param topic its name
 * @param topicId what Kafka has given the topic when it was created; another topic of the same name
 *     has another
 * @param partition of the topic, from 0
 * @param from first offset
 * @param to offset behind the last
 * @param compacted whether records in the range may go before their retention is over, so that the
 *     range is not the same whenever it is read
 * @param recordBytes mean size of a record, as sampled when the range was planned
 */
public record KafkaShard(
    int number,
    String topic,
    String topicId,
    int partition,
    long from,
    long to,
    boolean compacted,
    int recordBytes)
    implements Shard {

  /** What a partition is called in plans, bronze, silver and dead letters. */
  public static String uri(String topic, int partition) {
    return "kafka:" + topic + "/" + partition;
  }

  /** The topic that {@link #uri(String, int)} was made of. */
  public static String topicOf(String uri) {
    return uri.substring(uri.indexOf(':') + 1, uri.lastIndexOf('/'));
  }

  /** The partition that {@link #uri(String, int)} was made of. */
  public static int partitionOf(String uri) {
    return Integer.parseInt(uri.substring(uri.lastIndexOf('/') + 1));
  }

  /** The same partition from a later offset on, under another number. */
  public KafkaShard beginningAt(long later, int other) {
    return new KafkaShard(other, topic, topicId, partition, later, to, compacted, recordBytes);
  }

  @Override
  public String uri() {
    return uri(topic, partition);
  }

  @Override
  public long storedBytes() {
    return (to - from) * recordBytes;
  }

  @Override
  public long offsets() {
    return to - from;
  }

  @Override
  public String end() {
    return new KafkaPosition(topicId, to).toString();
  }
}
