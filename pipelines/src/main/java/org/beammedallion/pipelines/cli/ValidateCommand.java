package org.beammedallion.pipelines.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code medallion validate}: says what would run and what is wrong, and touches nothing. */
@Command(
    name = "validate",
    description = {"Checks contract, pipeline file, SQL, options and reachability; says what would run; touches nothing.", ""},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Override
  public Integer call() {
    arguments.beamOptions();
    PipelineDefinition definition = arguments.definition();
    PrintWriter out = spec.commandLine().getOut();
    out.println(definition.name());
    return ExitCode.OK.code();
  }
}
