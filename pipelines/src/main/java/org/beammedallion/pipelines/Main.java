package org.beammedallion.pipelines;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.beammedallion.pipelines.cli.CommandLines;

/** The entry point of the one jar. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    int code = run(arguments);
    // Engines leave threads behind that are no daemons; a scheduler waits for the process.
    System.exit(code);
  }

  /**
   * Runs a command in this JVM.
   *
   * @return what the process would exit with, see {@code docs/command-line.md}
   */
  public static int run(String... arguments) {
    if (List.of(arguments).contains("--verbose")) {
      LocalLogging.verbose();
    } else {
      LocalLogging.quiet();
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return CommandLines.execute(out, err, arguments);
  }
}
