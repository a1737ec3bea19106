package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.beammedallion.io.progress.PendingRollback;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Rolls silver back together with its companions, the tables of remembered deletes and of kept
 * versions, each to the state that it had in the same cycle. It is all or nothing: what cannot be
 * rolled back is refused before anything changes, and what was interrupted is completed by the next
 * run before it does anything else, or replaced by another rollback. No cycle runs meanwhile.
 */
public final class SilverRollback {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final String name;
  private final Map<String, Table> companions;
  private final Table silver;

  private SilverRollback(PipelineDefinition definition, LakeLayout lake) {
    this.definition = definition;
    this.lake = lake;
    this.name = "silver." + definition.silver().table();
    this.companions = TableJobs.of(definition, lake).companions();
    this.silver = Tables.silver(definition, lake);
  }

  /**
   * What was done.
   *
   * @param silver its new version
   * @param companions the versions that the other tables were rolled back to, and their new ones;
   *     not those that are not there
   */
  public record Result(CommitResult silver, Map<String, Companion> companions) {}

  /**
   * A table that was rolled back with silver.
   *
   * @param to the version whose rows it has again, or {@link CommitRequest#NO_TABLE} for none
   */
  public record Companion(long to, CommitResult result) {}

  /**
   * Rolls silver and its companions back.
   *
   * @param to a version of silver that is kept
   * @throws IllegalArgumentException where that is not possible, or not now; nothing was changed
   * @throws org.beammedallion.io.progress.FencedException where a driver is at work
   */
  public static Result run(PipelineDefinition definition, LakeLayout lake, Clock clock, long to)
      throws IOException, InterruptedException {
    ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
    lake.requireWritable();
    SilverRollback rollback = new SilverRollback(definition, lake);
    rollback.requireNoCycle(log);
    try (DriverClaim claim = claim(definition, log, clock)) {
      // A cycle that was planned meanwhile cannot go on before the claim is gone.
      rollback.requireNoCycle(log);
      PendingRollback plan = rollback.plan(to);
      claim.check();
      plan.put(rollback.root());
      return rollback.complete(plan, claim);
    }
  }

  /** Keeps every driver of the pipeline from its next cycle. */
  private static DriverClaim claim(PipelineDefinition definition, ProgressLog log, Clock clock)
      throws IOException, InterruptedException {
    long newest = log.newestPlanned().orElse(0);
    long cycle = newest == 0 || log.isCompleted(newest) ? newest + 1 : newest;
    return DriverClaim.take(log, definition.name(), cycle, clock);
  }

  /** Completes a rollback that was interrupted, where there is one. */
  static void finishInterrupted(
      PipelineDefinition definition, LakeLayout lake, ProgressLog log, Clock clock)
      throws IOException, InterruptedException {
    if (PendingRollback.find(lake.progress(definition.name())).isEmpty()) {
      return;
    }
    try (DriverClaim claim = claim(definition, log, clock)) {
      finishInterrupted(definition, lake, claim);
    }
  }

  /** The same for a driver that has a claim. */
  static void finishInterrupted(PipelineDefinition definition, LakeLayout lake, DriverClaim claim)
      throws IOException {
    Optional<PendingRollback> pending = PendingRollback.find(lake.progress(definition.name()));
    if (pending.isPresent()) {
      new SilverRollback(definition, lake).complete(pending.get(), claim);
    }
  }

  private String root() {
    return lake.progress(definition.name());
  }

  /** While a rollback is pending, a cycle may be planned and is not begun. */
  private void requireNoCycle(ProgressLog log) throws IOException {
    long newest = log.newestPlanned().orElse(0);
    if (newest > 0 && !log.isCompleted(newest) && PendingRollback.find(root()).isEmpty()) {
      throw new IllegalArgumentException(
          "Cycle "
              + newest
              + " of pipeline '"
              + definition.name()
              + "' is not complete, and a rollback now would leave inconsistent tables. Nothing"
              + " was changed. Complete it with `medallion run`, then roll back.");
    }
  }

