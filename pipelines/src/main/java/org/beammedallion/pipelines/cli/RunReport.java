package org.beammedallion.pipelines.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;

/**
 * What is printed of several pipelines that run side by side: a line for each cycle, and one for
 * all at the end. Used by several threads.
 */
final class RunReport {

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final boolean verbose;
  private final LakeLayout lake;
  private final long start = System.nanoTime();
  private final boolean isRepeated;
  private ExitCode worst = ExitCode.OK;
  private int cycles;
  private int idle;
  private int failed;

  /** So that a repeated run says nothing twice. */
  private final Map<String, List<String>> warned = new HashMap<>();

  /**
   * @param json whether each line is a JSON object
   * @param verbose whether stack traces of failures are printed
   */
  RunReport(PrintWriter out, PrintWriter err, boolean json, boolean verbose, LakeLayout lake) {
    this(out, err, json, verbose, lake, false);
  }

  private RunReport(
      PrintWriter out,
      PrintWriter err,
      boolean json,
      boolean verbose,
      LakeLayout lake,
      boolean isRepeated) {
    this.isRepeated = isRepeated;
    this.out = out;
    this.err = err;
    this.json = json;
    this.verbose = verbose;
    this.lake = lake;
  }

  /** The same of runs that are repeated: no steps, and nothing where nothing was new. */
  RunReport ofRepeatedRuns() {
    return new RunReport(out, err, json, verbose, lake, true);
  }

  /** Begins another run, whose exit code is its own. */
  synchronized void begin() {
    worst = ExitCode.OK;
  }

  /** The gravest exit code of the run. */
  synchronized ExitCode worst() {
    return worst;
  }

  /** How many cycles were completed. */
  synchronized long cycles() {
    return cycles;
  }

  /** Steps of one pipeline. Records are counted for the whole process, so no rate is shown. */
  Console console() {
    return Console.ofSteps(err, json || isRepeated);
  }

  /**
   * @param begun {@link System#nanoTime} when the pipeline began
   */
  synchronized void done(String pipeline, Outcome outcome, ExitCode code, long begun) {
    worst = worst.worse(code);
    Ledger ledger = outcome.ledger();
    if (ledger == null) {
      idle++;
    } else {
      cycles++;
    }
    if (isRepeated && ledger == null && outcome.warnings().equals(warned.get(pipeline))) {
      return;
    }
    warned.put(pipeline, outcome.warnings());
    double seconds = seconds(begun);
    if (json) {
      Summary.json(out, pipeline, outcome, seconds, lake);
    } else {
      Summary.line(out, pipeline, outcome, seconds);
    }
    out.flush();
  }

  synchronized void failed(String pipeline, Throwable failure, long begun) {
    Failure what = Failure.of(failure);
    worst = worst.worse(what.code());
    failed++;
    double seconds = begun == 0 ? 0 : seconds(begun);
    if (json) {
      Summary.json(out, pipeline, what, seconds, lake);
    } else {
      out.printf(
          Locale.ROOT, "%s: FAILED (%d): %s%n", pipeline, what.code().code(), what.sentence());
    }
    out.flush();
    if (verbose) {
      failure.printStackTrace(err);
    }
  }

  /** Files of a table were put together between two cycles, or could not be. */
  synchronized void compacted(String pipeline, Housekeeping.Done done) {
    if (json) {
      Summary.json(out, pipeline, done, lake);
    } else if (done.why() == null) {
      out.printf(
          Locale.ROOT,
          "%s: %,d small files of %s are put together, %.1f seconds%n",
          pipeline,
          done.files(),
          done.table(),
          done.took().toMillis() / 1e3);
    } else {
      out.printf(
          "  warning: %s: small files of %s could not be put together, and a later cycle tries again. %s%n",
          pipeline, done.table(), done.why());
    }
    out.flush();
  }

  /** Prints the line for all, and returns the gravest exit code. */
  synchronized ExitCode end() {
    if (!json) {
      out.printf(
          Locale.ROOT,
          "%,d cycles are complete, %,d pipelines had nothing new, %,d failed; %.1f seconds, %s%n",
          cycles,
          idle,
          failed,
          seconds(start),
          lake.root());
    }
    return worst;
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
