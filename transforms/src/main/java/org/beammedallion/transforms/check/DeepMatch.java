package org.beammedallion.transforms.check;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

/**
 * Matches texts that are too long for the stack of an ordinary thread: the JDK's matcher recurses
 * once for each repetition of a group. It takes a thread with a stack that the text fits in.
 */
final class DeepMatch {

  /** What a repetition takes, measured with groups of alternatives, and some more. */
  private static final long BYTES_A_CHARACTER = 1 << 10;

  private static final long LEAST_STACK = 16L << 20;
  private static final long MOST_STACK = 1L << 30;

  private DeepMatch() {}

  /**
   * Whether the pattern is somewhere in the text; false where even the largest stack does not hold
   * what the matcher needs, which takes a million repetitions: nobody can say that it matches.
   */
  static boolean find(Pattern pattern, String text) {
    long stack = Math.min(MOST_STACK, Math.max(LEAST_STACK, text.length() * BYTES_A_CHARACTER));
    FutureTask<Boolean> match = new FutureTask<>(() -> pattern.matcher(text).find());
    Thread thread = new Thread(null, match, "pattern", stack);
    thread.setDaemon(true);
    thread.start();
    try {
      return join(match);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StackOverflowError) {
        return false;
      }
      throw new IllegalStateException("The pattern " + pattern + " failed.", e.getCause());
    }
  }

  private static boolean join(FutureTask<Boolean> match) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return match.get();
        } catch (InterruptedException e) {
          // The row must be judged first; who interrupts learns of it afterwards.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
