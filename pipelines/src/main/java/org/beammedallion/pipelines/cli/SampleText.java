package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.sample.EmptyColumns;
import org.beammedallion.pipelines.sample.LikelyFix;
import org.beammedallion.pipelines.sample.RejectedSample;
import org.beammedallion.pipelines.sample.RejectedSample.Example;
import org.beammedallion.pipelines.sample.RejectedSample.Group;
import org.beammedallion.pipelines.sample.SourceSample;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.Field;
import org.jspecify.annotations.Nullable;

/** What a sample of the source has shown, for a person and for a machine. */
record SampleText(
    PipelineDefinition definition,
    SourceSample sample,
    RejectedSample rejected,
    List<Field> empty) {

  /** Reads a sample. */
  static SampleText of(PipelineDefinition definition, @Nullable LakeLayout lake, long records)
      throws IOException {
    RejectedSample rejected = new RejectedSample();
    EmptyColumns empty = new EmptyColumns(definition.rowSchema());
    SourceSample sample =
        SourceSample.read(
            definition,
            lake,
            records,
            batch -> {
              rejected.add(batch);
              empty.add(batch);
            });
    return new SampleText(definition, sample, rejected, empty.fields());
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "  %-10s %,d %s of %,d %s: %,d would be published, %,d rejected%s%n",
        "sample",
        rejected.read(),
        rejected.read() == 1 ? "record" : "records",
        sample.files(),
        sample.files() == 1 ? "file" : "files",
        rejected.read() - rejected.rejected(),
        rejected.rejected(),
        rejected.rejected() == 0 ? "" : " (" + share(rejected.rejected(), rejected.read()) + ")");
    sample.refused().forEach(file -> out.printf("    refused: %s%n", file.sentence()));
    rejected.groups().forEach(group -> print(out, group));
    if (rejected.untold() > 0) {
      out.printf(
          Locale.ROOT,
          "    %,d records have faults in more fields than are counted here: look again when these are mended%n",
          rejected.untold());
    }
    Map<String, Long> unknown = rejected.unknown().byName();
    if (!unknown.isEmpty()) {
      out.printf(
          "    left out: %s, which the contract does not know%n",
          unknown.entrySet().stream()
              .map(field -> field.getKey() + " (" + field.getValue() + ")")
              .collect(Collectors.joining(", ")));
      if (!empty.isEmpty()) {
        out.printf("    warning: %s%n", emptyColumns());
      }
    }
    sample.warnings().forEach(warning -> out.printf("    warning: %s%n", warning));
  }

  /** Where fields are left out, one of them may be meant by a column that is always null. */
  private String emptyColumns() {
    return empty.stream()
            .map(
                field ->
                    "'"
                        + field.name()
                        + "'"
                        + (field.physicalName().equals(field.name())
                            ? ""
                            : " ('" + field.physicalName() + "' in the source)"))
            .collect(Collectors.joining(", "))
        + (empty.size() == 1 ? " has" : " have")
        + " no value in any row. If one of the fields that are left out is meant, correct 'physicalName' in the contract.";
  }

  private void print(PrintWriter out, Group group) {
    out.printf(
        Locale.ROOT,
        "    %s%s: %,d (%s), %s%n",
        group.reason(),
        group.rule().isEmpty()
            ? group.field().isEmpty() ? "" : " of '" + group.field() + "'"
            : " by " + group.rule(),
        group.count(),
        share(group.count(), rejected.read()),
        group.reason().description());
    for (Example example : group.examples()) {
      out.printf(
          Locale.ROOT,
          "      %s at %,d: %s%n",
          name(example.provenance().source()),
          example.provenance().position(),
          example.detail());
    }
    LikelyFix.of(group, definition.source().format(), rejected.read())
        .forEach(fix -> out.printf("      likely fix: %s%n", fix));
  }

  private static String name(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  /**
   * A share that is not nothing is never shown as nothing, and one that is not all never as all.
   */
  static String share(long part, long whole) {
    double percent = whole == 0 ? 0 : 100.0 * part / whole;
    if (part > 0 && percent < 0.1) {
      return "< 0.1 %";
    } else if (part < whole && percent > 99.9) {
      return "> 99.9 %";
    }
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  void json(ObjectNode root) {
    ObjectNode node = root.putObject("sample");
    node.put("records", rejected.read());
    node.put("rejected", rejected.rejected());
    node.set("refused", Json.MAPPER.valueToTree(sample.refused()));
    node.set("warnings", Json.MAPPER.valueToTree(sample.warnings()));
    node.set("leftOut", Json.MAPPER.valueToTree(rejected.unknown().byName()));
    node.set("emptyColumns", Json.MAPPER.valueToTree(empty.stream().map(Field::name).toList()));
    ArrayNode groups = node.putArray("groups");
    for (Group group : rejected.groups()) {
      ObjectNode each = groups.addObject();
      each.put("reason", group.reason().name());
      each.put("field", group.field());
      each.put("rule", group.rule());
      each.put("count", group.count());
      ArrayNode examples = each.putArray("examples");
      for (Example example : group.examples()) {
        ObjectNode shown = examples.addObject();
        shown.put("source", example.provenance().source());
        shown.put("position", example.provenance().position());
        shown.put("detail", example.detail());
      }
      List<String> fixes = LikelyFix.of(group, definition.source().format(), rejected.read());
      each.put("likelyFix", fixes.isEmpty() ? null : String.join(" ", fixes));
    }
  }
}
