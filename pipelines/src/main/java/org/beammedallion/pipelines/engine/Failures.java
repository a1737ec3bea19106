package org.beammedallion.pipelines.engine;

import java.io.IOException;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.jspecify.annotations.Nullable;

/** What a runner's exception is really about. */
final class Failures {

  private static final String MORE_MEMORY =
      "A task ran out of memory, it seems. Give the workers more (in this process: java -Xmx…), or fewer tasks at a"
          + " time (--parallelism=1 on Flink, --sparkMaster=local[1] on Spark in this process).";

  private Failures() {}

  /** A sentence that names the innermost cause that says something, and what to do. */
  static String describe(String what, Throwable failure) {
    String query = messageOf(failure, QueryFailedException.class);
    if (query != null) {
      return "Failed while "
          + what
          + ": "
          + query
          + System.lineSeparator()
          + "Silver and the pipeline's other gold tables are committed. Run again, and the same cycle is completed.";
    }
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
        + (lacksMemory(failure) ? MORE_MEMORY + System.lineSeparator() : "")
        + "Nothing is lost. Correct the cause and run again: the same cycle is then completed.";
  }

  /**
   * The first line of the message of an exception of a type among the causes, also where a runner
   * passes on no more than a text; or null.
   */
  static @Nullable String messageOf(Throwable failure, Class<? extends Throwable> type) {
    String marker = type.getName() + ": ";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      int at = text.indexOf(marker);
      if (at >= 0) {
        return text.substring(at + marker.length()).lines().findFirst().orElse("");
      }
    }
    return null;
  }

  /**
   * Spark in this process stops as a whole when a task runs out of memory, and the driver learns
   * only of the stop.
   */
  private static boolean lacksMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.toString();
      if (text.contains(OutOfMemoryError.class.getName())
          || text.contains("SparkContext was shut down")) {
        return true;
      }
    }
    return false;
  }
}
