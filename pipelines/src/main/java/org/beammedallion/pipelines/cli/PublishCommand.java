package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.beammedallion.io.publish.Publication;
import org.beammedallion.io.publish.PublishedNames;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion publish}: changes the table that a fixed name points to. */
@Command(
    name = "publish",
    description = {
      "Points a fixed name to a table, effective immediately.",
      "Use it to switch readers to a new table, for a change that an existing table does not allow.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class PublishCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TableArguments arguments = new TableArguments();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "the stable name; `medallion read PIPELINE published.NAME` reads it")
  private String stableName = "";

  @Override
  public Integer call() throws IOException {
    if (!PublishedNames.NAME.matcher(stableName).matches()) {
      throw new UsageException(
          "'"
              + stableName
              + "' cannot be a stable name: use letters, digits and '_', no digit first, at most 100 characters.");
    }
    Table table = arguments.table();
    if (table.snapshot().isEmpty()) {
      throw new UsageException(
          arguments.absence() + " It cannot be read yet: run the pipeline first.");
    }
    Publication wanted = wanted(table);
    PublishedNames names = new PublishedNames(arguments.lake().published());
    boolean changed =
        names
            .find(stableName)
            .map(before -> !before.location().equals(wanted.location()))
            .orElse(true);
    print(names.publish(wanted), changed);
    return ExitCode.OK.code();
  }

  private Publication wanted(Table table) {
    PipelineDefinition definition = arguments.definition();
    LakeLayout lake = arguments.lake();
    boolean delta = definition.silver().format() == TableKind.DELTA;
    String source =
        delta
            ? "delta.`" + table.uri() + "`"
            : "`" + lake.catalog().name() + "`." + arguments.name();
    return new Publication(
        stableName,
        0,
        arguments.name(),
        definition.name(),
        arguments.pipelineFile().address(),
        delta ? "delta" : "iceberg",
        table.uri(),
        "SELECT * FROM " + source,
        Clock.systemUTC().instant());
  }

  private void print(Publication publication, boolean changed) {
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.json()) {
      ObjectNode root = Json.object();
      root.put("name", publication.name());
      root.put("version", publication.version());
      root.put("table", publication.table());
      root.put("pipeline", publication.pipeline());
      root.put("format", publication.format());
      root.put("location", publication.location());
      root.put("select", publication.select());
      root.put("changed", changed);
      out.println(root);
    } else if (changed) {
      out.printf(
          "published.%s is %s of pipeline %s now.%n",
          publication.name(), publication.table(), publication.pipeline());
      out.printf("  in Spark SQL: %s%n", publication.select());
    } else {
      out.printf("published.%s is %s already.%n", publication.name(), publication.table());
    }
  }
}
