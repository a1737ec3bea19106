package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.beammedallion.io.table.TableVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code medallion history}: the versions of a table that can still be read. */
@Command(
    name = "history",
    description = {"Lists the versions of a table that can still be read, the latest first.", ""},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class HistoryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TableArguments arguments = new TableArguments();

  @Override
  public Integer call() throws IOException {
    List<TableVersion> versions = arguments.table().history().versions();
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.json()) {
      json(out, versions);
    } else if (versions.isEmpty()) {
      out.println(arguments.absence());
    } else {
      text(out, versions);
    }
    return ExitCode.OK.code();
  }

  private static void text(PrintWriter out, List<TableVersion> versions) {
    out.printf(
        "%8s  %-24s  %8s %8s  %12s %12s  %s%n",
        "version", "time", "files +", "files -", "rows +", "rows -", "what");
    for (TableVersion version : versions) {
      TableVersion.Origin origin = version.origin();
      out.printf(
          Locale.ROOT,
          "%8d  %-24s  %,8d %,8d  %12s %12s  %s%s%n",
          version.version(),
          version.time(),
          version.filesAdded(),
          version.filesRemoved(),
          rows(version.rowsAdded()),
          rows(version.rowsRemoved()),
          version.operation(),
          origin == null
              ? ""
              : " (cycle " + origin.cycle() + " of " + origin.applicationId() + ")");
    }
  }

  private static String rows(@Nullable Long count) {
    return count == null ? "?" : String.format(Locale.ROOT, "%,d", count);
  }

  private void json(PrintWriter out, List<TableVersion> versions) {
    ObjectNode root = Json.object();
    root.put("table", arguments.name());
    ArrayNode list = root.putArray("versions");
    for (TableVersion version : versions) {
      ObjectNode node = list.addObject();
      node.put("version", version.version());
      node.put("time", version.time().toString());
      node.put("operation", version.operation());
      TableVersion.Origin origin = version.origin();
      node.put("application", origin == null ? null : origin.applicationId());
      node.put("cycle", origin == null ? null : Long.valueOf(origin.cycle()));
      node.put("filesAdded", version.filesAdded());
      node.put("filesRemoved", version.filesRemoved());
      node.put("rowsAdded", version.rowsAdded());
      node.put("rowsRemoved", version.rowsRemoved());
    }
    out.println(root);
  }
}
