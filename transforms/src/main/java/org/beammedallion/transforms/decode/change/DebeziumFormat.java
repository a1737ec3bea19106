package org.beammedallion.transforms.decode.change;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium's envelopes leave open when they carry no schema. Nothing is guessed: what is not
 * told here either makes a dead letter of a change whose value needs it.
 *
 * @param timeUnit of numbers that stand for timestamps and times, or null
 * @param decimals how texts stand for decimals, or null; numbers are understood beside it
 * @param fields the same for single fields, by their path in the contract, elements of arrays by
 *     that of the array
 * @param unavailableValue what the connector writes for a large value that did not change, beside
 *     its own default: a text, or bytes as {@code hex:} and their digits
 * @param epochs source times from which on another log counts, ascending, in milliseconds
 */
public record DebeziumFormat(
    @Nullable TimeUnit timeUnit,
    @Nullable Decimals decimals,
    Map<String, Encoding> fields,
    @Nullable String unavailableValue,
    List<Long> epochs)
    implements Serializable {

  /** Values that need to be told something are refused. */
  public static final DebeziumFormat NOTHING_TOLD = new DebeziumFormat(null, null);

  public DebeziumFormat {
    fields = Map.copyOf(fields);
    epochs = List.copyOf(epochs);
  }

  /** The same for all fields. */
  public DebeziumFormat(@Nullable TimeUnit timeUnit, @Nullable Decimals decimals) {
    this(timeUnit, decimals, Map.of(), null, List.of());
  }

  /** What is left open where bytes are bytes, so that a text is never a decimal's bytes. */
  public DebeziumFormat withBytes() {
    Map<String, Encoding> times = new HashMap<>(fields);
    times.values().removeIf(encoding -> encoding.decimals() != null);
    return new DebeziumFormat(timeUnit, Decimals.TEXT, times, unavailableValue, epochs);
  }

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

  /** What the values of one field are. */
  public enum Encoding {
    DAYS(null, null),
    MILLIS(TimeUnit.MILLIS, null),
    MICROS(TimeUnit.MICROS, null),
    NANOS(TimeUnit.NANOS, null),
    PRECISE(null, Decimals.BYTES),
    STRING(null, Decimals.TEXT);

    private final @Nullable TimeUnit unit;
    private final @Nullable Decimals decimals;

    Encoding(@Nullable TimeUnit unit, @Nullable Decimals decimals) {
      this.unit = unit;
      this.decimals = decimals;
    }

    @Nullable TimeUnit unit() {
      return unit;
    }

    @Nullable Decimals decimals() {
      return decimals;
    }
  }
}
