package org.beammedallion.transforms.decode;

import java.io.Serializable;

/**
 * What Debezium's envelopes leave open when they carry no schema.
 *
 * @param timeUnit of numbers that stand for timestamps and times
 * @param decimals how decimals are written; numbers are understood beside it
 */
public record DebeziumFormat(TimeUnit timeUnit, Decimals decimals) implements Serializable {

  /** What the connectors write unless they are told otherwise. */
  public static final DebeziumFormat DEFAULT = new DebeziumFormat(TimeUnit.MICROS, Decimals.BYTES);

  /** What a number counts. */
  public enum TimeUnit {
    MILLIS(1_000, 1),
    MICROS(1, 1),
    NANOS(1, 1_000);

    private final long factor;
    private final long divisor;

    TimeUnit(long factor, long divisor) {
      this.factor = factor;
      this.divisor = divisor;
    }

    /**
     * Microseconds; what is finer is cut off.
     *
     * @throws ArithmeticException where they do not fit a long
     */
    long toMicros(long value) {
      return Math.multiplyExact(Math.floorDiv(value, divisor), factor);
    }
  }

  /** How a decimal is written. */
  public enum Decimals {
    /** The unscaled value's bytes, big-endian two's complement. */
    BYTES,
    TEXT
  }
}
