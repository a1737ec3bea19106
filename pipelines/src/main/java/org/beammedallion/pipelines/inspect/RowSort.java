package org.beammedallion.pipelines.inspect;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * An order of rows by columns, the first one first; null is the least value. Text is compared by
 * its Unicode code points.
 */
record RowSort(List<Key> keys) {

  static final RowSort NONE = new RowSort(List.of());

  RowSort {
    keys = List.copyOf(keys);
  }

  /** A column, perhaps from the greatest value to the least. */
  record Key(String column, boolean descending) {}

  /**
   * Reads columns as a person writes them.
   *
   * @param words {@code a}, {@code -a}, {@code a asc} or {@code a desc}
   * @throws NoSuchElementException where there is no such column
   */
  static RowSort of(List<String> words, RecordSchema schema) {
    List<Key> keys = new ArrayList<>();
    for (String word : words) {
      String trimmed = word.strip();
      String column = trimmed;
      boolean descending = false;
      if (schema.indexOf(column) < 0) {
        String lower = trimmed.toLowerCase(Locale.ROOT);
        if (trimmed.startsWith("-")) {
          descending = true;
          column = trimmed.substring(1);
        } else if (lower.endsWith(" desc") || lower.endsWith(" asc")) {
          descending = lower.endsWith(" desc");
          column = trimmed.substring(0, trimmed.lastIndexOf(' ')).strip();
        }
      }
      keys.add(new Key(Columns.field(schema, column).name(), descending));
    }
    return new RowSort(keys);
  }

  boolean isNone() {
    return keys.isEmpty();
  }

  Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    keys.forEach(key -> columns.add(key.column()));
    return columns;
  }

  /** Compares encoded rows. */
  Order order(RecordSchema schema) {
    RowLayout layout = RowLayout.of(schema);
    int[] fields = new int[keys.size()];
    boolean[] descending = new boolean[keys.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = schema.indexOf(keys.get(i).column());
      descending[i] = keys.get(i).descending();
    }
    return (a, rowA, b, rowB) -> {
      for (int i = 0; i < fields.length; i++) {
        int order = RowOrder.compareField(layout, fields[i], a, rowA, b, rowB);
        if (order != 0) {
          return descending[i] ? -order : order;
        }
      }
      return 0;
    };
  }

  /** An order of rows in buffers. */
  interface Order {
    int compare(byte[] a, int rowA, byte[] b, int rowB);
  }
}
