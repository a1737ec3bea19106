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
    Duration left = outcome.more() ? Duration.ZERO : interval.minusNanos(System.nanoTime() - begun);
    pipelines
        .computeIfAbsent(
            definition.name(),
            name -> new Housekeeping(definition, lake, options, settings, Clock.systemUTC()))
        .afterCycle(Duration.between(ledger.time(), ledger.completed()), left, goOn)
        .forEach(done -> report.compacted(definition.name(), done));
  }
}
