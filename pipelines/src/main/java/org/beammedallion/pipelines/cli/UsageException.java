package org.beammedallion.pipelines.cli;

/** The command was given wrongly; the message says what, why and how to correct it. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
