package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.bronze.BronzeManifest;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.Backlog;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.pipelines.cycle.RefusedFiles;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * Where a source stands between cycles.
 *
 * @param bronze the pipeline's folder in bronze
 */
public record SourcePositions(Source source, ProgressLog log, String bronze) {

  /**
   * What completed cycles have taken, and where the last one has ended.
   *
   * @param last the newest completed cycle, or 0
   */
  public SourceState state(long last) throws IOException {
    SourceState state = SourceState.of(log, last).keptIn(bronze);
    if (!source.isByPosition() || last == 0) {
      return state;
    }
    return state.at(ends(log.plan(last)));
  }

  /** Where a completed cycle has ended, of a source whose positions tell. */
  Map<String, String> ends(CyclePlan plan) throws IOException {
    boolean isTold = plan.shards().stream().allMatch(shard -> shard.end() != null);
    if (isTold || source.isRepeatable(plan.shards())) {
      return plan.ends();
    }
    return BronzeManifest.require(bronze, plan.cycle()).positions();
  }

  /**
   * What no completed cycle has taken, and since when it waits.
   *
   * @param taken what completed cycles have taken, see {@link #state}
   * @throws IOException where the source cannot be asked
   */
  public Backlog backlog(PipelineDefinition definition, SourceState taken) throws IOException {
    return source.backlog(
        taken,
        new PlanRequest(
            CycleLimits.NONE,
            1,
            RefusedFiles.definition(definition),
            List.of(),
            Retaking.wanted(definition, List.of())));
  }

  /**
   * Tells others where a completed cycle has ended, see {@link Source#tell}.
   *
   * @return warnings, where that failed
   */
  List<String> tell(CyclePlan completed) {
    if (!source.isByPosition()) {
      return List.of();
    }
    try {
      String warning = source.tell(ends(completed));
      return warning == null ? List.of() : List.of(warning);
    } catch (IOException e) {
      return List.of("Where the cycle has ended could not be told to others. " + e.getMessage());
    }
  }

  /** Where the next cycle begins; a source of files leaves what an earlier source had. */
  Map<String, String> begin(long last, SourceState state, SourcePlan next) throws IOException {
    if (!source.isByPosition() && last > 0) {
      return log.plan(last).ends();
    }
    return next.positions().isEmpty() ? state.positions() : next.positions();
  }

  /**
   * Checks that a source can read what was planned.
   *
   * @throws IllegalArgumentException where it was planned over another kind of source
   */
  static void requireMade(Source source, CyclePlan plan) {
    if (!plan.shards().stream().allMatch(source::made)) {
      throw new IllegalArgumentException(
          "Cycle "
              + plan.cycle()
              + " of pipeline '"
              + plan.pipeline()
              + "' was planned over another kind of source, and is not complete. Set the pipeline's server, or 'landedBy',"
              + " back to what it was and run it once; then change it.");
    }
  }
}
