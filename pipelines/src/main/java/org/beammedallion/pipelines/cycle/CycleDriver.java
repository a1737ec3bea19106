package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.source.FileSource;
import org.beammedallion.io.source.LandingWarnings;
import org.beammedallion.io.source.SourceListing;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Takes a pipeline through one cycle: completes the one that an earlier driver left, or plans the
 * next over what is new. Each step is written down before the next, and each may be repeated
 * without harm, so a driver can die anywhere.
 */
public final class CycleDriver {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final Clock clock;
  private final CycleListener listener;
  private final List<String> recompute;

  public CycleDriver(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      Clock clock,
      CycleListener listener) {
    this(definition, lake, options, clock, listener, List.of());
  }

  private CycleDriver(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      Clock clock,
      CycleListener listener,
      List<String> recompute) {
    this.definition = definition;
    this.lake = lake;
    this.options = options;
    this.clock = clock;
    this.listener = listener;
    this.recompute = recompute;
  }

  /**
   * The same with a cycle that makes some gold tables anew as a whole from silver, also where
   * nothing is new.
   *
   * @param tables their names, without the layer
   * @throws java.util.NoSuchElementException where the pipeline has no such gold table
   */
  public CycleDriver recomputing(List<String> tables) {
    LakeTables known = LakeTables.of(definition, lake);
    tables.forEach(table -> known.named("gold." + table));
    return new CycleDriver(definition, lake, options, clock, listener, List.copyOf(tables));
  }

  /**
   * Runs one cycle over what is there.
   *
   * @throws org.beammedallion.io.storage.StorageException where nothing can be written to the lake,
   *     or the folder of the source is not there
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where a table differs from the
   *     contract and may not follow it; nothing was touched
   * @throws org.beammedallion.io.progress.FencedException where another driver is at work
   * @throws CycleFailedException where the runner failed; the next run completes the cycle
   */
  public Outcome run() throws IOException, InterruptedException {
    Feasibility.check(definition, lake.catalog());
    lake.requireWritable();
    List<String> order = UpsertOrder.warnings(definition, lake);
    PendingChanges.of(definition, lake);
    ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
    long newest = log.newestPlanned().orElse(0);
    if (newest > 0 && !log.isCompleted(newest)) {
      CyclePlan earlier = log.plan(newest);
      GoldDefinitions gold = GoldDefinitions.of(definition, log, newest - 1);
      List<String> warnings = new ArrayList<>(order);
      warnings.addAll(gold.warnings(recompute));
      Outcome outcome = drive(log, earlier, true, warnings);
      if (earlier.recompute().containsAll(recompute)) {
        return outcome;
      }
    }
    return planNext(log, log.newestPlanned().orElse(0), order);
  }

  private Outcome planNext(ProgressLog log, long last, List<String> order)
      throws IOException, InterruptedException {
    SourceListing source = Sources.of(definition.source()).list(log.takenFiles());
    source.requireFolder();
    GoldDefinitions gold = GoldDefinitions.of(definition, log, last);
    List<String> warnings = new ArrayList<>(source.warnings());
    warnings.addAll(order);
    warnings.addAll(gold.warnings(recompute));
    boolean isStale =
        last > 0
            && (!gold.added(definition, lake).isEmpty()
                || Facts.areStale(definition, lake, log, last));
    if (source.fresh().isEmpty() && !isStale && (recompute.isEmpty() || last == 0)) {
      return Outcome.nothingNew(warnings);
    }
    CyclePlan plan = plan(last + 1, source.fresh());
    log.putPlan(plan);
    return drive(log, plan, false, warnings);
  }

  private Outcome drive(ProgressLog log, CyclePlan plan, boolean resumed, List<String> warnings)
      throws IOException, InterruptedException {
    listener.reached(plan, Step.PLANNED, "");
    try (DriverClaim claim = DriverClaim.take(log, definition.name(), plan.cycle(), clock)) {
      return new Outcome(complete(log, plan, claim), resumed, warnings);
    }
  }

  private CyclePlan plan(long cycle, List<StoredFile> files) {
    FileSource source = Sources.of(definition.source());
    Sizing sizing = Sizing.of(files, source, options);
    List<FileShard> shards = source.shards(files, sizing.shardBytes());
    return new CyclePlan(
        definition.name(),
        cycle,
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        definition.contractVersion(),
        sizing.buckets(),
        shards,
        recompute);
  }

  private Ledger complete(ProgressLog log, CyclePlan plan, DriverClaim claim)
      throws IOException, InterruptedException {
    new SchemaEvolution(definition, lake, options, plan, claim, listener).run();
    SilverCycle silver = new SilverCycle(definition, lake, options, log, plan, claim, listener);
    SilverCycle.Committed committed = silver.stageAndCommit();
    List<GoldEntry> gold = new ArrayList<>();
    for (DimensionSpec spec : definition.dimensions()) {
      gold.add(
          new DimensionCycle(definition, spec, lake, options, plan, claim)
              .update(committed, log, listener));
    }
    for (GoldSpec spec : definition.gold()) {
      gold.add(
          new GoldCycle(definition, spec, lake, options, log, plan, claim, listener)
              .update(committed));
    }
    for (FactSpec spec : definition.facts()) {
      gold.add(
          new FactCycle(definition, spec, lake, options, plan, claim)
              .update(committed, log, listener));
    }
    Ledger ledger = ledger(plan, claim, committed, gold);
    claim.check();
    log.complete(plan.cycle(), ledger);
    listener.reached(plan, Step.COMPLETED, "");
    return ledger;
  }

  private Ledger ledger(
      CyclePlan plan, DriverClaim claim, SilverCycle.Committed silver, List<GoldEntry> gold) {
    StageResult result = silver.result();
    List<String> warnings = new ArrayList<>(LandingWarnings.of(result.landed()));
    warnings.addAll(OrderWarnings.of(result));
    return CycleLedger.of(
        definition,
        plan,
        claim.attempt().number(),
        result,
        silver.version(),
        silver.rows(),
        gold,
        warnings);
  }
}
