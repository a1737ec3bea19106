package org.beammedallion.transforms.sql.function;

import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.SemiStrict;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.linq4j.function.Strict;
import org.jspecify.annotations.Nullable;

/** Arithmetic of whole numbers of 64 bits. Overflow fails. */
public final class WholeFunctions {

  private WholeFunctions() {}

  public static final class AddWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a, Long b) {
      return Math.addExact(a, b);
    }
  }

  public static final class SubtractWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a, Long b) {
      return Math.subtractExact(a, b);
    }
  }

  public static final class MultiplyWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a, Long b) {
      return Math.multiplyExact(a, b);
    }
  }

  public static final class NegateWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a) {
      return Math.negateExact(a);
    }
  }

  public static final class AbsoluteWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a) {
      return Math.absExact(a);
    }
  }

  /** The remainder, with the sign of the dividend; NULL where the divisor is zero. */
  public static final class RemainderOfWhole implements BeamSqlUdf {
    @SemiStrict
    public static @Nullable Long eval(Long a, Long b) {
      return b == 0 ? null : a % b;
    }
  }

  /** Fails where the number does not fit as many bits. */
  public static final class NarrowWhole implements BeamSqlUdf {
    @Strict
    public static Long eval(Long a, Long bits) {
      int unused = 64 - bits.intValue();
      if (a << unused >> unused != a) {
        throw new ArithmeticException(a + " does not fit a whole number of " + bits + " bits");
      }
      return a;
    }
  }

  public static final class WholeOfBoolean implements BeamSqlUdf {
    @Strict
    public static Long eval(Boolean value) {
      return value ? 1L : 0L;
    }
  }
}
