package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.LandedShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;

/**
 * Topics of Kafka as a source. A cycle's plan fixes a range of offsets of each partition, which
 * ends at the last stable offset where transactions count; so every attempt reads the same records.
 * What was taken is told by the lake, never by a consumer group; one may be told of it.
 *
 * @param topics which are read
 * @param start where the first cycle begins
 * @param dataLoss what becomes of a cycle whose records are gone
 * @param maxRecords of one cycle, approximately; at least 1
 * @param maxRecordBytes a larger record becomes a dead letter
 * @param gone ids of topics that are not there any more, and whose shards give nothing
 * @param group consumer group to which offsets are committed for others to see; null for none
 */
public record KafkaSource(
    KafkaCluster cluster,
    KafkaTopics topics,
    KafkaStart start,
    DataLoss dataLoss,
    long maxRecords,
    int maxRecordBytes,
    Set<String> gone,
    @Nullable String group)
    implements Source {

  /** Text grows little when it is decoded, and keys and headers come in addition. */
  private static final int TEXT_RATIO = 2;

  public KafkaSource {
    gone = Set.copyOf(gone);
  }

  /** Whose topics are all there. */
  public KafkaSource(
      KafkaCluster cluster,
      KafkaTopics topics,
      KafkaStart start,
      DataLoss dataLoss,
      long maxRecords,
      int maxRecordBytes) {
    this(cluster, topics, start, dataLoss, maxRecords, maxRecordBytes, Set.of(), null);
  }

  /** The same, which commits offsets to a consumer group after each cycle, for others to see. */
  public KafkaSource committingTo(@Nullable String name) {
    return new KafkaSource(
        cluster, topics, start, dataLoss, maxRecords, maxRecordBytes, gone, name);
  }

  @Override
  public KafkaSource onDataLoss(DataLoss other) {
    return new KafkaSource(cluster, topics, start, other, maxRecords, maxRecordBytes, gone, group);
  }

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    return new KafkaPlanner(this, state, request).plan();
  }

  @Override
  public Backlog backlog(SourceState state, PlanRequest request) throws IOException {
    return new KafkaLag(onDataLoss(DataLoss.CONTINUE), state, request).backlog();
  }

  @Override
  public @Nullable String tell(Map<String, String> positions) {
    return group == null ? null : new GroupOffsets(cluster, group).commit(positions);
  }

  @Override
  public boolean isByPosition() {
    return true;
  }

  @Override
  public boolean isRepeatable(List<Shard> shards) {
    return !mayChange(shards);
  }

  /** Whether some of them may give other records when they are read again from their topics. */
  static boolean mayChange(List<Shard> shards) {
    return shards.stream()
        .map(KafkaSource::range)
        .anyMatch(range -> range != null && range.compacted());
  }

  /** Also of a range that was to be read from the bronze of another pipeline. */
  @Override
  public boolean made(Shard shard) {
    return range(shard) != null;
  }

  /** The range of a topic that a shard is; null of another. */
  private static @Nullable KafkaShard range(Shard shard) {
    if (shard instanceof LandedShard landed) {
      return landed.range();
    }
    return shard instanceof KafkaShard range ? range : null;
  }

  /** A topic that was created again has the offsets of the old one, and other records. */
  @Override
  public KafkaSource beforeReading(List<Shard> shards) throws IOException {
    Map<String, String> ids = new HashMap<>();
    for (Shard shard : shards) {
      KafkaShard range = Objects.requireNonNull(range(shard));
      ids.put(range.topicId(), range.topic());
    }
    if (ids.isEmpty()) {
      return this;
    }
    Set<String> missing = new TreeSet<>(ids.keySet());
    try (KeptClients.Lent<Admin> admin = cluster.admin()) {
      KafkaTopics planned = new KafkaTopics(List.copyOf(new TreeSet<>(ids.values())), null);
      TopicMetadata metadata = new TopicMetadata(cluster, admin.client());
      for (TopicDescription topic : metadata.describe(planned).values()) {
        missing.remove(topic.topicId().toString());
      }
      admin.keep();
    }
    if (!missing.isEmpty() && dataLoss == DataLoss.FAIL) {
      throw new StorageException(
          "Topic '"
              + ids.get(missing.iterator().next())
              + "' was deleted since this cycle was planned, perhaps created again under its name. The records that the"
              + " cycle was to read are lost. To complete it without them, run once with --onDataLoss=continue.",
          null);
    }
    return new KafkaSource(
        cluster, topics, start, dataLoss, maxRecords, maxRecordBytes, missing, group);
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    KafkaShard range = Objects.requireNonNull(range(shard));
    if (gone.contains(range.topicId())) {
      return new LostRange(range);
    }
    return new KafkaRange(cluster, range, dataLoss, maxRecordBytes);
  }

  @Override
  public Estimate estimate(Shard shard) {
    // A range that another pipeline has landed is read whole here.
    long bytes = shard instanceof LandedShard landed ? landed.landedBytes() : shard.storedBytes();
    return new Estimate(bytes, bytes * TEXT_RATIO);
  }
}
