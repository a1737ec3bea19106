package org.beammedallion.transforms.decode.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Turns numbers of files with a schema into numbers of fields. Integers and decimals are exact or
 * refused; floating point fields take the nearest value. Holds the value that it converted last;
 * not thread-safe.
 */
public final class NumberConversion {

  /** A decimal of 38 digits takes 16 bytes; some more may be trailing zeros. */
  public static final int MAX_UNSCALED_BYTES = 64;

  private static final int MAX_SHOWN_ZEROS = 40;
  private static final long[] POWERS = new long[19];

  /** 2^63, the first double that is no long. */
  private static final double LONG_LIMIT = 0x1p63;

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private long bits;
  private byte[] bytes = {};

  /** The last value, where the field's values have a fixed size. */
  public long bits() {
    return bits;
  }

  /** The last value of a field with more than 18 digits: its unscaled value. */
  public byte[] bytes() {
    return bytes;
  }

  private @Nullable Mismatch fixed(long value) {
    bits = value;
    return null;
  }

  /** Converts a whole number; returns why not, or null. */
  public @Nullable Mismatch integer(FieldPlan field, long value) {
    return switch (field.kind) {
      case INTEGER ->
          (field.precision == Integer.SIZE && value != (int) value)
              ? Mismatch.OUT_OF_RANGE
              : fixed(value);
      case DECIMAL -> scaled(field, value, 0);
      case BIG_DECIMAL -> decimal(field, BigInteger.valueOf(value), 0);
      case DOUBLE -> fixed(Double.doubleToLongBits((double) value));
      case FLOAT -> fixed(Float.floatToIntBits((float) value));
      case BOOLEAN -> value == 0 || value == 1 ? fixed(value) : Mismatch.OTHER_TYPE;
      default -> Mismatch.OTHER_TYPE;
    };
  }

  /** Converts a decimal; returns why not, or null. */
  public @Nullable Mismatch decimal(FieldPlan field, long unscaled, int scale) {
    return field.kind == FieldPlan.Kind.DECIMAL
        ? scaled(field, unscaled, scale)
        : decimal(field, BigInteger.valueOf(unscaled), scale);
  }

  /** A decimal of up to 18 digits. */
  private @Nullable Mismatch scaled(FieldPlan field, long unscaled, int scale) {
    int shift = field.scale - scale;
    if (shift >= 0 && shift <= field.precision) {
      long limit = POWERS[field.precision - shift];
      if (unscaled < limit && unscaled > -limit) {
        return fixed(unscaled * POWERS[shift]);
      }
    }
    return decimal(field, BigInteger.valueOf(unscaled), scale);
  }

  /** Converts a decimal of any size; returns why not, or null. */
  public @Nullable Mismatch decimal(FieldPlan field, BigInteger unscaled, int scale) {
    BigDecimal value = new BigDecimal(unscaled, scale);
    return switch (field.kind) {
      case INTEGER -> whole(field, value.stripTrailingZeros());
      case DECIMAL, BIG_DECIMAL -> exact(field, value.stripTrailingZeros());
      case DOUBLE -> {
        double nearest = value.doubleValue();
        yield Double.isInfinite(nearest)
            ? Mismatch.OUT_OF_RANGE
            : fixed(Double.doubleToLongBits(nearest));
      }
      case FLOAT -> {
        float nearest = value.floatValue();
        yield Float.isInfinite(nearest)
            ? Mismatch.OUT_OF_RANGE
            : fixed(Float.floatToIntBits(nearest));
      }
      default -> Mismatch.OTHER_TYPE;
    };
  }

  private @Nullable Mismatch whole(FieldPlan field, BigDecimal plain) {
    if (plain.signum() == 0) {
      return fixed(0);
    } else if (plain.scale() > 0) {
      return Mismatch.NOT_WHOLE;
    } else if (plain.precision() - (long) plain.scale() > POWERS.length) {
      return Mismatch.OUT_OF_RANGE;
    }
    BigInteger whole = plain.toBigInteger();
    return whole.bitLength() >= field.precision ? Mismatch.OUT_OF_RANGE : fixed(whole.longValue());
  }

  private @Nullable Mismatch exact(FieldPlan field, BigDecimal value) {
    BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value;
    if (plain.scale() > field.scale) {
      return Mismatch.FRACTION_TOO_LONG;
    } else if (plain.precision() - (long) plain.scale() > field.precision - field.scale) {
      return Mismatch.OUT_OF_RANGE;
    }
    BigInteger scaled = plain.setScale(field.scale).unscaledValue();
    if (field.kind == FieldPlan.Kind.DECIMAL) {
      return fixed(scaled.longValueExact());
    }
    bytes = scaled.toByteArray();
    return null;
  }

  /**
   * Converts a floating point number; returns why not, or null. A decimal, and what is whole, is
   * told by the shortest decimal form of the number, as a person would write it.
   *
   * @param single whether the number has 32 bits
   */
  public @Nullable Mismatch floating(FieldPlan field, double value, boolean single) {
    switch (field.kind) {
      case DOUBLE -> {
        return fixed(Double.doubleToLongBits(value));
      }
      case FLOAT -> {
        float narrow = (float) value;
        return (Float.isInfinite(narrow) && !Double.isInfinite(value))
            ? Mismatch.OUT_OF_RANGE
            : fixed(Float.floatToIntBits(narrow));
      }
      case INTEGER -> {
        if (!Double.isFinite(value)) {
          return Mismatch.NOT_A_NUMBER;
        } else if (value != Math.rint(value)) {
          return Mismatch.NOT_WHOLE;
        }
        return (value >= LONG_LIMIT || value < -LONG_LIMIT)
            ? Mismatch.OUT_OF_RANGE
            : integer(field, (long) value);
      }
      case DECIMAL, BIG_DECIMAL -> {
        if (!Double.isFinite(value)) {
          return Mismatch.NOT_A_NUMBER;
        }
        BigDecimal shortest = new BigDecimal(shown(value, single));
        return decimal(field, shortest.unscaledValue(), shortest.scale());
      }
      default -> {
        return Mismatch.OTHER_TYPE;
      }
    }
  }

  public static String shown(double value, boolean single) {
    return single ? Float.toString((float) value) : Double.toString(value);
  }

  /** A decimal as a message shows it, however large its scale is. */
  public static String shown(BigInteger unscaled, int scale) {
    BigDecimal value = new BigDecimal(unscaled, scale);
    return Math.abs((long) scale) > MAX_SHOWN_ZEROS ? value.toString() : value.toPlainString();
  }
}
