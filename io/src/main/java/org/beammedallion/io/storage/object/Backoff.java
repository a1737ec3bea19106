package org.beammedallion.io.storage.object;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;

/** Waiting between attempts of one request. */
public final class Backoff {

  /** Attempts without progress before a read fails. */
  public static final int READ_ATTEMPTS = 5;

  private static final long FIRST_PAUSE_MILLIS = 100;

  private static final long LONGEST_PAUSE_MILLIS = 20_000;

  private Backoff() {}

  /**
   * Waits a random time that doubles with each attempt, up to 20 seconds.
   *
   * @param attempt 0 for the first that failed
   * @param uri for the message where the thread is interrupted
   */
  public static void pause(int attempt, String uri) throws InterruptedIOException {
    pause(attempt, 0, uri);
  }

  /**
   * @param asked milliseconds that the store wants us to wait at least; not longer than 20 seconds
   */
  public static void pause(int attempt, long asked, String uri) throws InterruptedIOException {
    long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, Byte.SIZE));
    long own = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    try {
      Thread.sleep(Math.max(own, Math.min(asked, LONGEST_PAUSE_MILLIS)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for '" + uri + "'.");
    }
  }
}
