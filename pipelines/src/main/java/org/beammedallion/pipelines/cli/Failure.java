package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.util.Locale;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.SchemaChangeRefusedException;
import org.beammedallion.pipelines.cycle.CycleHeldException;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.transforms.sql.InvalidQueryException;

/**
 * The message to a user for an exception or an error of the JVM.
 *
 * @param sentence what, why, and how to mend it
 * @param explained whether the message is enough for a user, so that the stack trace would not help
 */
record Failure(ExitCode code, String sentence, boolean explained) {

  static Failure of(Throwable exception) {
    ExitCode code = code(exception);
    return new Failure(
        code,
        sentence(exception),
        code != ExitCode.FAILED || exception instanceof RunFailedException);
  }

  private static ExitCode code(Throwable exception) {
    if (exception instanceof UsageException) {
      return ExitCode.USAGE;
    } else if (exception instanceof ConfigurationException
        || exception instanceof InvalidQueryException
        || exception instanceof SchemaChangeRefusedException
        || exception instanceof IllegalArgumentException) {
      return ExitCode.INVALID;
    } else if (exception instanceof FencedException) {
      return ExitCode.FENCED;
    } else if (exception instanceof CycleHeldException) {
      return ExitCode.HELD;
    } else if (exception instanceof StorageException || exception instanceof DamagedLogException) {
      return ExitCode.STORAGE;
    }
    return ExitCode.FAILED;
  }

  private static String sentence(Throwable exception) {
    if (exception instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "Out of memory (%s): this JVM may use %,d MB. Raise -Xmx, or read less in a cycle with --maxFilesPerCycle or"
              + " --maxBytesPerCycle. Nothing is lost: run it again, and the cycle continues where it stopped.",
          exception.getMessage(),
          Runtime.getRuntime().maxMemory() >> 20);
    } else if (exception instanceof NoClassDefFoundError) {
      return "The class "
          + exception.getMessage()
          + " is missing. medallion.jar contains neither Flink nor Spark: for `java -jar`, the folder `engines`, which the build writes beside the jar, must be beside the jar; on a cluster, start it with"
          + " `flink run` or `spark-submit`.";
    }
    String message = exception.getMessage();
    boolean ours =
        exception instanceof IOException
            || exception instanceof IllegalArgumentException
            || exception.getClass().getName().startsWith("org.beammedallion");
    return ours && message != null ? message : exception.toString();
  }
}
