package org.beammedallion.pipelines.driver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a run at an interval, until it is stopped. A run that takes longer than the interval is
 * followed at once. After one that failed it waits longer each time, up to a minute or the
 * interval, whichever is more. {@link #stop} may be called by another thread.
 */
public final class TriggerLoop {

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Duration interval;
  private final @Nullable Instant until;
  private final Clock clock;
  private boolean isStopped;

  /** A run, which may be repeated. */
  @FunctionalInterface
  public interface Run {
    /**
     * Whether it succeeded.
     *
     * @param begin when it begins
     */
    boolean run(Instant begin) throws Exception;
  }

  /**
   * @param interval from the beginning of a run to that of the next
   * @param until no run begins at or after this time; null for ever
   */
  public TriggerLoop(Duration interval, @Nullable Instant until, Clock clock) {
    this.interval = interval;
    this.until = until;
    this.clock = clock;
  }

  /** Runs, and returns when it was stopped or its time is over. */
  public void run(Run run) throws Exception {
    int failures = 0;
    while (goesOn()) {
      Instant begin = clock.instant();
      failures = run.run(begin) ? 0 : failures + 1;
      await(failures == 0 ? begin.plus(interval) : clock.instant().plus(pause(failures)));
    }
  }

  private Duration pause(int failures) {
    Duration pause = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 6));
    Duration longest = interval.compareTo(LONGEST_WAIT) > 0 ? interval : LONGEST_WAIT;
    Duration least = pause.compareTo(interval) < 0 ? interval : pause;
    return least.compareTo(longest) > 0 ? longest : least;
  }

  /** Whether another cycle may begin. */
  public synchronized boolean goesOn() {
    return !isStopped && (until == null || clock.instant().isBefore(until));
  }

  /** Ends it after the run that is at work. */
  public synchronized void stop() {
    isStopped = true;
    notifyAll();
  }

  private synchronized void await(Instant next) throws InterruptedException {
    Instant end = until != null && until.isBefore(next) ? until : next;
    long millis = Duration.between(clock.instant(), end).toMillis();
    while (!isStopped && millis > 0) {
      wait(millis);
      millis = Duration.between(clock.instant(), end).toMillis();
    }
  }
}
