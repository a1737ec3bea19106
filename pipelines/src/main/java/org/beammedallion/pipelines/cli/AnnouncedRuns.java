package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.pipelines.cycle.DriverProcess;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the lake when the runs of this driver begin, for {@code medallion status}. A lake that
 * does not take it is no reason to stop.
 */
final class AnnouncedRuns implements Consumer<Instant>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedRuns.class);

  private final LakeLayout lake;
  private final List<PipelineDefinition> pipelines;
  private final Duration interval;
  private final DriverProcess process = DriverProcess.current();
  private final Instant since;

  /** By the pipeline's folder. */
  private final Map<String, RunSchedule> announced = new HashMap<>();

  AnnouncedRuns(
      LakeLayout lake, List<PipelineDefinition> pipelines, Duration interval, Instant since) {
    this.lake = lake;
    this.pipelines = pipelines;
    this.interval = interval;
    this.since = since;
  }

  /** A step that may fail without harm. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  @Override
  public void accept(Instant begin) {
    for (PipelineDefinition pipeline : pipelines) {
      RunSchedule schedule =
          new RunSchedule(
              process.host(), process.pid(), process.start(), since, begin, interval.toMillis());
      String folder = lake.progress(pipeline.name());
      tried(
          () -> {
            if (announced.containsKey(folder) || !isRunByAnother(folder)) {
              schedule.put(folder);
              announced.put(folder, schedule);
            }
          });
    }
  }

  /** Whether another driver has said so, and lives. This one waits for it, or ends at once. */
  private boolean isRunByAnother(String folder) throws IOException {
    return RunSchedule.find(folder)
        .map(DriverProcess::of)
        .filter(other -> other.isLocal() && !other.equals(process) && other.isAlive())
        .isPresent();
  }

  /** This driver runs none of them any more. */
  @Override
  public void close() {
    announced.forEach((folder, schedule) -> tried(() -> schedule.remove(folder)));
  }

  private static void tried(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      LOG.debug("The times of runs could not be written down.", e);
    }
  }
}
