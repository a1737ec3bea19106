package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.RefusedFiles;
import org.beammedallion.pipelines.jobs.Buckets;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;

/**
 * What the source has for the cycle behind the last, and whether there is a reason for one.
 *
 * @param last the newest completed cycle, or 0
 * @param state what completed cycles have taken
 * @param source what the next one would take
 * @param aside URIs of refused files that are to count as read
 * @param gold how gold tables were made
 */
record NextCycle(
    long last,
    SourceState state,
    SourcePlan source,
    List<String> aside,
    GoldDefinitions gold,
    boolean isStale) {

  /** Asks a pipeline's source. */
  record Question(
      PipelineDefinition definition,
      TableJobs jobs,
      Source source,
      Wishes wishes,
      int parallelism) {

    private boolean isWhole() {
      return definition.silver().write() == WriteMode.OVERWRITE;
    }

    /**
     * @param state of {@link SourcePositions#state}
     * @throws org.beammedallion.io.storage.StorageException where the source is not there
     */
    NextCycle ask(ProgressLog log, long last, SourceState state, List<String> aside)
        throws IOException {
      SourcePlan next =
          source.plan(
              state,
              new PlanRequest(
                  isWhole() ? CycleLimits.NONE : wishes.limits(),
                  parallelism,
                  RefusedFiles.definition(definition),
                  aside,
                  Retaking.wanted(definition, wishes.takeAgain().patterns())));
      next.requireThere();
      Retaking.requireFound(wishes.takeAgain(), next);
      GoldDefinitions gold = GoldDefinitions.of(jobs.all(), log, last);
      boolean isStale = last > 0 && (!gold.added().isEmpty() || jobs.isAnyStale(log, last));
      return new NextCycle(last, state, next, aside, gold, isStale);
    }

    /** Of the source. */
    List<String> warnings(NextCycle next) {
      List<String> warnings = new ArrayList<>(next.source().warnings());
      if (isWhole()
          && wishes.limits().areExceededBy(next.source().fresh(), next.source().freshBytes())) {
        warnings.add(
            "All new files are one cycle, more than --maxFilesPerCycle or --maxBytesPerCycle allows: with 'write: overwrite' a partition whose files were in two cycles would only keep the rows of "
                + "the second one.");
      }
      return warnings;
    }

    /** Of gold, whose tables are asked. */
    List<String> goldWarnings(NextCycle next) throws IOException {
      return next.gold().warnings(wishes.recompute());
    }

    /** Whether there is a reason for a cycle. */
    boolean isWanted(NextCycle next) {
      return !next.isIdle() || (!wishes.recompute().isEmpty() && next.last() > 0);
    }

    /**
     * @param positions where the cycle begins
     */
    CyclePlan plan(NextCycle next, Instant now, Map<String, String> positions) {
      SourcePlan taken = next.source();
      // Rows that give way may have been in any window.
      List<String> recompute = taken.takenAgain().isEmpty() ? wishes.recompute() : jobs.goldNames();
      return new CyclePlan(
              definition.name(),
              next.last() + 1,
              now,
              definition.contract().version(),
              Buckets.of(taken.shards(), source),
              taken.shards(),
              recompute,
              next.aside(),
              positions)
          .takingAgain(taken.takenAgain(), taken.names())
          .havingLost(taken.lost())
          .writing(UpsertOrder.of(definition));
    }
  }

  /** Whether neither the source nor a table asks for a cycle. */
  private boolean isIdle() {
    boolean hasMoved =
        !source.positions().isEmpty() && !source.positions().equals(state.positions());
    return source.shards().isEmpty()
        && !hasMoved
        && !isStale
        && source.names().same().isEmpty()
        && aside.isEmpty();
  }
}
