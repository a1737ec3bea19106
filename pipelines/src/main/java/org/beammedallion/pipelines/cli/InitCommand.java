package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.beammedallion.pipelines.init.DraftedPipeline;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code medallion init}: writes a contract and a pipeline file from files of data. */
@Command(
    name = "init",
    description = {
      "Writes a data contract and a pipeline file from files of data.",
      "Format, columns and types are guessed, each with its evidence as a comment. The files are those of one data set:",
      "JSON, CSV, Avro or Parquet, plain or compressed.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class InitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "files of one data set, on this machine")
  private List<Path> files = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "name of the pipeline and its table; the first file's unless given")
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "folder that both files are written to; this one unless given")
  private Path folder = Path.of("");

  @Option(
      names = "--header",
      arity = "1",
      paramLabel = "true|false",
      description = "whether the first line of CSV names the columns; guessed unless given")
  private @Nullable Boolean header;

  @Option(names = "--force", description = "writes over files that are there")
  private boolean force;

  @Option(names = "--verbose", description = "show stack traces with errors")
  @SuppressWarnings("UnusedVariable") // It is looked for among the arguments.
  private boolean verbose;

  @Override
  public Integer call() throws IOException {
    List<String> unknown = spec.commandLine().getParseResult().unmatched();
    if (!unknown.isEmpty()) {
      throw new UsageException("init has no option '" + unknown.get(0) + "'.");
    } else if (!name.isEmpty() && !name.matches("[A-Za-z][A-Za-z0-9_]{0,99}")) {
      throw new UsageException(
          "--name: '"
              + name
              + "' is a table's name too: use letters, digits and '_', a letter first.");
    }
    DraftedPipeline draft = DraftedPipeline.of(files, name, folder, header);
    Path contract = folder.resolve(draft.contractName());
    Path pipeline = folder.resolve(draft.pipelineName());
    for (Path file : List.of(contract, pipeline)) {
      if (!force && Files.exists(file)) {
        throw new UsageException(
            "'"
                + file
                + "' is there already, and was not touched. --force writes over it, --name=NAME gives another name.");
      }
    }
    Files.createDirectories(folder.toAbsolutePath());
    Files.writeString(contract, draft.contract());
    Files.writeString(pipeline, draft.pipeline());
    print(draft, contract, pipeline, PipelineDefinition.load(pipeline, null));
    return ExitCode.OK.code();
  }

  private void print(
      DraftedPipeline draft, Path contract, Path pipeline, PipelineDefinition definition) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %,d columns, %s%n",
        draft.name(),
        definition.schema().fields().size(),
        definition.source().format());
    out.printf("  %-10s %s%n", "contract", contract);
    out.printf("  %-10s %s%n", "pipeline", pipeline);
    new SampleText(definition, draft.sample(), draft.rejected(), List.of()).print(out);
    draft.decisions().forEach(decision -> out.printf("  %-10s %s%n", "decide", decision));
    draft.warnings().forEach(warning -> out.printf("  %-10s %s%n", "warning", warning));
    out.printf("next: %s%n", next(draft, pipeline));
  }

  private static String next(DraftedPipeline draft, Path pipeline) {
    String run = "medallion run " + pipeline + " --lake=lake";
    if (!draft.warnings().isEmpty()) {
      return "correct what is behind the lines 'warning'; medallion validate "
          + pipeline
          + " --sample=1000 shows what would be rejected";
    }
    return draft.decisions().isEmpty() ? run : "look at the lines 'decide', then " + run;
  }
}
