package org.beammedallion.transforms.deduplicate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.transforms.row.RowLayout;

/** Columns, also inside objects, whose values are compared together. */
public final class UniqueColumns implements Serializable {

  private final List<Column> columns;

  private UniqueColumns(List<Column> columns) {
    this.columns = columns;
  }

  /**
   * @param paths at least one, of fields that rows can be compared by
   */
  public static UniqueColumns of(RowLayout layout, List<FieldPath> paths) {
    List<Column> columns = new ArrayList<>();
    for (FieldPath path : paths) {
      columns.add(Column.of(layout, path.steps()));
    }
    return new UniqueColumns(List.copyOf(columns));
  }

  /** Whether one of the columns is null, or an object that it lies in. */
  boolean hasNull(byte[] bytes, int row) {
    for (Column column : columns) {
      int owner = column.owner(bytes, row);
      if (owner < 0 || column.leaf.hasNull(bytes, owner)) {
        return true;
      }
    }
    return false;
  }

  /** Another hash for each seed; of rows without a null among the columns. */
  long hash(byte[] bytes, int row, long seed) {
    long hash = seed;
    for (Column column : columns) {
      hash = column.leaf.hash(bytes, column.owner(bytes, row), hash);
    }
    return hash;
  }

  /** One column, and the way to the object that it lies in. */
  private static final class Column implements Serializable {

    private final List<RowLayout> layouts;
    private final int[] objects;
    private final RowKey leaf;

    /**
     * @param layouts of the objects that lead to the column, from the row on
     * @param objects the field of each of them that the next one is
     * @param leaf the column in the innermost
     */
    private Column(List<RowLayout> layouts, int[] objects, RowKey leaf) {
      this.layouts = layouts;
      this.objects = objects;
      this.leaf = leaf;
    }

    static Column of(RowLayout layout, List<String> steps) {
      List<RowLayout> layouts = new ArrayList<>();
      int[] objects = new int[steps.size() - 1];
      RowLayout innermost = layout;
      for (int i = 0; i < objects.length; i++) {
        layouts.add(innermost);
        objects[i] = innermost.schema().indexOf(steps.get(i));
        innermost = innermost.object(objects[i]);
      }
      int field = innermost.schema().indexOf(steps.get(objects.length));
      return new Column(List.copyOf(layouts), objects, RowKey.of(innermost, new int[] {field}, -1));
    }

    /** Where the innermost object starts, or -1 where it is not there. */
    int owner(byte[] bytes, int row) {
      int owner = row;
      for (int i = 0; i < objects.length; i++) {
        RowLayout layout = layouts.get(i);
        if (layout.isNull(bytes, owner, objects[i])) {
          return -1;
        }
        owner = layout.startOf(bytes, owner, objects[i]);
      }
      return owner;
    }
  }
}
