package org.beammedallion.pipelines.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.beammedallion.pipelines.driver.TriggerLoop;

/** Runs pipelines at an interval until a signal, a time or a number of cycles ends it. */
final class RepeatedRun {

  private final TriggerLoop loop;
  private final Duration stopTimeout;
  private final long maxCycles;
  private final RunReport report;
  private final Runnable last;

  /** One run of all pipelines. */
  @FunctionalInterface
  interface Once {
    /**
     * @param begin when it begins
     * @param goOn is asked before each cycle
     */
    void run(Instant begin, BooleanSupplier goOn) throws InterruptedException;
  }

  /**
   * @param report is told of each cycle by the run itself
   * @param last is done when no run follows, in the time that a signal leaves
   */
  RepeatedRun(Duration interval, TriggerOptions options, RunReport report, Runnable last) {
    loop = new TriggerLoop(interval, options.until(), Clock.systemUTC());
    stopTimeout = options.stopTimeout();
    maxCycles = options.maxCycles();
    this.report = report;
    this.last = last;
  }

  /**
   * @return the gravest code of the last run
   */
  ExitCode run(Once once) throws Exception {
    StoppedRun stopped = StoppedRun.await(loop, stopTimeout);
    try {
      loop.run(
          begin -> {
            report.begin();
            once.run(begin, () -> loop.goesOn() && report.cycles() < maxCycles);
            ExitCode code = report.worst();
            if (report.cycles() >= maxCycles || !goesOnAfter(code)) {
              loop.stop();
            }
            return code != ExitCode.STORAGE && code != ExitCode.FAILED && code != ExitCode.HELD;
          });
    } finally {
      try {
        last.run();
      } finally {
        stopped.close();
      }
    }
    return report.worst();
  }

  /**
   * Whether what failed may succeed when it is tried again without a change of options or files.
   */
  static boolean goesOnAfter(ExitCode code) {
    return switch (code) {
      case USAGE, INVALID, FENCED -> false;
      default -> true;
    };
  }
}
