package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.beammedallion.io.progress.KafkaPosition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.SourcePlan;
import org.jspecify.annotations.Nullable;

/** Finds out which offsets of which partitions the next cycle takes. For one plan. */
final class KafkaPlanner {

  /** For the mean size of a record. */
  private static final Duration SAMPLE = Duration.ofSeconds(5);

  private static final int USUAL_RECORD_BYTES = 512;

  private final KafkaSource source;
  private final SourceState state;
  private final PlanRequest request;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final Map<String, String> positions;

  /** What is new in a partition. */
  record Fresh(TopicDescription topic, TopicPartition partition, long from, long to) {

    long records() {
      return to - from;
    }

    Fresh first(long records) {
      return new Fresh(topic, partition, from, Math.min(to, from + records));
    }
  }

  KafkaPlanner(KafkaSource source, SourceState state, PlanRequest request) {
    this.source = source;
    this.state = state;
    this.request = request;
    this.positions = new TreeMap<>(state.positions());
  }

  SourcePlan plan() throws IOException {
    try (KeptClients.Lent<Admin> admin = source.cluster().admin();
        KeptClients.Lent<Consumer<ByteBuffer, ByteBuffer>> consumer = source.cluster().consumer()) {
      SourcePlan plan =
          plan(new TopicMetadata(source.cluster(), admin.client()), consumer.client());
      admin.keep();
      consumer.keep();
      return plan;
    } catch (KafkaException e) {
      throw source.cluster().failure(e);
    }
  }

  private SourcePlan plan(TopicMetadata metadata, Consumer<ByteBuffer, ByteBuffer> consumer)
      throws IOException {
    Map<String, TopicDescription> topics = metadata.describe(source.topics());
    String missing = missing(topics);
    if (missing != null) {
      return nothing(missing);
    }
    warnOfTopicsThatAreGone(topics);
    List<Fresh> fresh =
        partitions(topics, consumer, metadata).stream().filter(each -> each.records() > 0).toList();
    long records = fresh.stream().mapToLong(Fresh::records).sum();
    if (records == 0) {
      return nothing(null);
    }
    int recordBytes = sample(consumer, fresh);
    long most = Math.max(1, Math.min(source.maxRecords(), request.limits().bytes() / recordBytes));
    List<Shard> shards =
        shards(first(fresh, records, most), recordBytes, metadata.compacted(topics.keySet()));
    return new SourcePlan(
            shards,
            records > most,
            records,
            records,
            records * recordBytes,
            List.of(),
            null,
            warnings)
        .from(positions, lost);
  }

  /** What a person should look at, of all that was asked so far. */
  List<String> sentences() {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(lost);
    return all;
  }

  private SourcePlan nothing(@Nullable String missing) {
    if (missing != null) {
      warnings.add(missing + " A run would fail.");
    }
    // Before the first record of a topic, its beginning need not be written down.
    boolean isBefore = state.positions().isEmpty() && source.start() instanceof KafkaStart.Earliest;
    return new SourcePlan(List.of(), false, 0, 0, 0, List.of(), missing, warnings)
        .from(isBefore ? Map.of() : positions, lost);
  }

