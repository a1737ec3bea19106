package org.beammedallion.pipelines.jobs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.parquet.source.SourceRows;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.table.FileRules.EmptyText;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** How the rows of a cycle spread over partitions, by the beginning of some of its shards. */
final class PartitionSample {

  private static final int SHARDS = 8;

  private final Map<Integer, Long> rows = new TreeMap<>();

  private PartitionSample() {}

  static PartitionSample of(Cycle cycle, Landing landing) throws IOException {
    PipelineDefinition definition = cycle.definition();
    PartitionSample sample = new PartitionSample();
    if (definition.silver().partitionBy().isEmpty()) {
      return sample;
    }
    Partitioner partitioner =
        Partitioner.of(
            definition.silver().partitionBy(),
            RowLayout.of(definition.rowSchema()),
            EmptyText.NULL);
    List<Shard> shards = cycle.plan().shards();
    int step = Math.max(1, shards.size() / SHARDS);
    for (int i = 0; i < shards.size(); i += step) {
      sample.read(shards.get(i), definition, landing, partitioner);
    }
    return sample;
  }

  private void read(
      Shard shard, PipelineDefinition definition, Landing landing, Partitioner partitioner)
      throws IOException {
    try {
      RowBatch batch =
          Sources.isTyped(definition.source())
              ? firstRows(shard, definition)
              : firstRecords(shard, definition, landing);
      if (batch != null) {
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

  private static @Nullable RowBatch firstRows(Shard shard, PipelineDefinition definition)
      throws IOException {
    try (SourceRows rows = SourceRows.open(shard, Sources.typedDecoder(definition))) {
      return rows.next();
    }
  }

  private static @Nullable RowBatch firstRecords(
      Shard shard, PipelineDefinition definition, Landing landing) throws IOException {
    RawBatch raw = landing.first(shard);
    return raw == null ? null : Sources.decoder(definition).decode(raw);
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
