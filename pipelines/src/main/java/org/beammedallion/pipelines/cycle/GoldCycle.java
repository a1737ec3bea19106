package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.stage.GoldWindows;
import org.beammedallion.io.stage.StageGold;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.TouchedPanes;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TimeColumn;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.aggregate.TouchedWindows;
import org.beammedallion.transforms.aggregate.TouchedWindowsBuilder;
import org.beammedallion.transforms.aggregate.WindowedQuery;

/**
 * Brings one gold table up to silver: computes the windows that the cycle touched, and overwrites
 * exactly them.
 */
final class GoldCycle {

  private final PipelineDefinition definition;
  private final GoldSpec spec;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final ProgressLog log;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final CycleListener listener;
  private final WindowedQuery query;
  private final Table table;

  GoldCycle(
      PipelineDefinition definition,
      GoldSpec spec,
      LakeLayout lake,
      PipelineOptions options,
      ProgressLog log,
      CyclePlan plan,
      DriverClaim claim,
      CycleListener listener) {
    this.definition = definition;
    this.spec = spec;
    this.lake = lake;
    this.options = options;
    this.log = log;
    this.plan = plan;
    this.claim = claim;
    this.listener = listener;
    this.query = Queries.of(definition, spec);
    this.table = Tables.gold(definition, lake, spec.table(), query.outputSchema());
  }

  GoldEntry update(SilverCycle.Committed silver) throws IOException {
    StagedCommit.Committed committed =
        new StagedCommit(definition, lake, log, plan, claim, listener, table, spec.table())
            .run((read, resultUri) -> stage(silver.asOfNow(), read, resultUri));
    return committed.entry(spec.table());
  }

  private StagedCommit.Change stage(
      SilverCycle.Committed silver, TableSnapshot read, String resultUri) throws IOException {
    TouchedWindows touched = touched(silver.result().touched(), read);
    if (touched.isEmpty()) {
      return StagedCommit.Change.NONE;
    }
    List<DataFile> overlapping = GoldWindows.overlapping(read.files(), touched);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Gold", StageGold.of(settings(silver.snapshot(), overlapping, touched, resultUri)));
    Runners.run(pipeline, "aggregating " + spec.table(), true);
    StageResult result =
        Staged.takeResult(resultUri)
            .withRemoved(overlapping.stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    return StagedCommit.Change.of(result, touched.isAll());
  }

  private TouchedWindows touched(TouchedPanes panes, TableSnapshot gold) throws IOException {
    // A table that is new has windows of rows that silver got before, too.
    if (query.recomputesWhole()
        || gold.version() == CommitRequest.NO_TABLE
        || plan.recompute().contains(spec.table())) {
      return TouchedWindows.all(query.window());
    }
    long paneMicros = Tables.paneMicros(definition);
    TouchedWindowsBuilder builder = TouchedWindows.builder(query.window());
    panes.numbers().forEach(pane -> builder.add(pane * paneMicros));
    TouchedWindows touched = builder.build();
    return touched.isEmpty()
        ? touched
        : touched.closeOver(GoldWindows.sessions(table.uri(), gold.files(), query));
  }

  private StageGold.Settings settings(
      TableSnapshot silver, List<DataFile> overlapping, TouchedWindows touched, String resultUri)
      throws IOException {
    TimeColumn eventTime =
        TimeColumn.of(definition.schema().fields().get(definition.silver().eventTime()));
    List<DataFile> silverFiles = new ArrayList<>();
    for (DataFile file : silver.files()) {
      boolean needed =
          touched.eventTimeRanges().stream()
              .anyMatch(range -> eventTime.mayBeIn(file, range.from(), range.to() - 1));
      if (needed) {
        silverFiles.add(file.withoutStatistics());
      }
    }
    return new StageGold.Settings(
        query,
        touched,
        lake.silver(definition.silver().table()),
        silverFiles,
        overlapping.stream().map(DataFile::withoutStatistics).toList(),
        new TableTarget(
            table.uri(),
            query.outputSchema(),
            List.of(),
            definition.silver().targetFileBytes(),
            String.format("cycle-%010d-%04d", plan.cycle(), claim.attempt().number()),
            List.of(),
            table.fileRules()),
        resultUri);
  }
}
