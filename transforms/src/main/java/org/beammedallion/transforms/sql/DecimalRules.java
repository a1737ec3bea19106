package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;

/** Types of decimal results, by the rules of Spark SQL. */
final class DecimalRules {

  /** Digits after the point that a result keeps where 38 are not enough for all. */
  private static final int KEPT_SCALE = 6;

  private static final int INT_DIGITS = 10;
  private static final int LONG_DIGITS = 20;
  private static final int MORE_FOR_SUM = 10;
  private static final int MORE_FOR_AVERAGE = 4;

  private DecimalRules() {}

  /** The decimal type that holds a whole number, a literal no longer than it is, or a decimal. */
  static DecimalType of(Lowered number) {
    if (number.type() instanceof DecimalType decimal) {
      return decimal;
    }
    BigDecimal literal = number.literal();
    if (literal != null) {
      return FieldType.decimal(Math.max(1, literal.precision() - literal.scale()), 0);
    }
    return FieldType.decimal(
        number.type() instanceof FieldType.IntegerType whole && whole.bits() == Integer.SIZE
            ? INT_DIGITS
            : LONG_DIGITS,
        0);
  }

  static DecimalType sum(DecimalType a, DecimalType b) {
    int scale = Math.max(a.scale(), b.scale());
    return bounded(Math.max(wholeDigits(a), wholeDigits(b)) + scale + 1, scale);
  }

  static DecimalType product(DecimalType a, DecimalType b) {
    return bounded(a.precision() + b.precision() + 1, a.scale() + b.scale());
  }

  static DecimalType quotient(DecimalType a, DecimalType b) {
    int scale = Math.max(KEPT_SCALE, a.scale() + b.precision() + 1);
    return bounded(wholeDigits(a) + b.scale() + scale, scale);
  }

  static DecimalType remainder(DecimalType a, DecimalType b) {
    int scale = Math.max(a.scale(), b.scale());
    return bounded(Math.min(wholeDigits(a), wholeDigits(b)) + scale, scale);
  }

  /** A type that holds the values of both. */
  static DecimalType common(DecimalType a, DecimalType b) {
    int scale = Math.max(a.scale(), b.scale());
    return bounded(Math.max(wholeDigits(a), wholeDigits(b)) + scale, scale);
  }

  /** Ten billion rows more than one. */
  static DecimalType total(DecimalType type) {
    return FieldType.decimal(
        Math.min(type.precision() + MORE_FOR_SUM, DecimalType.MAX_PRECISION), type.scale());
  }

  static DecimalType average(DecimalType type) {
    return FieldType.decimal(
        Math.min(type.precision() + MORE_FOR_AVERAGE, DecimalType.MAX_PRECISION),
        Math.min(type.scale() + MORE_FOR_AVERAGE, DecimalType.MAX_PRECISION));
  }

  /** Type of a number rounded to a number of digits. */
  static DecimalType rounded(DecimalType type, int digits) {
    int scale = Math.min(type.scale(), Math.max(0, digits));
    return bounded(Math.max(1, wholeDigits(type)) + 1 + scale, scale);
  }

  private static int wholeDigits(DecimalType type) {
    return type.precision() - type.scale();
  }

  private static DecimalType bounded(int precision, int scale) {
    if (precision <= DecimalType.MAX_PRECISION) {
      return FieldType.decimal(Math.max(1, Math.max(precision, scale)), scale);
    }
    int kept =
        Math.max(DecimalType.MAX_PRECISION - (precision - scale), Math.min(scale, KEPT_SCALE));
    return FieldType.decimal(DecimalType.MAX_PRECISION, kept);
  }
}
