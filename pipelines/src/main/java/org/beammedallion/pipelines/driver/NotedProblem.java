package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.CycleProblem;
import org.beammedallion.pipelines.cycle.CycleHeldException;
import org.beammedallion.pipelines.engine.RunFailedException;

/** Writes into the lake why a cycle was not completed, where {@code medallion status} finds it. */
final class NotedProblem {

  /** Some messages hold what an engine printed. */
  private static final int LONGEST = 2_000;

  private NotedProblem() {}

  /** Completes a cycle. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Does it, and notes what is thrown.
   *
   * @param root the pipeline's own folder in the lake
   */
  static <T> T of(String root, Attempt attempt, Clock clock, Work<T> work)
      throws IOException, InterruptedException {
    try {
      return work.run();
    } catch (CycleHeldException
        | RunFailedException
        | IllegalArgumentException
        | IllegalStateException
        | IOException e) {
      String why = String.valueOf(e.getMessage());
      CycleProblem problem =
          new CycleProblem(
              attempt.cycle(),
              attempt.number(),
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              e instanceof CycleHeldException,
              why.substring(0, Math.min(why.length(), LONGEST)));
      try {
        problem.put(root);
      } catch (IOException notWritten) {
        e.addSuppressed(notWritten);
      }
      throw e;
    }
  }
}
