package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.StagedJson;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Takes a gold table through a cycle: stages what is to change, writes that down, and commits it;
 * stages it anew where another writer was faster. What an earlier driver staged is only committed.
 */
final class StagedCommit {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final ProgressLog log;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final CycleListener listener;
  private final Table table;
  private final String name;

  /**
   * @param name of the gold table
   */
  StagedCommit(
      PipelineDefinition definition,
      LakeLayout lake,
      ProgressLog log,
      CyclePlan plan,
      DriverClaim claim,
      CycleListener listener,
      Table table,
      String name) {
    this.definition = definition;
    this.lake = lake;
    this.log = log;
    this.plan = plan;
    this.claim = claim;
    this.listener = listener;
    this.table = table;
    this.name = name;
  }

  /** Computes what is to change. */
  @FunctionalInterface
  interface Stager {
    /**
     * @param read the table as it is
     * @param resultUri where workers may leave their result
     * @return files to add, and paths of files to take away
     */
    Change stage(TableSnapshot read, String resultUri) throws IOException;
  }

  /**
   * What is to change.
   *
   * @param references versions of other gold tables that it was computed from, by name
   * @param whole whether this is all of the table, and not only what new rows touch
   */
  record Change(StageResult result, Map<String, Long> references, boolean whole) {
    /** Computed from silver alone. */
    static Change of(StageResult result, boolean whole) {
      return new Change(result, Map.of(), whole);
    }

    /** None. */
    static final Change NONE = of(StageResult.NONE, false);
  }

  /**
   * What was committed.
   *
   * @param version of the table that holds it
   * @param snapshot that version or a later one
   * @param definition digest of what all of the table is made by now
   */
  record Committed(long version, Staged staged, TableSnapshot snapshot, String definition) {
    GoldEntry entry(String table) {
      return new GoldEntry(
          table, version, staged.result().published(), snapshot.rows(), definition);
    }
  }

  Committed run(Stager stager) throws IOException {
    Optional<Staged> earlier =
        log.staged(plan.cycle(), tableName(), StagedJson.mapper(), Staged.class);
    Staged staged = earlier.isPresent() ? earlier.get() : stage(stager, 1);
    for (int round = staged.round(); ; round++) {
      try {
        claim.check();
        long version = commit(staged);
        listener.reached(plan, Step.GOLD_COMMITTED, name);
        String definition =
            GoldDefinitions.of(this.definition, log, plan.cycle() - 1).madeBy(name, staged);
        return new Committed(version, staged, snapshot(), definition);
      } catch (ConcurrentCommitException e) {
        if (round >= Staged.MAX_ROUNDS) {
          throw new CycleFailedException(String.valueOf(e.getMessage()), e);
        }
        staged = stage(stager, round + 1);
      }
    }
  }

  private String tableName() {
    return "gold." + name;
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
  }

  private Staged stage(Stager stager, int round) throws IOException {
    listener.reached(plan, Step.AGGREGATING, name);
    TableSnapshot read = snapshot();
    String resultUri = lake.result(definition.name(), claim.attempt(), tableName(), round);
    Change change = stager.stage(read, resultUri);
    claim.check();
    Staged staged =
        log.putStaged(
            plan.cycle(),
            tableName(),
            round,
            new Staged(round, read.version(), change.result(), change.references(), change.whole()),
            StagedJson.mapper(),
            Staged.class);
    listener.reached(plan, Step.GOLD_STAGED, name);
    return staged;
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
                plan.cycle())
            .withMetrics(
                Map.of(
                    "cycle", Long.toString(plan.cycle()),
                    "written", Long.toString(staged.result().published())));
    return table.commit(makesAVersion(staged) ? request.evenIfEmpty() : request).version();
  }

  /**
   * Where nothing changes: a table is made by the first cycle, and a cycle that has read files has
   * a version in each table, so that all can be rolled back to it.
   */
  private boolean makesAVersion(Staged staged) {
    return !plan.shards().isEmpty() || staged.readVersion() == CommitRequest.NO_TABLE;
  }
}
