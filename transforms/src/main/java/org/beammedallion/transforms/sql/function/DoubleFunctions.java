package org.beammedallion.transforms.sql.function;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.SemiStrict;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;
import org.jspecify.annotations.Nullable;

/** Arithmetic of binary floating point numbers. */
public final class DoubleFunctions {

  private DoubleFunctions() {}

  /**
   * A whole number whose order is that of doubles in SQL: NaN is greatest, and both zeros are one.
   */
  public static final class OrderOfDouble implements BeamSqlUdf {
    @Strict
    public static Long eval(Double a) {
      return flipped(Double.doubleToLongBits(a == 0 ? 0.0 : a));
    }

    /** Of negative numbers all bits but the sign are turned. */
    private static long flipped(long bits) {
      return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }
  }

  /** The double that a number of {@link OrderOfDouble} stands for. */
  public static final class DoubleOfOrder implements BeamSqlUdf {
    @Strict
    public static Double eval(Long order) {
      return Double.longBitsToDouble(OrderOfDouble.flipped(order));
    }
  }

  public static final class AddDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Double b) {
      return a + b;
    }
  }

  public static final class SubtractDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Double b) {
      return a - b;
    }
  }

  public static final class MultiplyDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Double b) {
      return a * b;
    }
  }

  /** NULL where the divisor is zero. */
  public static final class DivideDouble implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(Double a, Double b) {
      return b == 0 ? null : a / b;
    }
  }

  /** The remainder, with the sign of the dividend; NULL where the divisor is zero. */
  public static final class RemainderOfDouble implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(Double a, Double b) {
      return b == 0 ? null : a % b;
    }
  }

  public static final class NegateDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return -a;
    }
  }

  public static final class AbsoluteDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return Math.abs(a);
    }
  }

  public static final class FloorOfDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return Math.floor(a);
    }
  }

  public static final class CeilingOfDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return Math.ceil(a);
    }
  }

  /** Rounds the shortest decimal text of a number half up. */
  public static final class RoundDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Long digits) {
      return scaled(a, digits, RoundingMode.HALF_UP);
    }
  }

  public static final class TruncateDouble implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Long digits) {
      return scaled(a, digits, RoundingMode.DOWN);
    }
  }

  private static double scaled(double value, long digits, RoundingMode rounding) {
    return Double.isNaN(value) || Double.isInfinite(value)
        ? value
        : BigDecimal.valueOf(value).setScale((int) digits, rounding).doubleValue();
  }

  public static final class SquareRoot implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return Math.sqrt(a);
    }
  }

  public static final class Power implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a, Double b) {
      return StrictMath.pow(a, b);
    }
  }

  public static final class Exponential implements BeamSqlUdf {
    @Strict
    public static Double eval(Double a) {
      return StrictMath.exp(a);
    }
  }

  /** NULL where the number is not positive. */
  public static final class NaturalLogarithm implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(Double a) {
      return a <= 0 ? null : StrictMath.log(a);
    }
  }

  /** NULL where the number is not positive. */
  public static final class DecimalLogarithm implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(Double a) {
      return a <= 0 ? null : StrictMath.log10(a);
    }
  }

  /** Minus one, zero or one. NaN equals itself and is greater than every other number. */
  public static final class CompareDouble implements BeamSqlUdf {
    @Strict
    public static Long eval(Double a, Double b) {
      return (long) compare(a, b);
    }
  }

  /** The order of {@link CompareDouble}: that of SQL, in which both zeros are equal. */
  public static int compare(double a, double b) {
    return a == b ? 0 : Double.compare(a, b);
  }

  public static final class DoubleOfWhole implements BeamSqlUdf {
    @Strict
    public static Double eval(Long a) {
      return a.doubleValue();
    }
  }

  public static final class DoubleOfDecimal implements BeamSqlUdf {
    @Strict
    public static Double eval(BigDecimal a) {
      return a.doubleValue();
    }
  }

  /** The average of whole numbers, from their exact sum; NULL of none. */
  public static final class AverageOfWhole implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(BigDecimal sum, Long count) {
      return count == 0 ? null : sum.doubleValue() / count;
    }
  }

  /**
   * The variance, from exact sums: NULL where too few values are left to divide by, NaN where one
   * of them is NaN or infinite.
   */
  public static final class Variance implements BeamSqlUdf {
    /**
     * @param squares sum of the squares of the finite values
     * @param sum of the finite values
     * @param lost 0 of a population, 1 of a sample
     */
    @SemiStrict
    public static @Nullable Double eval(
        BigDecimal squares, BigDecimal sum, Long count, Long finite, Long lost) {
      return variance(squares, sum, count, finite, lost);
    }
  }

  /** The square root of {@link Variance}. */
  public static final class Deviation implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Double eval(
        BigDecimal squares, BigDecimal sum, Long count, Long finite, Long lost) {
      Double variance = variance(squares, sum, count, finite, lost);
      return variance == null ? null : Math.sqrt(variance);
    }
  }

  private static @Nullable Double variance(
      BigDecimal squares, BigDecimal sum, long count, long finite, long lost) {
    if (count - lost <= 0) {
      return null;
    } else if (finite < count) {
      return Double.NaN;
    }
    BigDecimal n = BigDecimal.valueOf(count);
    return n.multiply(squares)
        .subtract(sum.multiply(sum))
        .divide(n.multiply(BigDecimal.valueOf(count - lost)), MathContext.DECIMAL128)
        .doubleValue();
  }
}
