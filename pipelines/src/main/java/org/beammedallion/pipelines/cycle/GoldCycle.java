package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.stage.GoldWindows;
import org.beammedallion.io.stage.StageGold;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.StagedJson;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.stage.TouchedPanes;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
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
    this.table = Tables.gold(definition, lake, spec, query.outputSchema());
  }

  private String tableName() {
    return "gold." + spec.table();
  }

  GoldEntry update(SilverCycle.Committed silver) throws IOException {
    Optional<Staged> earlier =
        log.staged(plan.cycle(), tableName(), StagedJson.mapper(), Staged.class);
    Staged staged = earlier.isPresent() ? earlier.get() : stage(silver, 1);
    for (int round = staged.round(); ; round++) {
      try {
        claim.check();
        long version = commit(staged);
        listener.reached(plan, Step.GOLD_COMMITTED, spec.table());
        long rows = snapshot().files().stream().mapToLong(DataFile::liveRows).sum();
        return new GoldEntry(spec.table(), version, staged.result().published(), rows);
      } catch (ConcurrentCommitException e) {
        if (round >= Staged.MAX_ROUNDS) {
          throw new CycleFailedException(String.valueOf(e.getMessage()), e);
        }
        staged = stage(silver, round + 1);
      }
    }
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
  }

  private Staged stage(SilverCycle.Committed silver, int round) throws IOException {
    listener.reached(plan, Step.AGGREGATING, spec.table());
    TableSnapshot read = snapshot();
    TouchedWindows touched = touched(silver.result().touched(), read);
    StageResult result = StageResult.NONE;
    if (!touched.isEmpty()) {
      String resultUri = lake.result(definition.name(), claim.attempt(), tableName(), round);
      List<DataFile> overlapping = GoldWindows.overlapping(read.files(), touched);
      Pipeline pipeline = Pipeline.create(options);
      pipeline.apply(
          "Gold", StageGold.of(settings(silver.snapshot(), overlapping, touched, resultUri)));
      Runners.run(pipeline, "aggregating " + spec.table(), true);
      result =
          Staged.takeResult(resultUri)
              .withRemoved(overlapping.stream().map(DataFile::path).toList(), TouchedPanes.NONE);
    }
    claim.check();
    Staged staged =
        log.putStaged(
            plan.cycle(),
            tableName(),
            round,
            new Staged(round, read.version(), result),
            StagedJson.mapper(),
            Staged.class);
    listener.reached(plan, Step.GOLD_STAGED, spec.table());
    return staged;
  }

  private TouchedWindows touched(TouchedPanes panes, TableSnapshot gold) throws IOException {
    if (query.recomputesWhole()) {
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
    String eventTime = definition.schema().fields().get(definition.silver().eventTime()).name();
    List<DataFile> silverFiles = new ArrayList<>();
    for (DataFile file : silver.files()) {
      boolean needed =
          touched.eventTimeRanges().stream()
              .anyMatch(range -> file.mayHold(eventTime, range.from(), range.to() - 1));
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

  private long commit(Staged staged) throws IOException {
    List<String> removed = staged.result().removed();
    List<DataFile> removes =
        snapshot().files().stream().filter(file -> removed.contains(file.path())).toList();
    CommitRequest request =
        CommitRequest.replace(
            Operation.OVERWRITE,
            staged.result().files(),
            removes,
            staged.readVersion(),
            Tables.application(definition, tableName()),
            plan.cycle());
    return table
        .commit(
            request
                .withMetrics(
                    Map.of(
                        "cycle", Long.toString(plan.cycle()),
                        "written", Long.toString(staged.result().published())))
                .evenIfEmpty())
        .version();
  }
}
