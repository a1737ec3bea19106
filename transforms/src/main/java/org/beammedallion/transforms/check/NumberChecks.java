package org.beammedallion.transforms.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.beammedallion.quality.rule.Check.Bound;
import org.beammedallion.quality.rule.Check.Comparison;
import org.beammedallion.quality.rule.Literals;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;

/** Bounds and multiples: of numbers, and of dates and times, which are stored as numbers. */
final class NumberChecks {

  private NumberChecks() {}

  static ValueCheck bound(Bound bound, FieldType type) {
    String demand = "must be " + bound.comparison().words() + " " + bound.limit();
    BigDecimal limit = Literals.units(type, bound.limit());
    Storage storage = Storage.of(type);
    return switch (storage) {
      case FLOAT -> new FloatingBound(true, bound.comparison(), limit.floatValue(), demand);
      case DOUBLE -> new FloatingBound(false, bound.comparison(), limit.doubleValue(), demand);
      default -> wholeBound(bound.comparison(), limit.movePointRight(scale(type)), storage, demand);
    };
  }

  private static int scale(FieldType type) {
    return type instanceof DecimalType decimal ? decimal.scale() : 0;
  }

  /** A limit between two whole numbers is as good as the nearer one that satisfies it. */
  private static ValueCheck wholeBound(
      Comparison comparison, BigDecimal limit, Storage storage, String demand) {
    BigInteger floor = limit.setScale(0, RoundingMode.FLOOR).unscaledValue();
    BigInteger ceiling = limit.setScale(0, RoundingMode.CEILING).unscaledValue();
    boolean isMinimum = comparison == Comparison.AT_LEAST || comparison == Comparison.GREATER_THAN;
    BigInteger nearest =
        switch (comparison) {
          case AT_LEAST -> ceiling;
          case GREATER_THAN -> floor.add(BigInteger.ONE);
          case AT_MOST -> floor;
          case LESS_THAN -> ceiling.subtract(BigInteger.ONE);
        };
    if (storage == Storage.BIG_DECIMAL) {
      return new BigBound(isMinimum, nearest, demand);
    }
    if (nearest.bitLength() > 63) {
      // No long reaches it: either all of them lie on its right side or none does.
      boolean all = isMinimum == nearest.signum() < 0;
      return new LongRange(
          storage == Storage.INT, all ? Long.MIN_VALUE : 1, all ? Long.MAX_VALUE : 0, demand);
    }
    long value = nearest.longValueExact();
    return isMinimum
        ? new LongRange(storage == Storage.INT, value, Long.MAX_VALUE, demand)
        : new LongRange(storage == Storage.INT, Long.MIN_VALUE, value, demand);
  }

  private static final class LongRange extends ValueCheck {
    private final boolean isInt;
    private final long least;
    private final long most;
    private final String demand;

    LongRange(boolean isInt, long least, long most, String demand) {
      this.isInt = isInt;
      this.least = least;
      this.most = most;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      long value = isInt ? ArrayLayout.intAt(bytes, start) : ArrayLayout.longAt(bytes, start);
      return value >= least && value <= most;
    }

    @Override
    String demand() {
      return demand;
    }
  }

  private static final class BigBound extends ValueCheck {
    private final boolean isMinimum;
    private final BigInteger limit;
    private final String demand;

    BigBound(boolean isMinimum, BigInteger limit, String demand) {
      this.isMinimum = isMinimum;
      this.limit = limit;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      int order = new BigInteger(bytes, start, length).compareTo(limit);
      return isMinimum ? order >= 0 : order <= 0;
    }

    @Override
    String demand() {
      return demand;
    }
  }

  /**
   * Compares with the floating point number next to the limit, for that is what a value equal to it
   * was read as. NaN is within no limit.
   */
  private static final class FloatingBound extends ValueCheck {
    private final boolean isFloat;
    private final Comparison comparison;
    private final double limit;
    private final String demand;

    FloatingBound(boolean isFloat, Comparison comparison, double limit, String demand) {
      this.isFloat = isFloat;
      this.comparison = comparison;
      this.limit = limit;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      double value = floating(isFloat, bytes, start);
      return switch (comparison) {
        case AT_LEAST -> value >= limit;
        case GREATER_THAN -> value > limit;
        case AT_MOST -> value <= limit;
        case LESS_THAN -> value < limit;
      };
    }

    @Override
    String demand() {
      return demand;
    }
  }

  private static double floating(boolean isFloat, byte[] bytes, int start) {
    return isFloat
        ? Float.intBitsToFloat(ArrayLayout.intAt(bytes, start))
        : Double.longBitsToDouble(ArrayLayout.longAt(bytes, start));
  }

  static ValueCheck multipleOf(BigDecimal divisor, FieldType type) {
    String demand = "must be a multiple of " + divisor.toPlainString();
    Storage storage = Storage.of(type);
    if (storage == Storage.FLOAT || storage == Storage.DOUBLE) {
      return new FloatingMultiple(storage == Storage.FLOAT, divisor, demand);
    }
    // An unscaled value u stands for u / 10^scale. It is a multiple of the divisor p / q, in lowest
    // terms after the
    // scale has been multiplied in, if and only if p divides u: for p and q have no factor in
    // common.
    BigDecimal scaled = divisor.movePointRight(scale(type)).stripTrailingZeros();
    BigInteger denominator = BigInteger.TEN.pow(Math.max(scaled.scale(), 0));
    BigInteger numerator = scaled.multiply(new BigDecimal(denominator)).toBigIntegerExact();
    BigInteger divides = numerator.divide(numerator.gcd(denominator));
    return new WholeMultiple(storage, divides, demand);
  }

  private static final class WholeMultiple extends ValueCheck {
    private final Storage storage;
    private final BigInteger divisor;
    private final long longDivisor;
    private final String demand;

    WholeMultiple(Storage storage, BigInteger divisor, String demand) {
      this.storage = storage;
      this.divisor = divisor;
      this.longDivisor = divisor.bitLength() > 63 ? 0 : divisor.longValueExact();
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      return switch (storage) {
        case INT -> isMultiple(ArrayLayout.intAt(bytes, start));
        case BIG_DECIMAL -> new BigInteger(bytes, start, length).mod(divisor).signum() == 0;
        default -> isMultiple(ArrayLayout.longAt(bytes, start));
      };
    }

    private boolean isMultiple(long value) {
      return longDivisor == 0
          ? BigInteger.valueOf(value).mod(divisor).signum() == 0
          : value % longDivisor == 0;
    }

    @Override
    String demand() {
      return demand;
    }
  }

  /**
   * Judges the shortest decimal that reads as the value, which is what people mean by 0.3 being a
   * multiple of 0.1. NaN and the infinities are multiples of nothing.
   */
  private static final class FloatingMultiple extends ValueCheck {
    private final boolean isFloat;
    private final BigDecimal divisor;
    private final String demand;

    FloatingMultiple(boolean isFloat, BigDecimal divisor, String demand) {
      this.isFloat = isFloat;
      this.divisor = divisor;
      this.demand = demand;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      double value = floating(isFloat, bytes, start);
      if (!Double.isFinite(value)) {
        return false;
      }
      String shortest = isFloat ? Float.toString((float) value) : Double.toString(value);
      return new BigDecimal(shortest).remainder(divisor).signum() == 0;
    }

    @Override
    String demand() {
      return demand;
    }
  }
}
