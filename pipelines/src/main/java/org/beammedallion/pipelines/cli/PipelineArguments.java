package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.options.StoragePipelineOptions;
import org.beammedallion.io.storage.StorageSettings;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.beammedallion.quality.yaml.Variables;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
final class PipelineArguments {

  enum Output {
    text,
    json
  }

  @Parameters(
      index = "0",
      paramLabel = "PIPELINE",
      description = "path or URI of the pipeline file, for example orders.pipeline.yaml")
  String pipeline = "";

  @Option(
      names = "--lake",
      paramLabel = "URI",
      description = "folder or URI of the lake: bronze, silver, gold and quarantine")
  @Nullable String lake;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "read from this server of the contract instead of the pipeline file's")
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

  private boolean knowsStorages;

  /**
   * Beam's options, with the runner that we choose where none is named. From then on storages know
   * theirs.
   */
  PipelineOptions beamOptions() {
    List<String> arguments = new ArrayList<>(command.commandLine().getParseResult().unmatched());
    if (arguments.stream().noneMatch(argument -> argument.startsWith("--runner"))) {
      arguments.add("--runner=FlinkRunner");
    }
    PipelineOptions options = BeamArguments.parse(arguments, ownOptions());
    if (!knowsStorages) {
      try {
        StorageSettings storages = StoragePipelineOptions.read(options);
        storages.check();
        storages.install();
      } catch (IllegalArgumentException e) {
        throw new UsageException("--storage: " + e.getMessage());
      }
      knowsStorages = true;
    }
    return options;
  }

  /** To be called before anything is read. */
  private void configureStorages() {
    if (!knowsStorages) {
      beamOptions();
    }
  }

  /** Names of the options of all commands, without dashes: what a misspelt one may have meant. */
  private List<String> ownOptions() {
    return command.root().subcommands().values().stream()
        .flatMap(other -> other.getCommandSpec().options().stream())
        .map(option -> option.longestName().replaceFirst("^--", ""))
        .distinct()
        .toList();
  }

  /**
   * The pipeline file and its contract.
   *
   * @throws ConfigurationException with all that is wrong in them
   */
  PipelineDefinition definition() {
    return definition(document());
  }

  /** The pipeline file. */
  Document document() {
    configureStorages();
    return StoredDocument.of(Variables.home(pipeline));
  }

  /** The same of one of several pipeline files. */
  PipelineDefinition definition(Document file) {
    if (file.isFolder()) {
      throw WrongPipelineFile.folder(file);
    } else if (file.isMissing()) {
      throw WrongPipelineFile.missing(file);
    }
    try {
      return PipelineDefinition.load(file, server);
    } catch (ConfigurationException e) {
      UsageException wrong = WrongPipelineFile.of(file);
      throw wrong == null ? e : wrong;
    }
  }

  /**
   * The pipeline files that the arguments name; of a folder those in it.
   *
   * @param further arguments behind the first
   */
  List<Document> pipelineFiles(List<String> further) throws IOException {
    configureStorages();
    List<Document> files = new ArrayList<>();
    for (String named :
        Stream.concat(Stream.of(pipeline), further.stream()).map(Variables::home).toList()) {
      if (named.startsWith("@")) {
        throw BeamArguments.noOptionsFile(named);
      }
      Document document = StoredDocument.of(named);
      if (!document.isFolder()) {
        files.add(document);
        continue;
      }
      List<Document> found = StoredDocument.in(named, WrongPipelineFile.NAME_END);
      if (found.isEmpty()) {
        throw new UsageException(
            "There is no pipeline file in '"
                + named
                + "': in a folder, pipeline files are those whose names end in "
                + WrongPipelineFile.NAME_END
                + ".");
      }
      files.addAll(found);
    }
    return files;
  }

  String requiredLake() {
    configureStorages();
    if (lake == null) {
      throw new UsageException(
          "Missing --lake=URI. Name the folder of the lake, for example --lake=lake. It is made if it does not exist.");
    }
    return lake;
  }
}
