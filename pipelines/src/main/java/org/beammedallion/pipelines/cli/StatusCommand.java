package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.beammedallion.pipelines.status.PipelineStatus;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion status}: how a pipeline stands, beside a driver that runs it. */
@Command(
    name = "status",
    description = {
      "Shows how a pipeline stands: its cycles, what waits in its source, how fresh its tables are.",
      "Nothing is written, and a driver that runs is not disturbed.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "number of the newest cycles that are listed (default: 3)")
  private long limit = 3;

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new UsageException("--limit must be at least 1.");
    }
    LakeLayout lake =
        LakeLayout.of(arguments.requiredLake())
            .withCatalog(CatalogOptions.read(arguments.beamOptions()));
    PipelineDefinition definition = arguments.definition();
    PipelineStatus status = PipelineStatus.of(definition, lake, limit, Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    StatusText text = new StatusText(status);
    if (arguments.output == PipelineArguments.Output.json) {
      out.println(text.json(lake));
    } else {
      text.print(out, lake);
    }
    return (status.isWhole() ? ExitCode.OK : ExitCode.STORAGE).code();
  }
}
