package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.pipelines.driver.DryRun;
import org.beammedallion.pipelines.jobs.TableJobs.Description;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.KafkaSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec;
import org.jspecify.annotations.Nullable;

/** What a run would read and write, for a person and for a machine. */
record DryRunText(
    PipelineDefinition definition,
    DryRun dryRun,
    PipelineOptions options,
    CatalogSettings catalog,
    @Nullable LakeLayout lake) {

  private static final int MOST_FILES = 20;

  void print(PrintWriter out) {
    out.printf(
        "%s is valid: contract %s %s%n",
        definition.name(), definition.contract().id(), definition.contract().version());
    line(
        out,
        "source",
        String.format(
            Locale.ROOT,
            "server %s, %s, %s: %s",
            definition.source().server(),
            dryRun.pattern(),
            definition.source().format(),
            fresh()));
    printTakenAgain(out);
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
      line(out, "next run", "updates the facts, because a dimension has changed");
    } else if (dryRun.newFiles() == 0) {
      line(out, "next run", "has nothing to do");
    }
    dryRun.warnings().forEach(warning -> line(out, "warning", warning));
    List<String> notices =
        definition.contract().notices().stream().map(String::valueOf).distinct().toList();
    if (!notices.isEmpty()) {
      line(out, "note", "parts of contract and pipeline file that have no effect:");
      notices.forEach(notice -> line(out, "", notice));
    }
  }

  private String fresh() {
    String bytes = Console.bytes(dryRun.newBytes());
    return definition.source().place() instanceof KafkaSpec
        ? String.format(
            Locale.ROOT, "up to %,d messages are new, about %s", dryRun.newFiles(), bytes)
        : String.format(
            Locale.ROOT,
            "%,d of %,d files %s, %s",
            dryRun.newFiles(),
            dryRun.files(),
            dryRun.takenAgain().isEmpty() ? "are new" : "would be read",
            bytes);
  }

  private void printTakenAgain(PrintWriter out) {
    List<String> files = dryRun.takenAgain();
    if (files.isEmpty()) {
      return;
    }
    line(
        out,
        "take again",
        String.format(
            Locale.ROOT,
            "%,d of them %s read before: the rows from then give way, and gold is computed as a whole",
            files.size(),
            files.size() == 1 ? "was" : "were"));
    files.stream().limit(MOST_FILES).forEach(file -> line(out, "", file));
    if (files.size() > MOST_FILES) {
      line(out, "", String.format(Locale.ROOT, "and %,d more files", files.size() - MOST_FILES));
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    out.printf("  %-10s %s%n", name, text);
  }

  /** The same as an object. */
  ObjectNode json() {
    ObjectNode root = Json.object();
    root.put("pipeline", definition.name());
    root.put("status", "VALID");
    root.put("contract", definition.contract().id());
    root.put("contractVersion", definition.contract().version());
    root.put("source", dryRun.pattern());
    root.put("files", dryRun.files());
    root.put("newFiles", dryRun.newFiles());
    root.put("newBytes", dryRun.newBytes());
    root.set("takenAgain", Json.MAPPER.valueToTree(dryRun.takenAgain()));
    root.put("openCycle", dryRun.openCycle());
    root.put("staleFacts", dryRun.staleFacts());
    root.set("newGold", Json.MAPPER.valueToTree(dryRun.newGold()));
    root.put("silver", definition.silver().table());
    ObjectNode gold = root.putObject("gold");
    dryRun
        .gold()
        .forEach((table, schema) -> gold.set(table, Json.MAPPER.valueToTree(schema.names())));
    ObjectNode changes = root.putObject("changes");
    dryRun
        .changes()
        .byTable()
        .forEach(
            (table, list) ->
                changes.set(
                    table,
                    Json.MAPPER.valueToTree(list.stream().map(SchemaChange::describe).toList())));
    root.set("warnings", Json.MAPPER.valueToTree(dryRun.warnings()));
    ArrayNode notices = root.putArray("notices");
    definition
        .contract()
        .notices()
        .forEach(notice -> notices.add(notice.location() + ": " + notice.message()));
    return root;
  }
}
