package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of one column in one file. Bounds may be wider than the values, never
 * narrower. They are {@code Long} for integers, dates (days) and timestamps (µs), {@code Double},
 * {@code BigDecimal}, {@code Boolean}, or {@code String}.
 *
 * @param path names from the record down to the column
 * @param min null where no bound is known, or every value is null
 * @param max null where no bound is known, or every value is null
 */
public record ColumnStatistics(
    List<String> path, @Nullable Serializable min, @Nullable Serializable max, long nullCount)
    implements Serializable {

  public ColumnStatistics {
    path = List.copyOf(path);
  }

  /** The same of a column that is called otherwise. */
  public ColumnStatistics at(List<String> otherPath) {
    return new ColumnStatistics(otherPath, min, max, nullCount);
  }

  /** Whether a value between the two, both inclusive, may be among them; a null bound is open. */
  public boolean mayHold(@Nullable Serializable lower, @Nullable Serializable upper) {
    return (min == null || upper == null || compare(min, upper) <= 0)
        && (max == null || lower == null || compare(max, lower) >= 0);
  }

  /**
   * Compares two bounds of one type; text by code point, which is the order of its UTF-8 bytes.
   *
   * @throws ClassCastException where the types differ
   */
  public static int compare(Serializable left, Serializable right) {
    if (left instanceof String a && right instanceof String b) {
      return compareCodePoints(a, b);
    }
    if (left.getClass() != right.getClass()) {
      throw new ClassCastException(
          "A bound of "
              + left.getClass().getSimpleName()
              + " is compared with one of "
              + right.getClass().getSimpleName()
              + ".");
    }
    @SuppressWarnings("unchecked") // Of one class, and each class named above compares with itself.
    Comparable<Object> comparable = (Comparable<Object>) left;
    return comparable.compareTo(right);
  }

  private static int compareCodePoints(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above every other char.
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
