package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.io.progress.RunSchedule.Told;
import org.beammedallion.pipelines.cycle.DriverProcess;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the lake when the runs of this driver begin, for {@code medallion status}. It is written
 * after a run, so by a driver that may and can run the pipeline, and a lake that does not take it
 * stops nothing. Used by several threads, each pipeline by one at a time.
 */
final class AnnouncedRuns {

  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedRuns.class);

  /** What drivers left that were killed on hosts that are gone. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private final LakeLayout lake;
  private final Duration interval;
  private final Clock clock;
  private final DriverProcess process = DriverProcess.current();
  private final Instant since;

  /** By pipeline. */
  private final Map<String, Told> announced = new ConcurrentHashMap<>();

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  AnnouncedRuns(LakeLayout lake, Duration interval, Clock clock) {
    this.lake = lake;
    this.interval = interval;
    this.clock = clock;
    this.since = clock.instant();
  }

  /** A step that may fail without harm. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /**
   * Called after a run of a pipeline.
   *
   * @param begin when it began
   */
  void after(String pipeline, Instant begin) {
    Instant now = clock.instant();
    Instant due = begin.plus(interval);
    Instant next = due.isBefore(now) ? now : due;
    Told last = announced.get(pipeline);
    boolean holds =
        last != null
            && last.schedule().has(next)
            && Duration.between(last.told(), now).compareTo(RunSchedule.RENEWED) < 0;
    if (holds) {
      return;
    }
    RunSchedule schedule =
        new RunSchedule(
            process.host(), process.pid(), process.start(), since, next, interval.toMillis());
    String folder = lake.progress(pipeline);
    tried(
        pipeline,
        () -> {
          if (last == null) {
            removeThoseOfTheDead(folder, now);
          }
          schedule.put(folder);
          announced.put(pipeline, new Told(schedule, now));
        });
  }

  private static void removeThoseOfTheDead(String folder, Instant now) throws IOException {
    for (Told each : RunSchedule.all(folder)) {
      DriverProcess other = DriverProcess.of(each.schedule());
      boolean isDead =
          other.isLocal() ? !other.isAlive() : each.told().isBefore(now.minus(FORGOTTEN));
      if (isDead) {
        each.schedule().remove(folder);
      }
    }
  }

  /** This driver runs none of them any more. */
  void end() {
    announced.forEach(
        (pipeline, told) -> tried(pipeline, () -> told.schedule().remove(lake.progress(pipeline))));
  }

  private void tried(String pipeline, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      // As with the sign of life: nothing depends on it, whatever a storage throws.
      if (warned.add(pipeline)) {
        LOG.warn("`status` of {} cannot tell when it runs: {}", pipeline, e.getMessage());
      }
    }
  }
}
