package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.Set;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.Staged;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.star.DimensionPlan;

/**
 * A dimension with history (type 2): those ranges of keys that got a version are made again of all
 * versions of them.
 */
final class HistoryDimensionJob extends DimensionJob {

  HistoryDimensionJob(
      PipelineDefinition definition, LakeLayout lake, DimensionSpec spec, Table versions) {
    super(definition, lake, spec, Tables.versionsName(definition), versions);
  }

  @Override
  KnownVersion sourceNow(Cycle cycle) throws IOException {
    return KnownVersion.latest(source());
  }

  @Override
  Staged update(Cycle cycle, TableSnapshot read, int round, KnownVersion earlier, KnownVersion now)
      throws IOException {
    KeyRanges ranges = KeyRanges.of(plan().key(), now.files());
    Set<Integer> touched = ranges.touched(now.difference(earlier), read.files());
    return touched.isEmpty()
        ? nothing(read, round, now)
        : make(
            cycle,
            read,
            round,
            now,
            new Making(ranges, touched, ranges.holding(touched, read.files())));
  }

  @Override
  DimensionPlan plan() {
    return plan(VersionLog.schema(definition().rowSchema()), VersionLog.DELETED);
  }
}
