package org.beammedallion.transforms.sql;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.function.DoubleFunctions;

/** A condition of SQL over an encoded row, with SQL's three truth values. */
public sealed interface RowPredicate extends Serializable {

  /** Ordered, so that AND is the least and OR the greatest of the operands. */
  int FALSE = 0;

  int UNKNOWN = 1;
  int TRUE = 2;

  int test(RowLayout layout, byte[] bytes, int row);

  /** Whether the condition, for WHERE and FILTER, lets the row pass. */
  default boolean passes(RowLayout layout, byte[] bytes, int row) {
    return test(layout, bytes, row) == TRUE;
  }

  private static int of(boolean value) {
    return value ? TRUE : FALSE;
  }

  record Constant(int value) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return value;
    }
  }

  record And(List<RowPredicate> operands) implements RowPredicate {
    public And {
      operands = List.copyOf(operands);
    }

    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      int result = TRUE;
      for (int i = 0; i < operands.size() && result != FALSE; i++) {
        result = Math.min(result, operands.get(i).test(layout, bytes, row));
      }
      return result;
    }
  }

  record Or(List<RowPredicate> operands) implements RowPredicate {
    public Or {
      operands = List.copyOf(operands);
    }

    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      int result = FALSE;
      for (int i = 0; i < operands.size() && result != TRUE; i++) {
        result = Math.max(result, operands.get(i).test(layout, bytes, row));
      }
      return result;
    }
  }

  record Not(RowPredicate operand) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return TRUE - operand.test(layout, bytes, row);
    }
  }

  /** IS TRUE, IS FALSE, IS UNKNOWN: whether the operand has one truth value. */
  record Is(RowPredicate operand, int value) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return of(operand.test(layout, bytes, row) == value);
    }
  }

  record IsNull(int field) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return of(layout.isNull(bytes, row, field));
    }
  }

  record BooleanField(int field) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return layout.isNull(bytes, row, field) ? UNKNOWN : of(layout.booleanAt(bytes, row, field));
    }
  }

  /** Whether a field of four or eight bytes, as an integer, is in {@code [low, high]}. */
  record LongBetween(int field, long low, long high) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      if (layout.isNull(bytes, row, field)) {
        return UNKNOWN;
      }
      long value =
          layout.storage(field) == Storage.INT
              ? layout.intAt(bytes, row, field)
              : layout.longAt(bytes, row, field);
      return of(low <= value && value <= high);
    }
  }

  /** How a comparison judges {@link Comparable#compareTo}. */
  enum Comparison {
    EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    boolean holds(int compared) {
      return switch (this) {
        case EQUAL -> compared == 0;
        case LESS -> compared < 0;
        case LESS_OR_EQUAL -> compared <= 0;
        case GREATER -> compared > 0;
        case GREATER_OR_EQUAL -> compared >= 0;
      };
    }
  }

  record DoubleComparison(int field, Comparison comparison, double literal)
      implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      if (layout.isNull(bytes, row, field)) {
        return UNKNOWN;
      }
      double value =
          layout.storage(field) == Storage.FLOAT
              ? layout.floatAt(bytes, row, field)
              : layout.doubleAt(bytes, row, field);
      return of(comparison.holds(DoubleFunctions.compare(value, literal)));
    }
  }

  record DecimalComparison(int field, Comparison comparison, BigDecimal literal)
      implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      return layout.isNull(bytes, row, field)
          ? UNKNOWN
          : of(comparison.holds(layout.decimalAt(bytes, row, field).compareTo(literal)));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Predicates are never compared.
  record TextComparison(int field, Comparison comparison, byte[] literal) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      if (layout.isNull(bytes, row, field)) {
        return UNKNOWN;
      }
      int start = layout.startOf(bytes, row, field);
      int end = start + layout.lengthOf(bytes, row, field);
      return of(
          comparison == Comparison.EQUAL
              ? Arrays.equals(bytes, start, end, literal, 0, literal.length)
              : comparison.holds(Utf8Order.compare(bytes, start, end, literal, 0, literal.length)));
    }
  }

  /**
   * LIKE with {@code %} as its only wildcard: the parts must follow each other, the first at the
   * start and the last at the end.
   *
   * @param parts what stands between the wildcards, at least two
   */
  @SuppressWarnings("ArrayRecordComponent") // Predicates are never compared.
  record TextLike(int field, byte[][] parts) implements RowPredicate {
    @Override
    public int test(RowLayout layout, byte[] bytes, int row) {
      if (layout.isNull(bytes, row, field)) {
        return UNKNOWN;
      }
      int from = layout.startOf(bytes, row, field);
      int to = from + layout.lengthOf(bytes, row, field);
      byte[] first = parts[0];
      byte[] last = parts[parts.length - 1];
      if (first.length + last.length > to - from
          || !Arrays.equals(bytes, from, from + first.length, first, 0, first.length)
          || !Arrays.equals(bytes, to - last.length, to, last, 0, last.length)) {
        return FALSE;
      }
      from += first.length;
      to -= last.length;
      for (int part = 1; part < parts.length - 1; part++) {
        from = endOf(bytes, from, to, parts[part]);
        if (from < 0) {
          return FALSE;
        }
      }
      return TRUE;
    }

    /** Where the first occurrence of {@code part} ends, or -1. */
    private static int endOf(byte[] bytes, int from, int to, byte[] part) {
      for (int i = from; i + part.length <= to; i++) {
        if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
          return i + part.length;
        }
      }
      return -1;
    }
  }
}
