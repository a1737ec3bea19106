package org.beammedallion.pipelines.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.beammedallion.quality.yaml.DidYouMean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command and turns every failure into a message and an exit code. */
public final class CommandLines {

  private CommandLines() {}

  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    return execute(new CommandLine(new MedallionCommand()), out, err, arguments);
  }

  static int execute(CommandLine line, PrintWriter out, PrintWriter err, String... arguments) {
    boolean verbose = Arrays.asList(arguments).contains("--verbose");
    line.setOut(out);
    line.setErr(err);
    line.setUnmatchedArgumentsAllowed(true);
    // A line is an argument, quotes and all: JSON has many.
    line.setUseSimplifiedAtFiles(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    NumberConverters.register(line);
    listExitCodes(line);
    line.setParameterExceptionHandler((exception, args) -> usage(exception));
    line.setExecutionExceptionHandler(
        (exception, command, parsed) -> failure(err, exception, verbose));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      // picocli hands on exceptions only. Unhandled, it would end this thread and not the process,
      // which the threads of an engine keep alive.
      return failure(err, e, verbose);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** So that {@code --help} of a command names the codes that it can end with. */
  private static void listExitCodes(CommandLine line) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.of(line.getCommandName())) {
      codes.put(" " + code.code(), code.meaning());
    }
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes; of several that would fit, the gravest:%n")
        .exitCodeList(codes);
    line.getSubcommands().values().forEach(CommandLines::listExitCodes);
  }

  private static int usage(ParameterException exception) {
    PrintWriter err = exception.getCommandLine().getErr();
    String unknown = unknownCommand(exception.getCommandLine());
    err.println("medallion: " + (unknown == null ? exception.getMessage() : unknown));
    CommandLine.UnmatchedArgumentException.printSuggestions(exception, err);
    err.println(
        "See `" + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
    return ExitCode.USAGE.code();
  }

  /**
   * What to say where a word stands for a command and is none; null where there is no such word.
   */
  private static @Nullable String unknownCommand(CommandLine line) {
    ParseResult parsed = line.getParseResult();
    if (line.getParent() != null || parsed == null || parsed.hasSubcommand()) {
      return null;
    }
    return parsed.unmatched().stream()
        .filter(word -> !word.startsWith("-"))
        .findFirst()
        .map(
            word ->
                "There is no command '"
                    + word
                    + "'"
                    + DidYouMean.ending(word, line.getSubcommands().keySet()))
        .orElse(null);
  }

  private static int failure(PrintWriter err, Throwable exception, boolean verbose) {
    Failure failure = Failure.of(exception);
    err.println("medallion: " + failure.sentence());
    if (verbose) {
      exception.printStackTrace(err);
    } else if (!failure.explained()) {
      err.println("Run it again with --verbose to see the stack trace.");
    }
    return failure.code().code();
  }
}
