package org.beammedallion.transforms.decode.typed;

import org.jspecify.annotations.Nullable;

/**
 * What the values of a column mean, as the schema of its file says.
 *
 * @param unit of a time or timestamp, else null
 * @param scale of a decimal, else 0
 * @param utc whether a timestamp is a point in time; else it is a local time without a zone
 */
public record ColumnMeaning(Category category, @Nullable Unit unit, int scale, boolean utc) {

  /** Texts in UTF-8. */
  public static final ColumnMeaning TEXT = of(Category.TEXT);

  /** Kinds of values. */
  public enum Category {
    BOOLEAN,
    /** A signed whole number of up to 64 bits. */
    INTEGER,
    /** A whole number of 64 bits without a sign. */
    UNSIGNED,
    FLOAT,
    DOUBLE,
    /** Unscaled values. */
    DECIMAL,
    /** UTF-8. */
    TEXT,
    BYTES,
    /** Days since 1970-01-01. */
    DATE,
    TIME,
    TIMESTAMP
  }

  /** What a number counts. */
  public enum Unit {
    MILLIS(1_000, 1),
    MICROS(1, 1),
    NANOS(1, 1_000);

    private final long factor;
    private final long divisor;

    Unit(long factor, long divisor) {
      this.factor = factor;
      this.divisor = divisor;
    }

    /**
     * Microseconds, rounded downwards.
     *
     * @throws ArithmeticException where they do not fit a long
     */
    public long toMicros(long value) {
      return Math.multiplyExact(Math.floorDiv(value, divisor), factor);
    }
  }

  public static ColumnMeaning of(Category category) {
    return new ColumnMeaning(category, null, 0, false);
  }

  public static ColumnMeaning decimal(int scale) {
    return new ColumnMeaning(Category.DECIMAL, null, scale, false);
  }

  public static ColumnMeaning time(Unit unit) {
    return new ColumnMeaning(Category.TIME, unit, 0, false);
  }

  public static ColumnMeaning timestamp(Unit unit, boolean utc) {
    return new ColumnMeaning(Category.TIMESTAMP, unit, 0, utc);
  }
}
