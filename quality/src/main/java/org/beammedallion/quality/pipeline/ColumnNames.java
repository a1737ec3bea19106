package org.beammedallion.quality.pipeline;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.SchemaProperty;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.yaml.Problems;

/** Refuses names of properties that cannot be columns of silver. */
final class ColumnNames {

  /** What Delta Lake and Parquet refuse in a column's name. */
  private static final Pattern BAD =
      Pattern.compile(".*[ ,;{}()\\n\\t=`\\p{Cntrl}].*|", Pattern.DOTALL);

  /** The metadata columns of Iceberg's specification and of Spark's tables in that format. */
  private static final Set<String> ICEBERG =
      Set.of(
          "_file",
          "_pos",
          "_deleted",
          "_spec_id",
          "_partition",
          "_row_id",
          "_last_updated_sequence_number",
          "_change_type",
          "_change_ordinal",
          "_commit_snapshot_id");

  private final Problems problems;
  private final Map<String, String> reserved = new TreeMap<>();

  /**
   * @param changes whether the records are changes of rows
   * @param versions whether every version of a row is kept
   * @param transform whether rows pass through a transform of the user's own
   */
  ColumnNames(
      TableKind format, boolean changes, boolean versions, boolean transform, Problems problems) {
    this.problems = problems;
    reserve("_source", "the file that a row comes from");
    reserve("_position", "the place of a row in its file");
    if (changes) {
      reserve(PipelineDefinition.SEQUENCE, "the order of changes");
    }
    if (versions) {
      reserve("_deleted", "whether a version of a row is its end");
    }
    if (transform) {
      reserve("_shard", "where a row comes from, for a transform");
    }
    if (format == TableKind.ICEBERG) {
      ICEBERG.forEach(name -> reserved.putIfAbsent(name, "Iceberg's metadata"));
    }
  }

  private void reserve(String name, String what) {
    reserved.put(name, "which holds " + what);
  }

  /** Adds a problem for each property whose name cannot be a column's. */
  void check(SchemaObject object) {
    for (SchemaProperty property : object.properties()) {
      String what = reserved.get(property.name().toLowerCase(Locale.ROOT));
      if (what != null) {
        problems.add(
            property.location(),
            "'"
                + property.name()
                + "' is the name of a column that tables have of their own, "
                + (what.startsWith("which") ? what : "for " + what)
                + "; give it another name"
                + instead(property));
      }
      checkSpelling(property);
    }
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
    if (BAD.matcher(property.name()).matches()) {
      problems.add(
          property.location(),
          "'"
              + property.name()
              + "' cannot be a column's name: tables allow no blanks and none of ,;{}()=`. Give the"
              + " property a plain 'name' and put this one into 'physicalName'.");
    }
    property.properties().forEach(this::checkSpelling);
    SchemaProperty items = property.items();
    if (items != null) {
      checkSpelling(items);
    }
  }
}
