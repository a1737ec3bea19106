package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.cycle.TableJob.Layer;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;

/**
 * Checks that no table is behind what the newest completed cycle has left in it. A rollback of
 * ours, a compaction and a commit of others make a later version, so a lesser one, or none, tells
 * that the table was deleted, or an old copy was put in its place. What other programs set back is
 * told by the history.
 */
final class TablesAsLeft {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final TableJobs jobs;
  private final Ledger last;

  /** Whether a later cycle was begun, which may have committed to some of the tables. */
  private final boolean isOpen;

  private TablesAsLeft(
      PipelineDefinition definition, LakeLayout lake, TableJobs jobs, Ledger last, boolean isOpen) {
    this.definition = definition;
    this.lake = lake;
    this.jobs = jobs;
    this.last = last;
    this.isOpen = isOpen;
  }

  /**
   * @param newest cycle that was planned, or 0
   * @param isOpen whether it is not complete
   * @param remade gold tables that are about to be made again as a whole
   * @throws DamagedLogException where a table is gone or went back; says the ways out
   */
  static void require(
      PipelineDefinition definition,
      LakeLayout lake,
      TableJobs jobs,
      ProgressLog log,
      long newest,
      boolean isOpen,
      Collection<String> remade)
      throws IOException {
    long completed = isOpen ? newest - 1 : newest;
    if (completed == 0) {
      return;
    }
    TablesAsLeft tables =
        new TablesAsLeft(definition, lake, jobs, log.ledger(completed, Ledger.class), isOpen);
    Map<String, Long> gold = new HashMap<>();
    for (GoldEntry entry : tables.last.gold()) {
      gold.put(entry.table(), entry.version());
    }
    for (TableJob job : jobs.all()) {
      if (job.layer() == Layer.SILVER) {
        tables.requireSilver(job);
      } else if (!remade.contains(job.shortName())) {
        tables.require(job, gold.getOrDefault(job.shortName(), CommitRequest.NO_TABLE));
      }
    }
  }

  private void requireSilver(TableJob job) throws IOException {
    long left =
        job.isCompanion()
            ? last.silver().companions().getOrDefault(job.name(), CommitRequest.NO_TABLE)
            : last.silver().version();
    require(job, left);
    if (!job.isCompanion() || left != CommitRequest.NO_TABLE) {
      requireCycle(job);
    }
  }

  private void require(TableJob job, long left) throws IOException {
    long now = job.snapshot().version();
    if (now >= left) {
      requireNotSetBack(job, left, now);
      return;
    }
    throw damaged(
        job,
        now == CommitRequest.NO_TABLE
            ? "is gone: cycle "
                + last.cycle()
                + " left version "
                + left
                + " of "
                + job.name()
                + " there"
            : "has version "
                + now
                + " of "
                + job.name()
                + ", and cycle "
                + last.cycle()
                + " left version "
                + left);
  }

  /** Costs requests, so a table that is as it was left is not asked. */
  private void requireNotSetBack(TableJob job, long left, long now) throws IOException {
    if (left <= 0 || (now == left && !isOpen)) {
      return;
    }
    String application = Tables.application(definition, job.name());
    Optional<SetBack> found = job.table().history().setBack(left, application, last.cycle());
    if (found.isPresent()) {
      throw setBack(job, found.get());
    }
  }

  /** Others may have gone on from the old copy to a version of the same number. */
  private void requireCycle(TableJob job) throws IOException {
    OptionalLong committed = job.table().lastCycle(Tables.application(definition, job.name()));
    if (last.published() > 0 && committed.orElse(0) < last.cycle()) {
      throw damaged(
          job, "does not have cycle " + last.cycle() + " of " + job.name() + ", which is complete");
    }
  }

  private DamagedLogException damaged(TableJob job, String what) throws IOException {
    List<String> others =
        job.layer() == Layer.SILVER && !job.isCompanion() ? otherTables() : List.of();
    return DamagedLogException.of(
        job.table().uri(), what, others.isEmpty() ? waysBack(job) : otherName(job, others), null);
  }

  private String otherName(TableJob job, List<String> others) {
    return "Nothing was changed. A pipeline named '"
        + definition.name()
        + "' has written "
        + String.join(", ", others)
        + " before, not "
        + job.name()
        + ": probably another pipeline file has used this name, or 'table' of silver was changed. Give this pipeline file"
        + " another 'pipeline' name: then it begins with its first cycle.";
  }

  /** Other tables of silver into which a pipeline of this name has written; where they are read. */
  private List<String> otherTables() throws IOException {
    String root = lake.silver("");
    Set<String> names = new TreeSet<>();
    for (StoredFile file : Storage.of(root).list(root.substring(0, root.length() - 1))) {
      String below = file.uri().substring(root.length());
      names.add(below.substring(0, Math.max(0, below.indexOf('/'))));
    }
    names.remove("");
    names.remove(definition.silver().table());
    List<String> written = new ArrayList<>();
    for (String name : names) {
      String table = "silver." + name;
      Table other = Tables.silver(definition, lake, name);
      if (!jobs.byName().containsKey(table)
          && other.lastCycle(Tables.application(definition, table)).isPresent()) {
        written.add(table);
      }
    }
    return written;
  }

  private String waysBack(TableJob job) {
    return "Nothing was changed. Was the table deleted, restored from an old copy, or rolled back by another tool, or are"
        + " another lake, catalog or table meant? Restore the table as it was (to go back, use `medallion rollback`);"
        + " or "
        + again(job);
  }

  private DamagedLogException setBack(TableJob job, SetBack found) throws IOException {
    return DamagedLogException.of(
        job.table().uri(),
        found.what(),
        job.name()
            + " does not have the rows that the last cycle or rollback left, and no file is read again for them. Nothing"
            + " was changed. Go back to version "
            + found.before()
            + " with the program that set the table back ("
            + (isDelta() ? "RESTORE" : "set_current_snapshot")
            + ")"
            + ownWay(job, found)
            + "; if older rows are wanted, use `medallion rollback` after that; or "
            + again(job),
        null);
  }

  /** In Iceberg our rollback finds only what leads to the current snapshot. */
  private String ownWay(TableJob job, SetBack found) throws IOException {
    boolean isWithOthers = job.layer() == Layer.SILVER && !jobs.companions().isEmpty();
    if (!isDelta() || (isOpen && isWithOthers)) {
      return "";
    }
    return ", or with `medallion rollback … "
        + (job.isCompanion()
            ? jobs.all().get(0).name() + " --to=" + jobs.all().get(0).snapshot().version()
            : job.name() + " --to=" + found.before())
        + "`";
  }

  private boolean isDelta() {
    return definition.silver().format() == TableKind.DELTA;
  }

  private String again(TableJob job) {
    return job.layer() == Layer.GOLD
        ? "make it again from silver: `medallion run --recompute=" + job.shortName() + "`."
        : "to begin again, remove the pipeline's tables and '"
            + lake.progress(definition.name())
            + "' together.";
  }
}
