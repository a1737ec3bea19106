package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion rollback}: makes a table hold what it held at an earlier version. */
@Command(
    name = "rollback",
    description = {
      "Makes a new version of a table with the rows of an earlier one.",
      "The cycles since then stay done: the next run does not bring their rows back.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class RollbackCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TableArguments arguments = new TableArguments();

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      required = true,
      description = "the version whose rows are wanted; `medallion history` lists them")
  private long to;

  @Override
  public Integer call() throws IOException {
    Table table = arguments.table();
    KeptVersions.require(arguments, table.history().versions(), to);
    CommitResult result = table.history().rollback(to);
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.json()) {
      ObjectNode root = Json.object();
      root.put("table", arguments.name());
      root.put("rolledBackTo", to);
      root.put("version", result.version());
      root.put("changed", result.outcome() == Outcome.COMMITTED);
      out.println(root);
    } else if (result.outcome() == Outcome.EMPTY) {
      out.printf("%s holds what version %d holds already.%n", arguments.name(), to);
    } else {
      out.printf(
          "%s: version %d holds what version %d held. The cycles since then are not run again.%n",
          arguments.name(), result.version(), to);
      if (arguments.name().startsWith("silver.")) {
        out.println(
            "Gold tables keep what they have, except for windows that later cycles touch: roll them back too.");
      }
    }
    return ExitCode.OK.code();
  }
}
