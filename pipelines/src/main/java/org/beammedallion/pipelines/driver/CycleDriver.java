package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.PendingRollback;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.DataLoss;
import org.beammedallion.io.source.Source;
import org.beammedallion.pipelines.cycle.CommitLoop;
import org.beammedallion.pipelines.cycle.Committed;
import org.beammedallion.pipelines.cycle.ComputedTogether;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.RefusedFiles;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * Takes a pipeline through one cycle: completes the one that an earlier driver left, or plans the
 * next over what is new. Each step is written down before the next, and each may be repeated
 * without harm, so a driver can die anywhere.
 */
public final class CycleDriver {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final Engine engine;
  private final TableJobs jobs;
  private final Clock clock;
  private final CycleListener listener;
  private final Source source;
  private final Wishes wishes;
  private final Pace pace;
  private final LastLook lastLook;

  public CycleDriver(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      Clock clock,
      CycleListener listener) {
    this(
        definition,
        lake,
        TableJobs.of(definition, lake),
        Engine.of(options),
        clock,
        listener,
        Sources.of(definition, lake),
        Wishes.NONE,
        new Pace(null),
        new LastLook());
  }

  private CycleDriver(
      PipelineDefinition definition,
      LakeLayout lake,
      TableJobs jobs,
      Engine engine,
      Clock clock,
      CycleListener listener,
      Source source,
      Wishes wishes,
      Pace pace,
      LastLook lastLook) {
    this.definition = definition;
    this.lake = lake;
    this.jobs = jobs;
    this.engine = engine;
    this.clock = clock;
    this.listener = listener;
    this.source = source;
    this.wishes = wishes;
    this.pace = pace;
    this.lastLook = lastLook;
  }

  private CycleDriver with(Wishes other) {
    return with(source, other, pace, lastLook);
  }

  private CycleDriver with(Source other, Wishes asked, Pace paced, LastLook looked) {
    return new CycleDriver(
        definition, lake, jobs, engine, clock, listener, other, asked, paced, looked);
  }

  /**
   * The same with a cycle that computes some gold tables as a whole from silver, also where nothing
   * is new.
   *
   * @param tables their names, without the layer
   * @throws java.util.NoSuchElementException where the pipeline has no such gold table
   */
  public CycleDriver recomputing(List<String> tables) {
    tables.forEach(jobs::requireGold);
    return with(wishes.recomputing(List.copyOf(tables)));
  }

  /**
   * The same with a cycle after which files that earlier cycles refused count as read.
   *
   * @param files their URIs, or names where one refused file alone has the name
   */
  public CycleDriver settingAside(List<String> files) {
    return with(wishes.settingAside(List.copyOf(files)));
  }

  /**
   * The same with a cycle that reads files again which earlier cycles have read. The rows that came
   * from them give way in the same commit, and gold is computed as a whole.
   *
   * @param patterns URIs, paths or names of files, or globs of them
   * @throws IllegalArgumentException where rows cannot be taken out by the file they came from
   */
  public CycleDriver takingAgain(List<String> patterns) {
    if (!patterns.isEmpty()) {
      Retaking.requirePossible(definition);
    }
    return with(wishes.takingAgain(patterns));
  }

  /**
   * The same with records that come from elsewhere than the pipeline file says; they are decoded as
   * it says.
   */
  public CycleDriver reading(Source other) {
    return with(other, wishes, pace, new LastLook());
  }

  /** The same with another answer to records of a stream that are gone before they were read. */
  public CycleDriver onDataLoss(DataLoss answer) {
    return reading(source.onDataLoss(answer));
  }

  /** The same with other limits of a cycle. */
  public CycleDriver limited(CycleLimits limits) {
    return with(wishes.limited(limits));
  }

  /**
   * The same for a run that is repeated: a cycle takes no more than one interval is enough for, as
   * far as the cycles before tell. A table that is overwritten is not bounded.
   *
   * @param interval from the beginning of a run to that of the next
   */
  public CycleDriver repeatedEach(Duration interval) {
    boolean isWhole = definition.silver().write() == WriteMode.OVERWRITE;
    return with(source, wishes, new Pace(isWhole ? null : interval), lastLook);
  }

  /** The same where cycles forget older versions of the tables. The default is seven days. */
  public CycleDriver keepingVersions(Duration kept) {
    return with(wishes.keeping(kept));
  }

