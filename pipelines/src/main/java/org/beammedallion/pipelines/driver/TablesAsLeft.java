package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.cycle.TableJob.Layer;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Checks that no table is behind what the newest completed cycle has left in it. A rollback, a
 * compaction and a commit of others make a later version, so a lesser one, or none, tells that the
 * table was deleted, or an old copy was put in its place.
 */
final class TablesAsLeft {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final Ledger last;

  private TablesAsLeft(PipelineDefinition definition, LakeLayout lake, Ledger last) {
    this.definition = definition;
    this.lake = lake;
    this.last = last;
  }

  /**
   * @param completed the newest completed cycle, or 0
   * @param remade gold tables that are about to be made again as a whole
   * @throws DamagedLogException where a table is gone or went back; says the ways out
   */
  static void require(
      PipelineDefinition definition,
      LakeLayout lake,
      TableJobs jobs,
      ProgressLog log,
      long completed,
      Collection<String> remade)
      throws IOException {
    if (completed == 0) {
      return;
    }
    TablesAsLeft tables = new TablesAsLeft(definition, lake, log.ledger(completed, Ledger.class));
    Map<String, Long> gold = new HashMap<>();
    for (GoldEntry entry : tables.last.gold()) {
      gold.put(entry.table(), entry.version());
    }
    for (TableJob job : jobs.all()) {
      if (job.layer() == Layer.GOLD && !remade.contains(job.shortName())) {
        tables.require(job, gold.getOrDefault(job.shortName(), CommitRequest.NO_TABLE));
      } else if (job.layer() == Layer.SILVER && !job.isCompanion()) {
        tables.require(job, tables.last.silver().version());
        tables.requireCycle(job);
      }
    }
  }

  private void require(TableJob job, long left) throws IOException {
    long now = job.snapshot().version();
    if (now >= left) {
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

  /** Others may have gone on from the old copy to a version of the same number. */
  private void requireCycle(TableJob job) throws IOException {
    OptionalLong committed = job.table().lastCycle(Tables.application(definition, job.name()));
    if (last.published() > 0 && committed.orElse(0) < last.cycle()) {
      throw damaged(
          job, "does not have cycle " + last.cycle() + " of " + job.name() + ", which is complete");
    }
  }

  private DamagedLogException damaged(TableJob job, String what) {
    String again =
        job.layer() == Layer.GOLD
            ? "make it again from silver: `medallion run --recompute=" + job.shortName() + "`."
            : "to begin again, remove the pipeline's tables and '"
                + lake.progress(definition.name())
                + "' together.";
    return DamagedLogException.of(
        job.table().uri(),
        what,
        "Nothing was changed. Was the table deleted, restored from an old copy, or rolled back by another tool, or are"
            + " another lake, catalog or table meant? Restore the table as it was (to go back, use `medallion rollback`);"
            + " or "
            + again,
        null);
  }
}
