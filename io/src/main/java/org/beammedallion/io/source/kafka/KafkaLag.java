package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.kafka.KafkaPlanner.Fresh;
import org.beammedallion.io.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * How far cycles are behind each partition, in offsets and in time. The time is that of the message
 * at the position, which is read; that takes a few seconds at most.
 */
final class KafkaLag {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final KafkaSource source;
  private final KafkaPlanner planner;

  /**
   * @param source that goes on where records are gone
   */
  KafkaLag(KafkaSource source, SourceState state, PlanRequest request) {
    this.source = source;
    this.planner = new KafkaPlanner(source, state, request);
  }

  Backlog backlog() throws IOException {
    KafkaCluster cluster = source.cluster();
    try (KeptClients.Lent<Admin> admin = cluster.admin();
        Consumer<ByteBuffer, ByteBuffer> consumer = cluster.consumerOfFewRecords()) {
      TopicMetadata metadata = new TopicMetadata(cluster, admin.client());
      Map<String, TopicDescription> topics = metadata.describe(source.topics());
      String missing = planner.missing(topics);
      if (missing != null) {
        throw new StorageException(missing, null);
      }
      planner.warnOfTopicsThatAreGone(topics);
      // Before the last stable offsets: what comes in between is no transaction that is open.
      Map<TopicPartition, Long> highest = metadata.highWatermarks(partitions(topics));
      List<Fresh> partitions = planner.partitions(topics, consumer, metadata);
      Map<TopicPartition, Instant> oldest = oldest(consumer, partitions);
      List<Backlog.Part> parts = new ArrayList<>();
      for (Fresh each : partitions) {
        TopicPartition partition = each.partition();
        long held = Math.max(0, highest.getOrDefault(partition, 0L) - each.to());
        parts.add(
            new Backlog.Part(
                KafkaShard.uri(partition.topic(), partition.partition()),
                each.from(),
                each.to(),
                oldest.get(partition),
                held,
                held == 0 ? null : metadata.openTransaction(partition)));
      }
      return Backlog.of(parts, planner.sentences());
    } catch (KafkaException e) {
      throw cluster.failure(e);
    }
  }

  private static List<TopicPartition> partitions(Map<String, TopicDescription> topics) {
    List<TopicPartition> all = new ArrayList<>();
    topics
        .values()
        .forEach(
            topic ->
                topic
                    .partitions()
                    .forEach(info -> all.add(new TopicPartition(topic.name(), info.partition()))));
    return all;
  }

  /** Of the first message of each partition that has a new one, and gives it in time. */
  private static Map<TopicPartition, Instant> oldest(
      Consumer<ByteBuffer, ByteBuffer> consumer, List<Fresh> partitions) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Fresh each : partitions) {
      if (each.records() > 0) {
        ends.put(each.partition(), each.to());
      }
    }
    consumer.assign(ends.keySet());
    partitions.stream()
        .filter(each -> ends.containsKey(each.partition()))
        .forEach(each -> consumer.seek(each.partition(), each.from()));
    Map<TopicPartition, Instant> oldest = new HashMap<>();
    Set<TopicPartition> waiting = new HashSet<>(ends.keySet());
    long begin = System.nanoTime();
    while (!waiting.isEmpty() && System.nanoTime() - begin < LONGEST.toNanos()) {
      try {
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          Instant time = time(record);
          if (waiting.remove(partition) && time != null) {
            oldest.put(partition, time);
          }
        }
      } catch (OffsetOutOfRangeException e) {
        // Deleted meanwhile: the next look finds another beginning.
        waiting.removeAll(e.partitions());
      }
      // What is left are markers and aborted messages.
      waiting.removeIf(
          partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
      consumer.assign(waiting);
    }
    return oldest;
  }

  private static @Nullable Instant time(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp());
  }
}
