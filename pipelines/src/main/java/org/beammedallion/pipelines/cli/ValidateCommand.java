package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.pipelines.driver.DryRun;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion validate}: shows what would run and what is wrong, and changes nothing. */
@Command(
    name = "validate",
    description = {
      "Checks contract, pipeline file, SQL, options and reachability; shows what would run; changes nothing.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "reads so many records, and says which of them would be rejected, why, and what is likely to mend it")
  private long sample;

  @Override
  public Integer call() throws IOException {
    PipelineOptions options = arguments.beamOptions();
    PipelineDefinition definition = arguments.definition();
    CatalogSettings catalog = CatalogOptions.read(options);
    LakeLayout lake =
        arguments.lake == null ? null : LakeLayout.of(arguments.lake).withCatalog(catalog);
    if (sample < 0) {
      throw new UsageException("--sample must be a number of records, such as 1000.");
    }
    DryRunText text =
        new DryRunText(
            definition, DryRun.of(definition, lake, catalog, List.of()), options, catalog, lake);
    SampleText read = sample == 0 ? null : SampleText.of(definition, lake, sample);
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.output == PipelineArguments.Output.json) {
      ObjectNode root = text.json();
      if (read != null) {
        read.json(root);
      }
      out.println(root);
    } else {
      text.print(out);
      if (read != null) {
        read.print(out);
      }
    }
    return ExitCode.OK.code();
  }
}
