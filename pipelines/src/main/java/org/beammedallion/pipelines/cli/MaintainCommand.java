package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.LakeFormat;
import org.beammedallion.io.progress.PendingRollback;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.maintain.TableReport;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.Amounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code medallion maintain}: compacts and cleans the tables of a pipeline. */
@Command(
    name = "maintain",
    description = {
      "Compacts small files, expires old versions, removes left-over files.",
      "It works on every table of the pipeline. Cycles may run at the same time.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class MaintainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PipelineArguments arguments = new PipelineArguments();

  @Option(names = "--dry-run", description = "show what would be done, and change nothing")
  private boolean dryRun;

  @Option(
      names = "--olderThan",
      paramLabel = "AGE",
      description =
          "remove versions and left-over files older than this (default: 7d; at least 1h)")
  private String olderThan = "7d";

  @Option(
      names = "--keepLast",
      paramLabel = "N",
      description = "number of latest versions that are always kept (default: 1)")
  private int keepLast = 1;

  @Option(
      names = "--sortBy",
      paramLabel = "A,B",
      split = ",",
      description =
          "sort rows by these columns within each partition whose files overlap in the first")
  private List<String> sortBy = List.of();

  @Option(
      names = "--zorderBy",
      paramLabel = "A,B",
      split = ",",
      description =
          "sort them along a Z-curve instead, so that a filter on any of the columns skips files")
  private List<String> zorderBy = List.of();

  @Option(
      names = "--deleteRatio",
      paramLabel = "PART",
      converter = NumberConverters.Part.class,
      description =
          "rewrite files of which at least this part of the rows is deleted by position (default:"
              + " 0.3; 0 takes all that lost a row)")
  private double deleteRatio = 0.3;

  @Override
  public Integer call() throws IOException {
    PipelineOptions options = arguments.beamOptions();
    Maintenance.Settings settings = settings();
    LakeLayout lake =
        LakeLayout.of(arguments.requiredLake()).withCatalog(CatalogOptions.read(options));
    LakeFormat.require(lake.progress(arguments.definition().name()));
    if (!dryRun) {
      requireNoRollback(lake);
      lake.requireWritable();
      lake.requireWritable(TableJobs.of(arguments.definition(), lake).byName());
    }
    Maintenance maintenance =
        new Maintenance(arguments.definition(), lake, options, settings, Clock.systemUTC());
    try {
      maintenance.requireSortable();
    } catch (NoSuchElementException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Maintenance.Report report = maintenance.run();
    PrintWriter out = spec.commandLine().getOut();
    if (arguments.output == PipelineArguments.Output.json) {
      json(out, report);
    } else {
      text(out, report);
    }
    return ExitCode.OK.code();
  }

  /** Files that it still needs could be removed. */
  private void requireNoRollback(LakeLayout lake) throws IOException {
    String progress = lake.progress(arguments.definition().name());
    Optional<PendingRollback> pending = PendingRollback.find(progress);
    if (pending.isPresent()) {
      throw new UsageException(
          String.format(
              "A rollback of %s to version %d is running or was interrupted. Complete it with `medallion run`, or roll back"
                  + " again; then maintain.",
              pending.get().table(), pending.get().to()));
    }
  }

  private Maintenance.Settings settings() {
    if (!sortBy.isEmpty() && !zorderBy.isEmpty()) {
      throw new UsageException("Rows have one order: use --sortBy or --zorderBy, not both.");
    }
    SortOrder order =
        zorderBy.isEmpty() ? new SortOrder(sortBy, false) : new SortOrder(zorderBy, true);
    try {
      return new Maintenance.Settings(
          Amounts.duration(olderThan), keepLast, order, deleteRatio, dryRun);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private void text(PrintWriter out, Maintenance.Report report) {
    if (report.tables().isEmpty()) {
      out.println("There are no tables yet.");
    }
    String would = dryRun ? "would be " : "";
    for (TableReport table : report.tables()) {
      out.println(table.table());
      if (dryRun) {
        line(out, "live", size(table.before().files(), table.before().bytes()));
      } else {
        line(
            out,
            "live",
            size(table.before().files(), table.before().bytes())
                + " before, "
                + size(table.after().files(), table.after().bytes())
                + " after");
      }
      line(out, "compacted", number(table.smallFiles()) + " files " + would + "put together");
      if (table.before().deletedRows() > 0) {
        line(
            out,
            "deleted",
            number(table.before().deletedRows())
                + " rows by position"
                + (dryRun ? "" : " before, " + number(table.after().deletedRows()) + " after"));
      }
      line(out, "expired", number(table.versionsExpired()) + " versions " + would + "forgotten");
      line(
          out,
          "removed",
          size(table.filesRemoved(), table.bytesRemoved())
              + (dryRun ? " would be removed now" : ""));
      if (!table.note().isEmpty()) {
        line(out, "warning", table.note());
      }
    }
    out.printf("results of failed attempts: %s %sremoved%n", number(report.resultFiles()), would);
  }

  private static void line(PrintWriter out, String name, String text) {
    out.printf("  %-10s %s%n", name, text);
  }

  private static String size(long files, long bytes) {
    return number(files) + " files, " + Console.bytes(bytes);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private void json(PrintWriter out, Maintenance.Report report) {
    ObjectNode root = Json.object();
    root.put("dryRun", dryRun);
    root.set("tables", Json.MAPPER.valueToTree(report.tables()));
    root.put("resultFiles", report.resultFiles());
    out.println(root);
  }
}
