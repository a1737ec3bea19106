package org.beammedallion.io.source.kafka;

import java.io.IOException;
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
  private final Map<String, String> positions = new TreeMap<>();

  /** What is new in a partition. */
  private record Fresh(TopicDescription topic, TopicPartition partition, long from, long to) {

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
  }

  SourcePlan plan() throws IOException {
    try (Admin admin = source.cluster().admin();
        Consumer<byte[], byte[]> consumer = source.cluster().consumer()) {
      TopicMetadata metadata = new TopicMetadata(source.cluster(), admin);
      Map<String, TopicDescription> topics = metadata.describe(source.topics());
      String missing = missing(topics);
      if (missing != null) {
        return nothing(missing);
      }
      warnOfTopicsThatAreGone(topics);
      List<Fresh> fresh = fresh(topics, consumer);
      long records = fresh.stream().mapToLong(Fresh::records).sum();
      if (records == 0) {
        return nothing(null);
      }
      int recordBytes = sample(consumer, fresh);
      long most =
          Math.max(1, Math.min(source.maxRecords(), request.limits().bytes() / recordBytes));
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
          .from(positions);
    } catch (KafkaException e) {
      throw source.cluster().failure(e);
    }
  }

  private SourcePlan nothing(@Nullable String missing) {
    return new SourcePlan(List.of(), false, 0, 0, 0, List.of(), missing, warnings).from(positions);
  }

  /** Why no cycle can be planned, or null. */
  private @Nullable String missing(Map<String, TopicDescription> topics) throws IOException {
    for (String name : source.topics().names()) {
      if (!topics.containsKey(name)) {
        return "Kafka at '"
            + source.cluster().bootstrap()
            + "' has no topic '"
            + name
            + "', or its user may not see it. Look at 'topic' in the contract's server; an empty topic is fine.";
      }
    }
    if (topics.isEmpty()) {
      return "Kafka at '"
          + source.cluster().bootstrap()
          + "' has no topic that matches "
          + source.topics()
          + ". Look at 'source.kafka.topics'.";
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

  private void warnOfTopicsThatAreGone(Map<String, TopicDescription> topics) {
    Set<String> gone = new TreeSet<>();
    for (String uri : state.positions().keySet()) {
      String topic = uri.substring(uri.indexOf(':') + 1, uri.lastIndexOf('/'));
      if (source.topics().include(topic) && !topics.containsKey(topic)) {
        gone.add(topic);
      }
    }
    for (String topic : gone) {
      warnings.add("Topic '" + topic + "', which earlier cycles have read, is not there any more.");
    }
  }

  private List<Fresh> fresh(Map<String, TopicDescription> topics, Consumer<byte[], byte[]> consumer)
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
        long from = from(topic, partition, offsets);
        if (from < most) {
          fresh.add(new Fresh(topic, partition, from, most));
        }
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
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> end) {
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
    return end;
  }

  private long from(TopicDescription topic, TopicPartition partition, Offsets offsets)
      throws IOException {
    String uri = KafkaShard.uri(topic.name(), partition.partition());
    String topicId = topic.topicId().toString();
    String text = state.positions().get(uri);
    if (text == null) {
      if (offsets.start() > offsets.first() || !(source.start() instanceof KafkaStart.Earliest)) {
        // Else the next plan would begin elsewhere, where this one has nothing to read.
        positions.put(uri, new KafkaPosition(topicId, offsets.start()).toString());
      }
      return offsets.start();
    }
    KafkaPosition position = KafkaPosition.of(text);
    if (!position.topicId().equals(topicId)) {
      warnings.add(
          "Topic '"
              + topic.name()
              + "' was deleted and created again; partition "
              + partition.partition()
              + " is read from its beginning.");
      return offsets.first();
    }
    if (position.offset() < offsets.first()) {
      warn(uri, LostOffsets.lost(source.dataLoss(), partition, position.offset(), offsets.first()));
      return offsets.first();
    }
    if (position.offset() > offsets.end()) {
      warn(uri, LostOffsets.lost(source.dataLoss(), partition, offsets.end(), position.offset()));
      return offsets.end();
    }
    return position.offset();
  }

  private void warn(String uri, String sentence) {
    warnings.add(uri + " " + sentence);
  }

  /** Mean size of the first records of the partition that has most. */
  private int sample(Consumer<byte[], byte[]> consumer, List<Fresh> fresh) {
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
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(SAMPLE)) {
      bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      count++;
    }
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
