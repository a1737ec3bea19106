package org.beammedallion.transforms.star;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.ChangeSequence;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * How versions of rows become rows of a dimension. A version has the fields {@link #versions}:
 * where history is kept all of the table's, for of two equally late ones the greater row counts
 * there; a row of the dimension has the surrogate key, the business key, the other columns, and
 * where history is kept when it began to hold, when it ceased to, and whether it is current.
 */
public final class DimensionPlan implements Serializable {

  private static final long serialVersionUID = 1L;

  private final RecordSchema versions;
  private final RecordSchema output;
  private final RowKey key;
  private final List<Integer> keyFields;
  private final List<Integer> columns;
  private final List<Integer> tracked;
  private final int validFrom;
  private final int order;
  private final int deleted;
  private final Chronology chronology;

  /** What tells which of two versions of a key came first. */
  public enum Chronology {
    /** The time from which they hold; of one time, their order. */
    TIME,
    /**
     * Their order, as in the log of a database. A version holds at the earliest from the time on
     * from which the one before it does, for clocks are less exact than a log.
     */
    ORDER
  }

  private DimensionPlan(
      RecordSchema versions, RecordSchema output, Names names, @Nullable ChangeSequence changes) {
    this.versions = versions;
    this.output = output;
    this.keyFields = indexes(names.key);
    this.columns = indexes(names.columns);
    this.tracked = indexes(names.tracked);
    this.validFrom = index(names.validFrom);
    this.order = index(names.order);
    this.deleted = index(names.deleted);
    this.chronology = names.chronology;
    int[] positions = keyFields.stream().mapToInt(Integer::intValue).toArray();
    RowLayout layout = RowLayout.of(versions);
    this.key =
        changes == null
            ? RowKey.of(layout, positions, order)
            : RowKey.ofChanges(layout, positions, order, changes);
  }

  /**
   * Names of the fields of a version.
   *
   * @param columns that the dimension has beside the key
   * @param tracked those of them whose change makes a new row
   * @param validFrom timestamp at which the version began to hold; null where no history is kept
   * @param order tells the later of two versions; null where nothing does
   * @param deleted boolean that says that the key is gone; null where versions are rows only
   * @param chronology of history, where it is kept
   */
  public record Names(
      List<String> key,
      List<String> columns,
      List<String> tracked,
      @Nullable String validFrom,
      @Nullable String order,
      @Nullable String deleted,
      Chronology chronology) {

    private Set<String> all() {
      Set<String> all = new LinkedHashSet<>(key);
      for (@Nullable String name : new @Nullable String[] {validFrom, order, deleted}) {
        if (name != null) {
          all.add(name);
        }
      }
      all.addAll(columns);
      return all;
    }
  }

  /**
   * @param rows of which the versions are read, with every field that is named
   * @param output the dimension's columns, in the order told above
   */
  public static DimensionPlan of(RecordSchema rows, Names names, RecordSchema output) {
    return create(rows, names, output, null);
  }

  /**
   * The same of changes of rows.
   *
   * @param changes the order of the texts in the field that tells the later of two versions
   */
  public static DimensionPlan ofChanges(
      RecordSchema rows, Names names, RecordSchema output, ChangeSequence changes) {
    return create(rows, names, output, changes);
  }

  private static DimensionPlan create(
      RecordSchema rows, Names names, RecordSchema output, @Nullable ChangeSequence changes) {
    List<String> read =
        names.validFrom == null
            ? List.copyOf(names.all())
            : rows.fields().stream().map(Field::name).toList();
    List<Field> fields = new ArrayList<>();
    for (String name : read) {
      fields.add(Field.optional(name, rows.field(name).type()));
    }
    return new DimensionPlan(new RecordSchema(fields), output, names, changes);
  }

  private int index(@Nullable String name) {
    return name == null ? -1 : versions.indexOf(name);
  }

  private List<Integer> indexes(List<String> names) {
    return names.stream().map(versions::indexOf).toList();
  }

  /** The fields of a version. */
  public RecordSchema versions() {
    return versions;
  }

  /** The columns of the dimension. */
  public RecordSchema output() {
    return output;
  }

  /** The business key of a version, and the order among versions of one. */
  public RowKey key() {
    return key;
  }

  List<Integer> keyFields() {
    return keyFields;
  }

  List<Integer> columns() {
    return columns;
  }

  List<Integer> tracked() {
    return tracked;
  }

  int validFrom() {
    return validFrom;
  }

  boolean keepsHistory() {
    return validFrom >= 0;
  }

  boolean isByTime() {
    return chronology == Chronology.TIME;
  }

  boolean isDeleted(RowLayout layout, byte[] bytes, int row) {
    return deleted >= 0
        && !layout.isNull(bytes, row, deleted)
        && layout.booleanAt(bytes, row, deleted);
  }
}
