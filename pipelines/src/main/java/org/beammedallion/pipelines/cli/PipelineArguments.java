package org.beammedallion.pipelines.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
final class PipelineArguments {

  /** Names of our options, without the dashes: what a misspelt option may have meant. */
  static final List<String> OWN_OPTIONS =
      List.of(
          "lake",
          "server",
          "trigger",
          "output",
          "verbose",
          "help",
          "version",
          "timestamp",
          "columns",
          "limit",
          "format",
          "to",
          "as",
          "dry-run",
          "olderThan",
          "keepLast",
          "sortBy",
          "zorderBy",
          "deleteRatio");

  enum Output {
    text,
    json
  }

  @Parameters(
      index = "0",
      paramLabel = "PIPELINE",
      description = "the pipeline file, for example orders.pipeline.yaml")
  Path pipeline = Path.of("");

  @Option(
      names = "--lake",
      paramLabel = "URI",
      description = "folder that holds, or shall hold, bronze, silver, gold and quarantine")
  @Nullable String lake;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "read from another of the contract's servers than the pipeline file says")
  @Nullable String server;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json, for a machine")
  Output output = Output.text;

  @Option(names = "--verbose", description = "show every log line, and stack traces with errors")
  boolean verbose;

  /** The command that these belong to. Its parse result holds what is left over: Beam's options. */
  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  /** Beam's options, with the runner that we choose where none is named. */
  PipelineOptions beamOptions() {
    List<String> arguments = new ArrayList<>(command.commandLine().getParseResult().unmatched());
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--runner"))) {
      arguments.add("--runner=FlinkRunner");
    }
    return BeamArguments.parse(arguments, OWN_OPTIONS);
  }

  /**
   * The pipeline file and its contract.
   *
   * @throws org.beammedallion.quality.yaml.ConfigurationException with all that is wrong in them
   */
  PipelineDefinition definition() {
    if (!Files.isRegularFile(pipeline)) {
      throw new UsageException(
          "There is no pipeline file '"
              + pipeline
              + "' (looked in "
              + Path.of("").toAbsolutePath()
              + ").");
    }
    return PipelineDefinition.load(pipeline, server);
  }

  String requiredLake() {
    if (lake == null) {
      throw new UsageException(
          "Where shall the tables be? Name a folder with --lake=URI, for example --lake=lake. It is made if it is not"
              + " there.");
    }
    return lake;
  }
}
