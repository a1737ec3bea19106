package org.beammedallion.pipelines.cycle;

import java.io.IOException;

/** What a runner's exception is really about. */
final class Failures {

  private Failures() {}

  /** A sentence that names the innermost cause that says something, and what to do. */
  static String describe(String what, Throwable failure) {
    Throwable best = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException || cause.getCause() == null) {
        best = cause;
        if (cause instanceof IOException) {
          break;
        }
      }
    }
    String message = best.getMessage();
    boolean explained = best instanceof IOException && message != null;
    return "The runner failed while "
        + what
        + ": "
        + (explained ? message : best.toString())
        + System.lineSeparator()
        + "Nothing is lost. Mend the cause and run again: the same cycle is completed then.";
  }
}
