package org.beammedallion.io.progress;

/** A newer version of the program has written to the lake; this one must not touch it. */
public final class NewerFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  NewerFormatException(String message) {
    super(message);
  }
}
