package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.beammedallion.pipelines.maintain.PipelineReset;
import org.beammedallion.pipelines.maintain.PipelineReset.Part;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion reset}: forgets a pipeline as a whole. */
@Command(
    name = "reset",
    description = {
      "Removes a pipeline's tables, bronze, quarantine and progress log, so that the next run reads all files again.",
      "Files of the source, and tables that other pipelines write, are not touched.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class ResetCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(names = "--yes", description = "removes without asking")
  private boolean yes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PipelineDefinition definition = arguments.definition();
    LakeLayout lake =
        LakeLayout.of(arguments.requiredLake())
            .withCatalog(CatalogOptions.read(arguments.beamOptions()));
    PipelineReset reset = PipelineReset.of(definition, lake);
    List<Part> parts = reset.parts();
    PrintWriter out = spec.commandLine().getOut();
    boolean json = arguments.output == PipelineArguments.Output.json;
    if (!json) {
      print(out, definition, lake, parts);
    }
    boolean agreed = !parts.isEmpty() && (yes || asks());
    if (agreed) {
      reset.run(parts, Clock.systemUTC());
    }
    if (json) {
      out.println(json(definition, lake, parts, agreed));
    } else if (!parts.isEmpty()) {
      out.println(agreed ? "Removed." : "Nothing was removed.");
    }
    return ExitCode.OK.code();
  }

  private static void print(
      PrintWriter out, PipelineDefinition definition, LakeLayout lake, List<Part> parts) {
    if (parts.isEmpty()) {
      out.printf("There is nothing of %s in %s.%n", definition.name(), lake.root());
      return;
    }
    out.printf("reset of %s removes, in %s:%n", definition.name(), lake.root());
    for (Part part : parts) {
      out.printf(
          Locale.ROOT,
          "  %-24s %,8d files %10s  %s%n",
          part.what(),
          part.files(),
          org.beammedallion.pipelines.cli.Console.bytes(part.bytes()),
          part.folder());
    }
    out.flush();
  }

  // Some JDKs have a console without a terminal; a line that cannot be read is what tells.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean asks() {
    Console terminal = System.console();
    String answer = terminal == null ? null : terminal.readLine("Remove all of this? [yes/no] ");
    if (answer == null) {
      throw new UsageException(
          "reset asks before it removes anything, and there is no terminal to ask at. Nothing was removed; --yes"
              + " removes without asking.");
    }
    return answer.strip().equalsIgnoreCase("yes");
  }

  private static ObjectNode json(
      PipelineDefinition definition, LakeLayout lake, List<Part> parts, boolean removed) {
    ObjectNode root = Json.object();
    root.put("pipeline", definition.name());
    root.put("lake", lake.root());
    root.put("removed", removed);
    ArrayNode list = root.putArray("parts");
    for (Part part : parts) {
      list.addObject()
          .put("what", part.what())
          .put("folder", part.folder())
          .put("files", part.files())
          .put("bytes", part.bytes());
    }
    return root;
  }
}
