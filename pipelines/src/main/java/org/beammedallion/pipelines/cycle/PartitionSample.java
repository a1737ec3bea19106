package org.beammedallion.pipelines.cycle;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.decode.RecordDecoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;

/** How the rows of a cycle spread over partitions, by the beginning of some of its shards. */
final class PartitionSample {

  private static final int SHARDS = 8;
  private static final int BYTES = 256 << 10;

  private final Map<Integer, Long> rows = new TreeMap<>();

  private PartitionSample() {}

  static PartitionSample of(PipelineDefinition definition, CyclePlan plan) throws IOException {
    PartitionSample sample = new PartitionSample();
    if (definition.silver().partitionBy().isEmpty()) {
      return sample;
    }
    Partitioner partitioner =
        Partitioner.of(
            Tables.partitions(definition), RowLayout.of(definition.rowSchema()), EmptyText.NULL);
    RecordDecoder decoder = Sources.decoder(definition);
    List<FileShard> shards = plan.shards();
    int step = Math.max(1, shards.size() / SHARDS);
    for (int i = 0; i < shards.size(); i += step) {
      sample.read(beginning(shards.get(i)), definition, decoder, partitioner);
    }
    return sample;
  }

  private static FileShard beginning(FileShard shard) {
    long end = Math.min(shard.to(), shard.from() + BYTES);
    return new FileShard(
        shard.number(), shard.uri(), shard.size(), shard.modified(), shard.from(), end);
  }

  private void read(
      FileShard shard,
      PipelineDefinition definition,
      RecordDecoder decoder,
      Partitioner partitioner)
      throws IOException {
    try (RawBatches batches = Sources.format(definition.source()).open(shard)) {
      RawBatch raw = batches.next();
      if (raw != null) {
        RowBatch batch = decoder.decode(raw);
        byte[] bytes = batch.bytes();
        for (int header = 0; header < batch.length(); header = RowBatch.next(bytes, header)) {
          if (!RowBatch.isDelete(bytes, header)) {
            rows.merge(partitioner.numberOf(bytes, header + RowBatch.HEADER), 1L, Long::sum);
          }
        }
      }
    } catch (FileNotFoundException | RefusedFileException e) {
      // The cycle itself reports it; the sample does without.
      return;
    }
  }

  /**
   * As many partitions of equal size would spread rows as evenly (inverse Simpson index); at least
   * one.
   */
  double effectivePartitions() {
    double total = rows.values().stream().mapToLong(Long::longValue).sum();
    double squares =
        rows.values().stream().mapToDouble(count -> count / total * (count / total)).sum();
    return squares == 0 ? 1 : 1 / squares;
  }
}