  /**
   * Runs cycles until all files that were there are read.
   *
   * @param each is told of each cycle; of the only one where nothing is new
   * @throws IOException and others as {@link #run}
   */
  public void runAll(Consumer<Outcome> each) throws IOException, InterruptedException {
    runWhile(() -> true, each);
  }

  /**
   * Runs a cycle, and further ones until all that was there is read; of a run that is repeated, no
   * further one begins after an interval, so that other pipelines have their turn.
   *
   * @param goOn is asked before each further cycle
   * @param each as of {@link #runAll}
   * @throws IOException and others as {@link #run}
   */
  public void runWhile(BooleanSupplier goOn, Consumer<Outcome> each)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Outcome outcome = runPaced();
    each.accept(outcome);
    CycleDriver further = with(wishes.further());
    while (goesOnAfter(outcome) && !pace.isOver(begun) && goOn.getAsBoolean()) {
      boolean isTold = outcome.more();
      outcome = further.runPaced();
      if (isTold || outcome.ledger() != null) {
        each.accept(outcome);
      }
    }
  }

  /** A cycle that was completed for another driver says nothing about what has come since. */
  private boolean goesOnAfter(Outcome outcome) {
    return outcome.more() || (pace.isOfRepeatedRun() && outcome.resumed());
  }

  private Outcome runPaced() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Outcome outcome = limited(pace.limits(wishes.limits())).run();
    Ledger ledger = outcome.ledger();
    if (ledger != null
        && !outcome.resumed()
        && !ledger.publishedNothing()
        && ledger.input().vanished().isEmpty()) {
      pace.cycle(ledger.input().bytes(), Duration.ofNanos(System.nanoTime() - begin));
    }
    return outcome;
  }

  /**
   * Runs one cycle over what is there.
   *
   * @throws org.beammedallion.io.storage.StorageException where nothing can be written to the lake,
   *     or the folder of the source is not there
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where a table differs from the
   *     contract and may not follow it; nothing was touched
   * @throws org.beammedallion.io.progress.FencedException where another driver is at work
   * @throws IllegalArgumentException where a file that is to be set aside is not refused
   * @throws RunFailedException where the runner failed; the next run completes the cycle
   */
  public Outcome run() throws IOException, InterruptedException {
    ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
    long newest = log.newestPlanned().orElse(0);
    Outcome idle = lookAgain(log, newest);
    if (idle != null) {
      return idle;
    }
    jobs.requireFeasible();
    Retaking.wanted(definition, wishes.takeAgain().patterns());
    lake.requireWritable();
    List<String> order = new ArrayList<>(UpsertOrder.warnings(definition, lake));
    PendingChanges.of(definition, jobs);
    SilverRollback.finishInterrupted(definition, lake, log, clock);
    newest = log.newestPlanned().orElse(0);
    boolean isOpen = newest > 0 && !log.isCompleted(newest);
    List<String> remade = new ArrayList<>(wishes.recompute());
    if (isOpen) {
      remade.addAll(log.plan(newest).recompute());
    }
    TablesAsLeft.require(definition, lake, jobs, log, newest, isOpen, remade);
    TakenFiles taken =
        wishes.setAside().isEmpty()
            ? TakenFiles.none()
            : log.takenFiles(isOpen ? newest - 1 : newest);
    if (newest == 0) {
      order.addAll(OtherWriters.warnings(definition, jobs.silver()));
    }
    List<String> aside = RefusedFiles.named(wishes.setAside(), taken);
    if (isOpen) {
      CyclePlan earlier = log.plan(newest);
      Outcome outcome = drive(log, earlier, true, List.of(), order);
      // What it committed may be staged under an earlier pipeline file, so its own ledger is asked.
      GoldDefinitions gold = GoldDefinitions.of(jobs.all(), log, earlier.cycle());
      outcome = outcome.and(gold.warnings(List.of()));
      if (earlier.recompute().containsAll(wishes.recompute())
          && !gold.isAnyOlder(wishes.recompute())
          && earlier.setAside().containsAll(aside)
          && Retaking.isDoneBy(earlier, wishes.takeAgain())) {
        return outcome;
      }
    }
    return planNext(log, log.newestPlanned().orElse(0), aside, order);
  }

  private Outcome planNext(ProgressLog log, long last, List<String> aside, List<String> order)
      throws IOException, InterruptedException {
    SourcePositions positions = positions(log);
    NextCycle next = question().ask(log, last, positions.state(last), aside);
    List<String> ofTables = new ArrayList<>(question().goldWarnings(next));
    ofTables.addAll(order);
    List<String> warnings = new ArrayList<>(question().warnings(next));
    if (last > 0 && !question().isWanted(next)) {
      ofTables.addAll(WhollyRejected.warningsAfter(log, last));
    }
    warnings.addAll(ofTables);
    if (!question().isWanted(next)) {
      lastLook.remember(new LastLook.Idle(last, next.state(), ofTables, clock.instant()));
      return Outcome.nothingNew(next.source(), warnings);
    }
    CyclePlan plan =
        question()
            .plan(
                next,
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                positions.begin(last, next.state(), next.source()));
    log.putPlan(plan);
    Outcome outcome = drive(log, plan, false, next.source().refused(), warnings);
    return next.source().more() ? outcome.andMore() : outcome;
  }

  /** Nothing, where that is as it was at the last look; null where a run must look at all. */
  private @Nullable Outcome lookAgain(ProgressLog log, long newest) throws IOException {
    LastLook.Idle idle =
        wishes.areOfEveryRun() ? lastLook.idleSince(newest, clock.instant()) : null;
    if (idle == null || PendingRollback.find(lake.progress(definition.name())).isPresent()) {
      return null;
    }
    SourceState state = source.isByPosition() ? idle.state() : positions(log).state(newest);
    NextCycle next = question().ask(log, newest, state, List.of());
    if (question().isWanted(next)) {
      lastLook.forget();
      return null;
    }
    List<String> warnings = new ArrayList<>(question().warnings(next));
    warnings.addAll(idle.warnings());
    return Outcome.nothingNew(next.source(), warnings);
  }

  private NextCycle.Question question() {
    return new NextCycle.Question(definition, jobs, source, wishes, engine.parallelism());
  }

  private SourcePositions positions(ProgressLog log) {
    return new SourcePositions(source, log, lake.bronze(definition.name()));
  }

  /**
   * @param refused files that the cycle leaves unread
   */
  private Outcome drive(
      ProgressLog log,
      CyclePlan plan,
      boolean resumed,
      List<RefusedFile> refused,
      List<String> warnings)
      throws IOException, InterruptedException {
    SourcePositions.requireMade(source, plan);
    listener.reached(plan, Step.PLANNED, "");
    try (DriverClaim claim = DriverClaim.take(log, definition.name(), plan.cycle(), clock)) {
      SilverRollback.finishInterrupted(definition, lake, claim);
      Cycle cycle = new Cycle(definition, lake, plan, claim, log, engine, listener, source);
      Ledger ledger =
          NotedProblem.of(
              lake.progress(definition.name()), claim.attempt(), clock, () -> complete(cycle));
      List<RefusedFile> unread = new ArrayList<>(ledger.input().refused());
      unread.addAll(refused);
      List<String> all = new ArrayList<>(warnings);
      Instant forgotten = clock.instant().minus(wishes.kept());
      all.addAll(AfterCycle.warnings(cycle, jobs, claim, forgotten, positions(log)));
      return new Outcome(ledger, resumed, unread, all, false);
    }
  }

  private Ledger complete(Cycle cycle) throws IOException {
    new SchemaEvolution(cycle, jobs).run();
    List<GoldEntry> gold = new ArrayList<>();
    GoldDefinitions definitions =
        GoldDefinitions.of(jobs.all(), cycle.log(), cycle.plan().cycle() - 1);
    FailedTables failed = new FailedTables();
    List<TableJob> together = jobs.computedTogether();
    Map<TableJob, CommitLoop.Start> starts = Map.of();
    for (TableJob job : jobs.all()) {
      if (together.indexOf(job) == 0) {
        starts = ComputedTogether.stage(cycle, together);
      }
      try {
        Committed committed = CommitLoop.run(cycle, job, starts.get(job));
        GoldEntry entry = job.entry(committed, definitions.madeBy(job, committed.staged()));
        if (entry != null) {
          gold.add(entry);
        }
      } catch (RunFailedException e) {
        if (!job.othersGoOn()) {
          throw e;
        }
        failed.add(e);
      }
    }
    failed.rethrow();
    Ledger ledger = cycle.ledger(gold).completedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    cycle.checkClaim();
    cycle.log().complete(cycle.plan().cycle(), ledger);
    cycle.reached(Step.COMPLETED, "");
    return ledger;
  }
}
