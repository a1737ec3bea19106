package org.beammedallion.transforms.deduplicate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/** A total order of the values that rows have. */
final class RowValues {

  private RowValues() {}

  /** Null comes first. Rows and lists are ordered by their elements, from the first to the last. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // Values of one field are of one type.
  static int compare(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    } else if (a instanceof Row row) {
      return compareRows(row, (Row) b);
    } else if (a instanceof byte[] bytes) {
      return Arrays.compareUnsigned(bytes, (byte[]) b);
    } else if (a instanceof Iterable<?> list) {
      return compareLists(list, (Iterable<?>) b);
    } else if (a instanceof Map<?, ?> map) {
      return compareMaps(map, (Map<?, ?>) b);
    }
    return ((Comparable) a).compareTo(b);
  }

  private static int compareRows(Row a, Row b) {
    for (int i = 0; i < a.getFieldCount(); i++) {
      int order = compare(a.getBaseValue(i, Object.class), b.getBaseValue(i, Object.class));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compareLists(Iterable<?> a, Iterable<?> b) {
    Iterator<?> left = a.iterator();
    Iterator<?> right = b.iterator();
    while (left.hasNext() && right.hasNext()) {
      int order = compare(left.next(), right.next());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private static int compareMaps(Map<?, ?> a, Map<?, ?> b) {
    Map<Object, @Nullable Object> left = new TreeMap<>(RowValues::compare);
    Map<Object, @Nullable Object> right = new TreeMap<>(RowValues::compare);
    left.putAll(a);
    right.putAll(b);
    int keys = compareLists(left.keySet(), right.keySet());
    return keys == 0 ? compareLists(left.values(), right.values()) : keys;
  }
}
