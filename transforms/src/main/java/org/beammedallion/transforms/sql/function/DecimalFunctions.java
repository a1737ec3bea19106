package org.beammedallion.transforms.sql.function;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.SemiStrict;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;
import org.jspecify.annotations.Nullable;

/** Exact decimals. A result has the scale that its type says, rounded half up. */
public final class DecimalFunctions {

  private DecimalFunctions() {}

  /** A literal, with the scale it is written with. */
  public static final class DecimalLiteral implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(String text) {
      return new BigDecimal(text);
    }
  }

  public static final class DecimalOfWhole implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(Long a) {
      return BigDecimal.valueOf(a);
    }
  }

  /** Every digit of a double; NULL of NaN and the infinities. */
  public static final class ExactFinite implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable BigDecimal eval(Double a) {
      return Double.isNaN(a) || Double.isInfinite(a) ? null : new BigDecimal(a);
    }
  }

  /** Every digit of a double. */
  public static final class ExactDouble implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(Double a) {
      requireFinite(a);
      return new BigDecimal(a);
    }
  }

  /** The shortest decimal number that is that double. */
  public static final class DecimalOfDouble implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(Double a) {
      requireFinite(a);
      return BigDecimal.valueOf(a);
    }
  }

  private static void requireFinite(double a) {
    if (Double.isNaN(a) || Double.isInfinite(a)) {
      throw new ArithmeticException(a + " is no decimal number");
    }
  }

  public static final class AddDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, BigDecimal b, Long scale) {
      return rounded(a.add(b), scale);
    }
  }

  public static final class SubtractDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, BigDecimal b, Long scale) {
      return rounded(a.subtract(b), scale);
    }
  }

  public static final class MultiplyDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, BigDecimal b, Long scale) {
      return rounded(a.multiply(b), scale);
    }
  }

  /** NULL where the divisor is zero. */
  public static final class DivideDecimal implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable BigDecimal eval(BigDecimal a, BigDecimal b, Long scale) {
      return b.signum() == 0 ? null : a.divide(b, scale.intValue(), RoundingMode.HALF_UP);
    }
  }

  /** The remainder, with the sign of the dividend; NULL where the divisor is zero. */
  public static final class RemainderOfDecimal implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable BigDecimal eval(BigDecimal a, BigDecimal b, Long scale) {
      return b.signum() == 0 ? null : rounded(a.remainder(b), scale);
    }
  }

  public static final class NegateDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a) {
      return a.negate();
    }
  }

  public static final class AbsoluteDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a) {
      return a.abs();
    }
  }

  public static final class SquareOfDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a) {
      return a.multiply(a);
    }
  }

  /** Rounds to {@code digits}, which may be negative, and gives {@code scale}. */
  public static final class RoundDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, Long digits, Long scale) {
      return rounded(rounded(a, digits), scale);
    }
  }

  public static final class TruncateDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, Long digits, Long scale) {
      return a.setScale(digits.intValue(), RoundingMode.DOWN).setScale(scale.intValue());
    }
  }

  public static final class FloorOfDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a) {
      return a.setScale(0, RoundingMode.FLOOR);
    }
  }

  public static final class CeilingOfDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a) {
      return a.setScale(0, RoundingMode.CEILING);
    }
  }

  public static final class CompareDecimal implements BeamSqlUdf {
    @Strict
    public static Long eval(BigDecimal a, BigDecimal b) {
      return (long) a.compareTo(b);
    }
  }

  public static final class RescaleDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, Long scale) {
      return rounded(a, scale);
    }
  }

  /** Rounds to a type's scale; fails where more digits are left than it has. */
  public static final class CastDecimal implements BeamSqlUdf {
    @Strict
    public static BigDecimal eval(BigDecimal a, Long precision, Long scale) {
      BigDecimal rounded = rounded(a, scale);
      if (rounded.precision() > precision) {
        throw new ArithmeticException(
            a.toPlainString() + " does not fit DECIMAL(" + precision + ", " + scale + ")");
      }
      return rounded;
    }
  }

  /** Cuts the digits after the point off; fails beyond 64 bits. */
  public static final class WholeOfDecimal implements BeamSqlUdf {
    @Strict
    public static Long eval(BigDecimal a) {
      try {
        return a.setScale(0, RoundingMode.DOWN).longValueExact();
      } catch (ArithmeticException e) {
        throw new ArithmeticException(
            a.toPlainString() + " does not fit a whole number of 64 bits");
      }
    }
  }

  private static BigDecimal rounded(BigDecimal a, long scale) {
    return a.setScale((int) scale, RoundingMode.HALF_UP);
  }
}
