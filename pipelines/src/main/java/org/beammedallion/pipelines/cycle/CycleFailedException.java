package org.beammedallion.pipelines.cycle;

/**
 * A cycle could not be completed. Nothing is lost: what it had written down stays, and the next run
 * of the pipeline completes the same cycle.
 */
public final class CycleFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CycleFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
