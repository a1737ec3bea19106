package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;

/**
 * Topics of Kafka as a source. A cycle's plan fixes a range of offsets of each partition, which
 * ends at the last stable offset where transactions count; so every attempt reads the same records.
 * What was taken is told by the lake, never by a consumer group.
 *
 * @param topics which are read
 * @param start where the first cycle begins
 * @param dataLoss what becomes of a cycle whose records are gone
 * @param maxRecords of one cycle, approximately; at least 1
 * @param maxRecordBytes a larger record becomes a dead letter
 */
public record KafkaSource(
    KafkaCluster cluster,
    KafkaTopics topics,
    KafkaStart start,
    DataLoss dataLoss,
    long maxRecords,
    int maxRecordBytes)
    implements Source {

  /** Text grows little when it is decoded, and keys and headers come in addition. */
  private static final int TEXT_RATIO = 2;

  @Override
  public KafkaSource onDataLoss(DataLoss other) {
    return new KafkaSource(cluster, topics, start, other, maxRecords, maxRecordBytes);
  }

  @Override
  public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
    return new KafkaPlanner(this, state, request).plan();
  }

  @Override
  public boolean isByPosition() {
    return true;
  }

  @Override
  public boolean isRepeatable(List<Shard> shards) {
    return shards.stream().noneMatch(shard -> ((KafkaShard) shard).compacted());
  }

  @Override
  public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
    return new KafkaRange(
        cluster, (KafkaShard) shard, dataLoss, maxRecordBytes, cluster.consumer());
  }

  @Override
  public Estimate estimate(Shard shard) {
    return new Estimate(shard.storedBytes(), shard.storedBytes() * TEXT_RATIO);
  }
}
