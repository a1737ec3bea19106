package org.beammedallion.pipelines.engine;

import org.jspecify.annotations.Nullable;

/**
 * A cycle could not be completed. Nothing is lost: what it had written down stays, and the next run
 * of the pipeline completes the same cycle.
 */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether an exception of a type is among the causes, also where a runner passes on a text. */
  public boolean isBecauseOf(Class<? extends Throwable> type) {
    return reason(type) != null;
  }

  /** The first line of what an exception of a type says, or null where none is among the causes. */
  public @Nullable String reason(Class<? extends Throwable> type) {
    return Failures.messageOf(this, type);
  }
}
