package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.quality.schema.FieldType.DecimalType;

/**
 * How many digits numbers have, and whether a floating-point number of 64 bits holds each of them.
 * Not thread-safe.
 */
final class DecimalDigits {

  private int whole = 1;
  private int fraction;

  /** The first number that would be rounded; empty where there is none. */
  private String rounded = "";

  void add(BigDecimal number) {
    whole = Math.max(whole, number.precision() - number.scale());
    fraction = Math.max(fraction, number.scale());
    if (rounded.isEmpty() && isRounded(number)) {
      rounded = number.toPlainString();
    }
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
      column.evidence.set(
          0,
          column.evidence.get(0)
              + ", and more than a decimal of 38 digits holds: numbers are rounded; if that is wrong, say logicalType:"
              + " string");
      column.undecided = true;
    }
  }
}
