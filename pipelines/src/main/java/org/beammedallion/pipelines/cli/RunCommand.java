package org.beammedallion.pipelines.cli;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion run}: takes what is new from source to gold. */
@Command(
    name = "run",
    description = {
      "Takes everything that is new from the source to gold, in one cycle, and exits.",
      "A run that was killed is completed by the next one; nothing is lost and nothing counts twice.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footer = {
      "",
      "Every option of Beam and its runners can be given too, for example:",
      "  --runner=FlinkRunner|SparkRunner|DirectRunner     the default is Flink, in this process, with every core",
      "  --flinkMaster=host:port, --sparkMaster=spark://host:port",
      "A misspelt option is an error. `@file` reads options from a file.",
      "",
      "Exit codes: 0 done, 1 the cycle failed, 2 wrong option, 3 wrong contract or pipeline file, 4 another driver is",
      "at work, 5 storage refused, 6 the gate held the cycle, 7 files were refused, 8 every record was rejected."
    })
final class RunCommand implements Callable<Integer> {

  /** When cycles run. */
  enum Trigger {
    availableNow
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(
      names = "--trigger",
      paramLabel = "WHEN",
      description = "availableNow (default): one cycle over what is there, then exit")
  @SuppressWarnings("UnusedVariable") // There is one; picocli refuses every other.
  private Trigger trigger = Trigger.availableNow;

  @Option(
      names = "--recompute",
      paramLabel = "TABLE",
      split = ",",
      description =
          "gold tables to make anew as a whole from silver, as after a change of their SQL; several with commas")
  private List<String> recompute = List.of();

  @Option(
      names = "--setAside",
      paramLabel = "FILE",
      split = ",",
      description =
          "files that were refused and are not to be read again: their URIs, or their names where that is clear")
  private List<String> setAside = List.of();

  @Override
  public Integer call() throws Exception {
    PipelineOptions options = arguments.beamOptions();
    LakeLayout lake =
        LakeLayout.of(arguments.requiredLake()).withCatalog(CatalogOptions.read(options));
    PipelineDefinition definition = arguments.definition();
    boolean json = arguments.output == PipelineArguments.Output.json;
    Outcome outcome;
    try (Console console = new Console(spec.commandLine().getErr(), json)) {
      outcome =
          new CycleDriver(definition, lake, options, Clock.systemUTC(), console)
              .recomputing(
                  recompute.stream().map(table -> table.replaceFirst("^gold\\.", "")).toList())
              .settingAside(setAside)
              .run();
      if (json) {
        Summary.json(
            spec.commandLine().getOut(),
            definition.name(),
            outcome,
            console.seconds(),
            lake.root());
      } else {
        Summary.text(
            spec.commandLine().getOut(),
            definition.name(),
            outcome,
            console.seconds(),
            lake.root());
      }
    }
    return code(outcome).code();
  }

  private static ExitCode code(Outcome outcome) {
    Ledger ledger = outcome.ledger();
    if (ledger != null && ledger.publishedNothing()) {
      return ExitCode.NOTHING_PUBLISHED;
    }
    return outcome.refused().isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
  }
}
