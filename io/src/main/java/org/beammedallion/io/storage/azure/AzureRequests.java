package org.beammedallion.io.storage.azure;

import com.azure.core.exception.AzureException;
import com.azure.core.http.HttpHeaderName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.MalformedURLException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.beammedallion.io.storage.object.Backoff;
import org.beammedallion.io.storage.object.ObjectLocation;

/**
 * Makes requests, and repeats those whose failure may pass. The SDK's own repeats have pauses
 * without a random part, do not wait as long as the store asks for, and fail with an
 * IllegalStateException after the body of an error was read.
 */
final class AzureRequests {

  /**
   * With the pauses some two minutes: a store that throttles slows a cycle, and does not fail it.
   */
  private static final int ATTEMPTS = 15;

  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private static final long MILLIS = 1_000;

  private AzureRequests() {}

  /**
   * Makes a request.
   *
   * @param verb what cannot be done where it fails, such as {@code read}
   * @throws IOException with what to do
   */
  static <T> T ask(String verb, ObjectLocation location, Supplier<T> request) throws IOException {
    try {
      return repeated(location, ATTEMPTS, request);
    } catch (Failure e) {
      throw AzureErrors.explained(verb, location, e.cause);
    }
  }

  /** A request that could not be made or was refused. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final RuntimeException cause;

    Failure(RuntimeException cause) {
      super(cause);
      this.cause = cause;
    }

    /** What the SDK has thrown. */
    RuntimeException thrown() {
      return cause;
    }
  }

  static <T> T repeated(ObjectLocation location, Supplier<T> request) throws IOException, Failure {
    return repeated(location, ATTEMPTS, request);
  }

  /**
   * @param attempts how often at most
   */
  static <T> T repeated(ObjectLocation location, int attempts, Supplier<T> request)
      throws IOException, Failure {
    for (int attempt = 0; ; attempt++) {
      try {
        return request.get();
      } catch (RuntimeException e) {
        // The SDK throws checked exceptions in plain ones, so no narrower type will do. What is
        // neither of the store, nor of the connection, nor an interrupt is a defect.
        boolean isInterrupted = has(e, InterruptedException.class);
        if (!(e instanceof AzureException) && !isOfConnection(e) && !isInterrupted) {
          throw e;
        } else if (isInterrupted || Thread.currentThread().isInterrupted()) {
          // The client of the JDK clears the flag.
          Thread.currentThread().interrupt();
          InterruptedIOException interrupted =
              new InterruptedIOException("Interrupted at '" + location.uri() + "'.");
          interrupted.initCause(e);
          throw interrupted;
        } else if (attempt == attempts - 1 || !mayPass(e)) {
          throw new Failure(e);
        }
        Backoff.pause(attempt, askedMillis(e), location.uri());
      }
    }
  }

  private static boolean mayPass(RuntimeException e) {
    int status = AzureErrors.status(e);
    return status == 0 ? isOfConnection(e) : PASSING.contains(status);
  }

  /** A file of a secret that cannot be read is no failure of the connection. */
  private static boolean isOfConnection(Throwable e) {
    return !has(e, FileSystemException.class)
        && !has(e, MalformedURLException.class)
        && (has(e, IOException.class) || has(e, TimeoutException.class));
  }

  private static boolean has(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static long askedMillis(RuntimeException e) {
    String seconds = AzureErrors.header(e, HttpHeaderName.RETRY_AFTER);
    return seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) * MILLIS : 0;
  }
}
