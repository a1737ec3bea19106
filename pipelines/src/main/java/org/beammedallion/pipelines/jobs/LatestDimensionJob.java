package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.star.UpdateDimension;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.DimensionPlan;

/**
 * A dimension without history (type 1). Where a key has one row in silver, the files of silver that
 * came and went tell which rows of the dimension differ; otherwise it is made as a whole of silver.
 */
final class LatestDimensionJob extends DimensionJob {

  LatestDimensionJob(
      PipelineDefinition definition, LakeLayout lake, DimensionSpec spec, Table silver) {
    super(definition, lake, spec, definition.silver().table(), silver);
  }

  @Override
  KnownVersion sourceNow(Cycle cycle) throws IOException {
    return KnownVersion.of(source(), cycle.silverNow(source()));
  }

  private boolean hasOneRowOfAKey() {
    return definition().silver().write() == WriteMode.UPSERT
        && new HashSet<>(spec().key()).equals(new HashSet<>(keyNames()));
  }

  private List<String> keyNames() {
    RecordSchema rows = definition().rowSchema();
    return Arrays.stream(definition().keyFieldIndexes())
        .mapToObj(field -> rows.fields().get(field).name())
        .toList();
  }

  @Override
  Staged update(Cycle cycle, TableSnapshot read, int round, KnownVersion earlier, KnownVersion now)
      throws IOException {
    KnownVersion gone = earlier.without(now);
    KnownVersion come = now.without(earlier);
    if (gone.files().isEmpty() && come.files().isEmpty()) {
      return nothing(read, round, now);
    }
    if (!hasOneRowOfAKey() || !gone.isReadable()) {
      return makeWhole(cycle, read, round, now);
    }
    DimensionPlan plan = plan();
    RowKey key = key();
    KeyRanges ranges = KeyRanges.of(key, read.files(), Math.max(0, rows(now) - read.rows()));
    String resultUri = cycle.result(name(), round);
    StageResult result =
        run(
                cycle,
                resultUri,
                Work.of(gone.files()).plus(come.files()).plus(read.files()),
                UpdateDimension.of(
                    new UpdateDimension.Settings(
                        plan,
                        key,
                        ranges,
                        source().uri(),
                        gone.filesForWorkers(),
                        come.filesForWorkers(),
                        cycle.target(table()),
                        resultUri)))
            .withRemoved(ranges.spread().stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    return staged(read, round, now, result, false);
  }

  private static long rows(KnownVersion version) {
    return version.files().stream().mapToLong(DataFile::liveRows).sum();
  }

  /** The key of the dimension's own rows. */
  private RowKey key() {
    RecordSchema rows = spec().schema();
    int[] fields = spec().key().stream().mapToInt(rows::indexOf).toArray();
    return RowKey.of(RowLayout.of(rows), fields, -1);
  }

  @Override
  DimensionPlan plan() {
    return plan(definition().rowSchema(), null);
  }
}
