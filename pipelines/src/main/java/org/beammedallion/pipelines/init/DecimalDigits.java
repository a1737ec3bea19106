package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.quality.schema.FieldType.DecimalType;

/**
 * How many digits numbers have, and whether a floating-point number of 64 bits holds each of them.
 * Not thread-safe.
 */
final class DecimalDigits {

  /** Numbers of 64 bits go to 1e308, and down to 5e-324. */
  private static final int MOST_SCALE = 400;

  private int whole = 1;
  private int fraction;

  /** The first number that would be rounded; empty where there is none. */
  private String rounded = "";

  /** Whether its exponent is so large that sums with it would take all memory. */
  static boolean isHuge(BigDecimal number) {
    return Math.abs((long) number.scale()) > MOST_SCALE;
  }

  void add(BigDecimal number) {
    if (isHuge(number)) {
      addBeyondRange(number.toString());
      return;
    }
    whole = Math.max(whole, number.precision() - number.scale());
    fraction = Math.max(fraction, number.scale());
    if (rounded.isEmpty() && isRounded(number)) {
      rounded = number.toPlainString();
    }
  }

  /** Takes a number that is beyond the range of numbers of 64 bits, or nearer to zero. */
  void addBeyondRange(String shown) {
    rounded = rounded.isEmpty() ? shown : rounded;
    fraction = MOST_SCALE;
  }

  private static boolean isRounded(BigDecimal number) {
    double held = number.doubleValue();
    return Double.isInfinite(held) || new BigDecimal(Double.toString(held)).compareTo(number) != 0;
  }

  /** Makes a column one of numbers, exact ones where others would round. */
  void type(ColumnDraft column) {
    column.logical = Logical.NUMBER;
    if (rounded.isEmpty()) {
      return;
    }
    column.evidence.add("more digits than a floating-point number holds, such as " + rounded);
    if (whole + fraction <= DecimalType.MAX_PRECISION) {
      column.physical = "decimal(" + (whole + fraction) + "," + fraction + ")";
    } else {
      int last = column.evidence.size() - 1;
      column.evidence.set(
          last,
          column.evidence.get(last)
              + ", and more than a decimal of 38 digits holds: numbers are rounded; if that is wrong, say logicalType:"
              + " string");
      column.undecided = true;
    }
  }
}
