package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.pipelines.driver.DryRun;
import org.beammedallion.pipelines.jobs.TableJobs.Description;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code medallion validate}: says what would run and what is wrong, and touches nothing. */
@Command(
    name = "validate",
    description = {
      "Checks contract, pipeline file, SQL, options and reachability; says what would run; touches nothing.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Override
  public Integer call() throws IOException {
    PipelineOptions options = arguments.beamOptions();
    PipelineDefinition definition = arguments.definition();
    CatalogSettings catalog = CatalogOptions.read(options);
    LakeLayout lake =
        arguments.lake == null ? null : LakeLayout.of(arguments.lake).withCatalog(catalog);
    DryRun dryRun = DryRun.of(definition, lake, catalog);
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.output == PipelineArguments.Output.json) {
      Summary.json(out, definition, dryRun);
    } else {
      print(out, definition, dryRun, options, catalog, lake);
    }
    return ExitCode.OK.code();
  }

  private static void print(
      PrintWriter out,
      PipelineDefinition definition,
      DryRun dryRun,
      PipelineOptions options,
      CatalogSettings catalog,
      @Nullable LakeLayout lake) {
    out.printf(
        "%s is valid: contract %s %s%n",
        definition.name(), definition.contract().id(), definition.contract().version());
    line(
        out,
        "source",
        String.format(
            Locale.ROOT,
            "server %s, %s, %s: %,d of %,d files are new, %s",
            definition.source().server(),
            dryRun.pattern(),
            definition.source().format(),
            dryRun.newFiles(),
            dryRun.files(),
            Console.bytes(dryRun.newBytes())));
    line(
        out,
        "rules",
        String.format(
            "%d for every record (offenders are rejected), %d for a cycle (reported)",
            definition.checks().rules().size(), definition.checks().expectations().size()));
    for (Description table : dryRun.tables()) {
      line(out, table.layer(), table.text());
    }
    if (definition.silver().format() == SilverSpec.TableKind.ICEBERG) {
      line(out, "catalog", catalog.toString());
    }
    line(out, "lake", lake == null ? "not given: a run needs --lake=URI" : lake.root());
    line(out, "runner", options.getRunner().getSimpleName());
    dryRun
        .changes()
        .byTable()
        .forEach(
            (table, changes) ->
                changes.forEach(change -> line(out, "change", table + ": " + change.describe())));
    if (dryRun.openCycle() > 0) {
      line(
          out,
          "next run",
          "completes cycle " + dryRun.openCycle() + ", which an earlier run has begun");
    } else if (dryRun.newFiles() == 0 && !dryRun.newGold().isEmpty()) {
      line(out, "next run", "makes " + String.join(", ", dryRun.newGold()) + " of silver as it is");
    } else if (dryRun.newFiles() == 0 && dryRun.staleFacts()) {
      line(out, "next run", "mends the facts, for a dimension has changed");
    } else if (dryRun.newFiles() == 0) {
      line(out, "next run", "has nothing to do");
    }
    dryRun.warnings().forEach(warning -> line(out, "warning", warning));
    List<String> notices =
        definition.contract().notices().stream().map(String::valueOf).distinct().toList();
    if (!notices.isEmpty()) {
      line(out, "note", "what contract and pipeline file say and nothing is done with:");
      notices.forEach(notice -> line(out, "", notice));
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    out.printf("  %-10s %s%n", name, text);
  }
}
