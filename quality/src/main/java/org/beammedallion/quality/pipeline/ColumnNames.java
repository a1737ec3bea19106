package org.beammedallion.quality.pipeline;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.SchemaProperty;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.schema.ColumnName;
import org.beammedallion.quality.yaml.Problems;
import org.jspecify.annotations.Nullable;

/** Refuses names of properties that cannot be columns of silver. */
final class ColumnNames {

  private final Problems problems;
  private final boolean iceberg;
  private final Map<String, String> reserved = new TreeMap<>();

  /**
   * @param changes whether the records are changes of rows
   * @param offset whether rows of one key are ordered by the offsets of their messages
   * @param versions whether every version of a row is kept
   * @param transform whether rows pass through a transform of the user's own
   */
  ColumnNames(
      TableKind format,
      boolean changes,
      boolean offset,
      boolean versions,
      boolean transform,
      Problems problems) {
    this.problems = problems;
    reserve("_source", "the file that a row comes from");
    reserve("_position", "the place of a row in its file");
    if (changes) {
      reserve(PipelineDefinition.SEQUENCE, "the order of changes");
    }
    if (offset) {
      reserve(PipelineDefinition.OFFSET, "the order of messages");
    }
    if (versions) {
      reserve("_deleted", "whether a version of a row is a delete");
    }
    if (transform) {
      reserve("_shard", "where a row comes from, for a transform");
    }
    this.iceberg = format == TableKind.ICEBERG;
  }

  private void reserve(String name, String what) {
    reserved.put(name, "which holds " + what);
  }

  /** Adds a problem for each property whose name cannot be a column's. */
  void check(SchemaObject object) {
    for (SchemaProperty property : object.properties()) {
      String what = purpose(property.name());
      if (what != null) {
        problems.add(
            property.location(),
            "'"
                + property.name()
                + "' is the name of a column that tables add themselves, "
                + what
                + "; give it another name"
                + instead(property));
      }
      checkSpelling(property);
    }
  }

  private @Nullable String purpose(String name) {
    String what = reserved.get(name.toLowerCase(Locale.ROOT));
    return what == null && iceberg && ColumnName.isIcebergMetadata(name)
        ? "for Iceberg's metadata"
        : what;
  }

  private static String instead(SchemaProperty property) {
    return property.physicalName().equals(property.name())
        ? ", such as '"
            + property.name().replaceFirst("^_+", "")
            + "', and put this one into 'physicalName: "
            + property.name()
            + "'."
        : "; its 'physicalName' says already what the source calls it.";
  }

  private void checkSpelling(SchemaProperty property) {
    if (!ColumnName.isSpelledRight(property.name())) {
      problems.add(
          property.location(),
          "'"
              + property.name()
              + "' cannot be a column's name: "
              + ColumnName.SPELLING
              + ". Give the property a plain 'name' and put this one into 'physicalName'.");
    }
    property.type().properties().forEach(this::checkSpelling);
    SchemaProperty items = property.type().items();
    if (items != null) {
      checkSpelling(items);
    }
  }
}
