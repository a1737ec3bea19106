package org.beammedallion.io.progress;

/**
 * Another driver owns the pipeline; this one must stop. Nothing is lost: the other one completes
 * the cycle.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FencedException(String message) {
    super(message);
  }
}
