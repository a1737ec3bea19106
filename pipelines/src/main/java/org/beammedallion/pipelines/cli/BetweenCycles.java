package org.beammedallion.pipelines.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * What a repeated run does between two cycles of a pipeline: it puts small files together. Used by
 * several threads, each pipeline by one at a time.
 */
final class BetweenCycles {

  private final Duration interval;
  private final RunReport report;
  private final Housekeeping.Settings settings;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final Map<String, Housekeeping> pipelines = new ConcurrentHashMap<>();

  /** When the last cycle of a pipeline, and what followed it, ended: {@link System#nanoTime}. */
  private final Map<String, Long> ended = new ConcurrentHashMap<>();

  /**
   * @param interval from the beginning of a run to that of the next
   * @param report is told of what was done
   */
  BetweenCycles(
      Duration interval,
      RunReport report,
      Housekeeping.Settings settings,
      LakeLayout lake,
      PipelineOptions options) {
    this.interval = interval;
    this.report = report;
    this.settings = settings;
    this.lake = lake;
    this.options = options;
  }

  /**
   * Called when a cycle is complete and reported.
   *
   * @param begun {@link System#nanoTime} when the run began
   * @param goOn whether another cycle may begin
   */
  void after(PipelineDefinition definition, Outcome outcome, long begun, BooleanSupplier goOn) {
    Ledger ledger = outcome.ledger();
    if (ledger == null || ledger.completed() == null) {
      return;
    }
    String name = definition.name();
    long now = System.nanoTime();
    Duration left = outcome.more() ? Duration.ZERO : interval.minusNanos(now - begun);
    // All of it, not from plan to ledger alone; a run has many cycles where there is a backlog.
    long earlier = ended.getOrDefault(name, begun);
    Duration took = Duration.ofNanos(now - (earlier - begun > 0 ? earlier : begun));
    pipelines
        .computeIfAbsent(
            name,
            pipeline -> new Housekeeping(definition, lake, options, settings, Clock.systemUTC()))
        .afterCycle(took, left, goOn)
        .forEach(done -> report.compacted(name, done));
    ended.put(name, System.nanoTime());
  }
}
