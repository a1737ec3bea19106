package org.beammedallion.pipelines.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.beammedallion.pipelines.driver.TriggerLoop;

/**
 * Ends a loop at a signal: the cycle that is running is finished, or abandoned where that takes too
 * long. Closed when the loop has ended.
 */
final class StoppedRun implements AutoCloseable {

  private final CountDownLatch ended = new CountDownLatch(1);

  private StoppedRun() {}

  /**
   * Waits for signals from now on.
   *
   * @param timeout how long a cycle may take from the signal on
   */
  static StoppedRun await(TriggerLoop loop, Duration timeout) {
    StoppedRun run = new StoppedRun();
    StopSignal.onFirst(
        () -> {
          loop.stop();
          run.exitAfter(timeout);
        },
        ExitCode.STOPPED);
    return run;
  }

  private void exitAfter(Duration timeout) {
    try {
      if (!ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        System.exit(ExitCode.STOPPED.code());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
