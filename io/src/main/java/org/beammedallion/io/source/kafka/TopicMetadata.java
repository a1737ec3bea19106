package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a cluster tells of the topics that are read. */
final class TopicMetadata {

  private final KafkaCluster cluster;
  private final Admin admin;

  TopicMetadata(KafkaCluster cluster, Admin admin) {
    this.cluster = cluster;
    this.admin = admin;
  }

  /** Those that are read and are there, by name. */
  Map<String, TopicDescription> describe(KafkaTopics read) throws IOException {
    Set<String> names = new TreeSet<>(read.names());
    if (read.pattern() != null) {
      try {
        cluster.await(admin.listTopics().names()).stream()
            .filter(read::include)
            .forEach(names::add);
      } catch (ExecutionException e) {
        throw failure(e);
      }
    }
    Map<String, TopicDescription> topics = new TreeMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer :
        admin.describeTopics(names).topicNameValues().entrySet()) {
      try {
        topics.put(answer.getKey(), cluster.await(answer.getValue()));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failure(e);
        }
      }
    }
    return topics;
  }

  private IOException failure(ExecutionException e) {
    return e.getCause() instanceof KafkaException cause
        ? cluster.failure(cause)
        : new IOException(e.getCause());
  }

  /**
   * The offset behind the last record of a partition, also where its transaction is open. Who has
   * read uncommitted records may have read further than the last stable offset.
   */
  long highWatermark(TopicPartition partition) throws IOException {
    return highWatermarks(Set.of(partition)).getOrDefault(partition, 0L);
  }

  /** The same of several partitions. */
  Map<TopicPartition, Long> highWatermarks(Collection<TopicPartition> partitions)
      throws IOException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      cluster
          .await(admin.listOffsets(asked).all())
          .forEach((partition, answer) -> offsets.put(partition, answer.offset()));
      return offsets;
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /**
   * The transaction that has kept a partition's last stable offset where it is, in words, as far as
   * the cluster tells.
   */
  String openTransaction(TopicPartition partition) throws IOException {
    try {
      return cluster
          .await(admin.describeProducers(Set.of(partition)).partitionResult(partition))
          .activeProducers()
          .stream()
          .filter(producer -> producer.currentTransactionStartOffset().isPresent())
          .min(
              Comparator.comparingLong(
                  producer -> producer.currentTransactionStartOffset().orElse(Long.MAX_VALUE)))
          .map(
              producer ->
                  "an open transaction of producer "
                      + producer.producerId()
                      + ", whose last message has the time "
                      + Instant.ofEpochMilli(producer.lastTimestamp()))
          .orElse("an open transaction");
    } catch (ExecutionException e) {
      // The user may not be allowed to see producers.
      return "an open transaction";
    }
  }

  /**
   * Topics whose records may go before their retention is over; also those whose settings may not
   * be seen.
   */
  Set<String> compacted(Set<String> topics) throws IOException {
    Set<ConfigResource> resources = new HashSet<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Set<String> compacted = new TreeSet<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer :
        admin.describeConfigs(resources).values().entrySet()) {
      try {
        ConfigEntry policy =
            cluster.await(answer.getValue()).get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy == null || policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
          compacted.add(answer.getKey().name());
        }
      } catch (ExecutionException e) {
        compacted.add(answer.getKey().name());
      }
    }
    return compacted;
  }
}