  /** Why no cycle can be planned, or null. */
  @Nullable String missing(Map<String, TopicDescription> topics) throws IOException {
    for (String name : source.topics().names()) {
      if (!topics.containsKey(name)) {
        return "Kafka at '"
            + source.cluster().bootstrap()
            + "' has no topic '"
            + name
            + "', or its user may not see it. Look at 'source.kafka.topics', or else at the 'physicalName' of the contract's schema; an empty topic is fine.";
      }
    }
    if (topics.isEmpty()) {
      return "Kafka at '"
          + source.cluster().bootstrap()
          + "' has no topic that matches "
          + source.topics()
          + ". Look at 'source.kafka.topicPattern'.";
    }
    for (TopicDescription topic : topics.values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        String text = state.positions().get(KafkaShard.uri(topic.name(), partition.partition()));
        if (text != null
            && !KafkaPosition.of(text).topicId().equals(topic.topicId().toString())
            && source.dataLoss() == DataLoss.FAIL) {
          return "Topic '"
              + topic.name()
              + "' was deleted and created again since the last cycle: what the old one had behind offset "
              + KafkaPosition.of(text).offset()
              + " of partition "
              + partition.partition()
              + " is lost, and offsets of the new one begin from 0. To read the new topic from its beginning, run once with"
              + " --onDataLoss=continue.";
        }
      }
    }
    return null;
  }

  void warnOfTopicsThatAreGone(Map<String, TopicDescription> topics) {
    Set<String> gone = new TreeSet<>();
    for (String uri : state.positions().keySet()) {
      String topic = KafkaShard.topicOf(uri);
      if (source.topics().include(topic) && !topics.containsKey(topic)) {
        gone.add(topic);
      }
    }
    for (String topic : gone) {
      warnings.add("Topic '" + topic + "', which earlier cycles have read, is not there any more.");
    }
  }

  /** What is new in each partition, which may be nothing; less where it was read uncommitted. */
  List<Fresh> partitions(
      Map<String, TopicDescription> topics,
      Consumer<ByteBuffer, ByteBuffer> consumer,
      TopicMetadata metadata)
      throws IOException {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription topic : topics.values()) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        partitions.add(new TopicPartition(topic.name(), partition.partition()));
      }
    }
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> start = start(consumer, partitions, first, end);
    List<Fresh> fresh = new ArrayList<>();
    for (TopicDescription topic : topics.values()) {
      for (TopicPartitionInfo info : topic.partitions()) {
        TopicPartition partition = new TopicPartition(topic.name(), info.partition());
        long least = first.getOrDefault(partition, 0L);
        long most = end.getOrDefault(partition, least);
        Offsets offsets = new Offsets(least, most, start.getOrDefault(partition, least));
        fresh.add(new Fresh(topic, partition, from(topic, partition, offsets, metadata), most));
      }
    }
    return fresh;
  }

  /**
   * Of a partition.
   *
   * @param first that is still there
   * @param end behind the last that may be read
   * @param start of a partition that no cycle has read
   */
  private record Offsets(long first, long end, long start) {}

  /** Where partitions begin that no cycle has read. */
  private Map<TopicPartition, Long> start(
      Consumer<ByteBuffer, ByteBuffer> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> end)
      throws IOException {
    if (!state.positions().isEmpty() || source.start() instanceof KafkaStart.Earliest) {
      return first;
    } else if (source.start() instanceof KafkaStart.At at) {
      Map<TopicPartition, Long> times = new HashMap<>();
      partitions.forEach(partition -> times.put(partition, at.time().toEpochMilli()));
      Map<TopicPartition, Long> start = new HashMap<>(end);
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
      found.forEach(
          (partition, offset) -> {
            if (offset != null) {
              start.put(partition, offset.offset());
            }
          });
      return start;
    }
    return source.start() instanceof KafkaStart.Offsets offsets
        ? StartOffsets.of(offsets, first, end)
        : end;
  }

  private long from(
      TopicDescription topic, TopicPartition partition, Offsets offsets, TopicMetadata metadata)
      throws IOException {
    String uri = KafkaShard.uri(topic.name(), partition.partition());
    long from = from(topic, partition, offsets, metadata, positions.get(uri));
    positions.put(uri, new KafkaPosition(topic.topicId().toString(), from).toString());
    return from;
  }

  private long from(
      TopicDescription topic,
      TopicPartition partition,
      Offsets offsets,
      TopicMetadata metadata,
      @Nullable String text)
      throws IOException {
    if (text == null) {
      return offsets.start();
    }
    KafkaPosition position = KafkaPosition.of(text);
    if (!position.topicId().equals(topic.topicId().toString())) {
      forget(topic, position.topicId());
      return offsets.first();
    } else if (position.offset() < offsets.first()) {
      lose(partition, position.offset(), offsets.first());
      return offsets.first();
    } else if (position.offset() > offsets.end()
        && position.offset() > metadata.highWatermark(partition)) {
      lose(partition, offsets.end(), position.offset());
      return offsets.end();
    }
    return position.offset();
  }

  /** Another topic had the name. */
  private void forget(TopicDescription topic, String topicId) {
    if (positions.values().removeIf(each -> KafkaPosition.of(each).topicId().equals(topicId))) {
      lost.add(
          "Topic '"
              + topic.name()
              + "' was deleted and created again: it is read from its beginning, and what the old one had that no cycle"
              + " has read is lost.");
    }
  }

  private void lose(TopicPartition partition, long from, long to) throws IOException {
    lost.add(
        KafkaShard.uri(partition.topic(), partition.partition())
            + " "
            + LostOffsets.lost(source.dataLoss(), partition, from, to));
  }

  /** Mean size of the first records of the partition that has most. */
  private int sample(Consumer<ByteBuffer, ByteBuffer> consumer, List<Fresh> fresh) {
    Fresh largest = fresh.get(0);
    for (Fresh each : fresh) {
      if (each.records() > largest.records()) {
        largest = each;
      }
    }
    consumer.assign(List.of(largest.partition()));
    consumer.seek(largest.partition(), largest.from());
    long bytes = 0;
    long count = 0;
    for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(SAMPLE)) {
      bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      count++;
    }
    consumer.unsubscribe();
    return count == 0
        ? USUAL_RECORD_BYTES
        : (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / count));
  }

  /** Each partition gives the same share of what is new in it. */
  private static List<Fresh> first(List<Fresh> fresh, long records, long most) {
    if (records <= most) {
      return fresh;
    }
    double share = (double) most / records;
    return fresh.stream()
        .map(each -> each.first(Math.max(1, (long) (each.records() * share))))
        .toList();
  }

  /** Large ranges are cut, so that the parts of one partition are read side by side. */
  private List<Shard> shards(List<Fresh> ranges, int recordBytes, Set<String> compacted) {
    long bytes = ranges.stream().mapToLong(Fresh::records).sum() * recordBytes;
    long each = Math.max(1, request.shardBytes(bytes) / recordBytes);
    List<Shard> shards = new ArrayList<>();
    for (Fresh range : ranges) {
      long parts = Math.max(1, Math.round((double) range.records() / each));
      for (long part = 0; part < parts; part++) {
        shards.add(
            new KafkaShard(
                shards.size(),
                range.topic().name(),
                range.topic().topicId().toString(),
                range.partition().partition(),
                range.from() + range.records() * part / parts,
                range.from() + range.records() * (part + 1) / parts,
                compacted.contains(range.topic().name()),
                recordBytes));
      }
    }
    return shards;
  }
}
