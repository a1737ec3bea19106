package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.driver.SilverRollback;
import org.beammedallion.pipelines.jobs.TableJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion rollback}: restores the rows of an earlier version of a table. */
@Command(
    name = "rollback",
    description = {
      "Makes a new version of a table with the rows of an earlier one.",
      "Later cycles stay done: the next run does not load their rows again.",
      "A rollback of silver includes its remembered deletes and its kept versions.",
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
  public Integer call() throws IOException, InterruptedException {
    Table table = arguments.table();
    String silver = "silver." + arguments.definition().silver().table();
    Map<String, Table> companions =
        TableJobs.of(arguments.definition(), arguments.lake()).companions();
    if (companions.containsKey(arguments.name())) {
      throw new UsageException(
          String.format(
              "%s belongs to %s and can only be rolled back together with it. Roll back %s; `medallion history %s` lists its"
                  + " versions.",
              arguments.name(), silver, silver, silver));
    }
    KeptVersions.require(arguments, table.history().versions(), to);
    arguments.lake().requireWritable(Map.of(arguments.name(), table));
    if (companions.isEmpty() || !arguments.name().equals(silver)) {
      print(table.history().rollback(to), Map.of());
    } else {
      SilverRollback.Result result =
          SilverRollback.run(arguments.definition(), arguments.lake(), Clock.systemUTC(), to);
      print(result.silver(), result.companions());
    }
    return ExitCode.OK.code();
  }

  private void print(CommitResult result, Map<String, SilverRollback.Companion> companions) {
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.json()) {
      ObjectNode root = Json.object();
      root.put("table", arguments.name());
      root.put("rolledBackTo", to);
      root.put("version", result.version());
      root.put("changed", result.outcome() == Outcome.COMMITTED);
      ArrayNode with = root.putArray("companions");
      companions.forEach(
          (name, companion) ->
              with.addObject()
                  .put("table", name)
                  .put(
                      "rolledBackTo",
                      companion.to() == CommitRequest.NO_TABLE ? null : companion.to())
                  .put("version", companion.result().version())
                  .put("changed", companion.result().outcome() == Outcome.COMMITTED));
      out.println(root);
    } else if (result.outcome() == Outcome.EMPTY) {
      out.printf("%s already has the rows of version %d.%n", arguments.name(), to);
    } else {
      out.printf(
          "%s: version %d has the rows of version %d. Later data stays out: it is not loaded again.%n",
          arguments.name(), result.version(), to);
    }
    if (!arguments.json()) {
      companions.forEach((name, companion) -> printCompanion(out, name, companion));
      if (arguments.name().startsWith("silver.") && result.outcome() != Outcome.EMPTY) {
        out.println(
            "Gold tables are not changed, except for windows of later cycles: roll them back too.");
      }
    }
  }

  private static void printCompanion(
      PrintWriter out, String name, SilverRollback.Companion companion) {
    String then =
        companion.to() == CommitRequest.NO_TABLE
            ? "is empty, as at that time"
            : "has the rows of version " + companion.to();
    out.printf(
        "%s was rolled back with it: version %d %s.%n", name, companion.result().version(), then);
  }
}
