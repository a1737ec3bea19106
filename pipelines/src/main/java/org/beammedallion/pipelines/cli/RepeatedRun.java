package org.beammedallion.pipelines.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.beammedallion.pipelines.driver.TriggerLoop;

/** Runs pipelines at an interval until a signal, a time or a number of cycles ends it. */
final class RepeatedRun {

  private final TriggerLoop loop;
  private final Duration stopTimeout;
  private final long maxCycles;
  private final RunReport report;
  private final Consumer<Instant> announced;

  /** One run of all pipelines. */
  @FunctionalInterface
  interface Once {
    /**
     * @param goOn is asked before each cycle
     */
    void run(BooleanSupplier goOn) throws InterruptedException;
  }

  /**
   * @param report is told of each cycle by the run itself
   * @param announced is told when runs begin
   */
  RepeatedRun(
      Duration interval, TriggerOptions options, RunReport report, Consumer<Instant> announced) {
    loop = new TriggerLoop(interval, options.until(), Clock.systemUTC());
    stopTimeout = options.stopTimeout();
    maxCycles = options.maxCycles();
    this.report = report;
    this.announced = announced;
  }

  /**
   * @return the gravest code of the last run
   */
  ExitCode run(Once once) throws Exception {
    StoppedRun stopped = StoppedRun.await(loop, stopTimeout);
    try {
      loop.run(
          () -> {
            report.begin();
            once.run(() -> loop.goesOn() && report.cycles() < maxCycles);
            ExitCode code = report.worst();
            if (report.cycles() >= maxCycles || !goesOnAfter(code)) {
              loop.stop();
            }
            return code != ExitCode.STORAGE && code != ExitCode.FAILED && code != ExitCode.HELD;
          },
          announced);
    } finally {
      stopped.close();
    }
    return report.worst();
  }

  /**
   * Whether what failed may succeed when it is tried again without a change of options or files.
   */
  private static boolean goesOnAfter(ExitCode code) {
    return switch (code) {
      case USAGE, INVALID, FENCED -> false;
      default -> true;
    };
  }
}