  /**
   * Which version each table is rolled back to; everything that may stand against it is checked.
   */
  private PendingRollback plan(long to) throws IOException {
    CycleStates states = CycleStates.of(silver.history());
    Map<String, Long> versions = new LinkedHashMap<>();
    for (Map.Entry<String, Table> companion : companions.entrySet()) {
      Table table = companion.getValue();
      Optional<TableSnapshot> latest = table.snapshot();
      if (latest.isPresent()) {
        Long version = states.matching(to, CycleStates.of(table.history()));
        requirePossible(companion.getKey(), table, latest.get(), version, to);
        versions.put(companion.getKey(), version);
      }
    }
    long from = silver.snapshot().map(TableSnapshot::version).orElse(CommitRequest.NO_TABLE);
    return new PendingRollback(name, from, to, versions);
  }

  private void requirePossible(
      String companion, Table table, TableSnapshot latest, @Nullable Long version, long to)
      throws IOException {
    if (version == null) {
      throw new IllegalArgumentException(
          name
              + " cannot be rolled back to version "
              + to
              + ", for "
              + companion
              + " goes with it and keeps no version that belongs to that one: it was expired by maintenance, or the history does not show which version it is. Nothing was changed. Choose a later version, or read this one with"
              + " `medallion read "
              + name
              + " --version="
              + to
              + "`.");
    }
    if (version == CommitRequest.NO_TABLE) {
      return;
    }
    Set<String> live = new HashSet<>();
    latest.files().forEach(file -> live.add(file.path()));
    Storage storage = Storage.of(table.uri());
    for (DataFile file : table.history().snapshot(version).files()) {
      if (!live.contains(file.path()) && storage.stat(file.uri(table.uri())).isEmpty()) {
        throw new IllegalArgumentException(
            name
                + " cannot be rolled back to version "
                + to
                + ", for "
                + companion
                + " goes with it to its version "
                + version
                + ", and the file '"
                + file.path()
                + "' of that one was removed. Nothing was changed. Choose a later version.");
      }
    }
  }

  private Result complete(PendingRollback plan, DriverClaim claim) throws IOException {
    CommitResult silverResult = rollBackSilver(plan, claim);
    Map<String, Companion> done = new LinkedHashMap<>();
    for (Map.Entry<String, Table> companion : companions.entrySet()) {
      Long version = plan.companions().get(companion.getKey());
      if (version != null) {
        claim.check();
        done.put(
            companion.getKey(),
            new Companion(version, rollBack(companion.getKey(), companion.getValue(), version)));
      }
    }
    claim.check();
    PendingRollback.remove(root());
    return new Result(silverResult, done);
  }

  private CommitResult rollBack(String companion, Table table, long version) throws IOException {
    try {
      return table.history().rollback(version);
    } catch (TableException e) {
      throw new TableException(
          name
              + " was rolled back, and "
              + companion
              + " cannot be rolled back with it any more: "
              + e.getMessage()
              + " No cycle runs until both are consistent: roll "
              + name
              + " back to another version.",
          e);
    }
  }

  /** The first to change: where that is refused, nothing is to be completed. */
  private CommitResult rollBackSilver(PendingRollback plan, DriverClaim claim) throws IOException {
    Optional<Long> earlier = rolledBackAlready(plan);
    if (earlier.isPresent()) {
      return new CommitResult(Outcome.ALREADY_COMMITTED, earlier.get());
    }
    claim.check();
    try {
      return silver.history().rollback(plan.to());
    } catch (TableException | ConcurrentCommitException e) {
      PendingRollback.remove(root());
      throw e;
    }
  }

  /**
   * An interrupted rollback may have rolled silver back, and others may have gone on from there.
   */
  private Optional<Long> rolledBackAlready(PendingRollback plan) throws IOException {
    List<TableVersion> versions = silver.history().versions();
    return versions.stream()
        .filter(version -> version.version() > plan.from())
        .filter(version -> Long.valueOf(plan.to()).equals(version.rolledBackTo()))
        .map(TableVersion::version)
        .findFirst();
  }
}
