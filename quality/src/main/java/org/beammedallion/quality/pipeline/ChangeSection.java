package org.beammedallion.quality.pipeline;

import java.util.Locale;
import java.util.Set;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.Server;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.pipeline.ChangeSpec.Debezium;
import org.beammedallion.quality.pipeline.ChangeSpec.Dms;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.pipeline.SourceSpec.CsvSpec;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** Reads {@code changes} of the source, and holds it against the rest of the pipeline. */
final class ChangeSection {

  private static final Set<Format> DEBEZIUM_FORMATS = Set.of(Format.JSON, Format.AVRO);
  private static final Set<Format> DMS_FORMATS = Set.of(Format.CSV, Format.PARQUET);

  private final YamlNode source;
  private final Problems problems;

  ChangeSection(YamlNode source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  /** Null where the records are rows. */
  @Nullable ChangeSpec read(Server server, Format format, CsvSpec csv) {
    String kind = source.text("changes");
    refuse("debezium", kind);
    refuse("dms", kind);
    if (kind == null) {
      return null;
    } else if (kind.equals("dms")) {
      requireFormat(server, format, DMS_FORMATS, "csv or parquet");
      return dms(format, csv);
    }
    requireFormat(server, format, DEBEZIUM_FORMATS, "json or avro");
    return debezium();
  }

  private void refuse(String options, @Nullable String kind) {
    if (source.has(options) && !options.equals(kind)) {
      problems.add(
          source.locationOf(options),
          "'" + options + "' has no effect here; set 'changes: " + options + "' or remove it.");
    }
  }

  private void requireFormat(Server server, Format format, Set<Format> known, String words) {
    if (!known.contains(format)) {
      problems.add(
          server.location(),
          "server '"
              + server.name()
              + "' has the format "
              + format.name().toLowerCase(Locale.ROOT)
              + ", but changes of "
              + source.text("changes")
              + " are read from "
              + words
              + ".");
    }
  }

  private Debezium debezium() {
    YamlNode options = source.find("debezium");
    return options == null ? Debezium.DEFAULT : new DebeziumOptions(options, problems).read();
  }

  private Dms dms(Format format, CsvSpec csv) {
    YamlNode options = source.find("dms");
    if (options == null) {
      return Dms.DEFAULT;
    }
    String timestamp = options.text("timestampColumn");
    if (timestamp != null && format == Format.CSV && !csv.hasHeader()) {
      problems.add(
          options.locationOf("timestampColumn"),
          "'timestampColumn' names a column, but the files have no header; set AddColumnName=true in DMS and remove"
              + " 'csv.header: false'.");
    }
    return new Dms(options.text("operationColumn", Dms.DEFAULT.operationColumn()), timestamp);
  }

  /** Holds what was read against silver and the rest. */
  void check(YamlNode root, SchemaObject object, TableContract table, SilverSpec silver) {
    YamlNode options = source.find("debezium");
    if (options != null) {
      new DebeziumOptions(options, problems).check(table.schema());
    }
    YamlNode section = root.find("silver");
    Location write = section == null ? root.location() : section.locationOf("write");
    if (silver.write() != WriteMode.UPSERT) {
      problems.add(
          write, "changes insert, update and delete rows by their key, which is 'write: upsert'.");
    }
    if (section != null && section.has("latestBy")) {
      problems.add(
          section.locationOf("latestBy"),
          "changes have their own order, that of the source's log; remove 'latestBy'.");
    }
    if (root.has("transform")) {
      problems.add(
          root.locationOf("transform"),
          "a transform works on rows, and a delete has no row; remove 'transform', or read the changes without it.");
    }
  }
}
