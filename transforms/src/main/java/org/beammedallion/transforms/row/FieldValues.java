package org.beammedallion.transforms.row;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.BooleanType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one type as the Java objects that Beam's rows hold.
 *
 * @param millis whether a timestamp becomes a joda instant of milliseconds instead of an {@link
 *     Instant}
 * @param object reads objects, where the type is one
 * @param array reads arrays, where the type is one
 */
record FieldValues(
    FieldType type, boolean millis, @Nullable RowViews object, @Nullable ArrayValues array)
    implements Serializable {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long NANOS_PER_MICRO = 1_000;

  /**
   * The value that starts at {@code start}; {@code length} counts only where the type is of
   * variable size.
   */
  Object at(byte[] bytes, int start, int length) {
    if (type instanceof StringType) {
      return new String(bytes, start, length, StandardCharsets.UTF_8);
    } else if (type instanceof DecimalType decimal) {
      return decimal.fitsLong()
          ? BigDecimal.valueOf(ArrayLayout.longAt(bytes, start), decimal.scale())
          : new BigDecimal(new BigInteger(bytes, start, length), decimal.scale());
    } else if (type instanceof TimestampType) {
      return timestamp(ArrayLayout.longAt(bytes, start));
    } else if (type instanceof IntegerType integer) {
      if (integer.bits() == Integer.SIZE) {
        return ArrayLayout.intAt(bytes, start);
      }
      return ArrayLayout.longAt(bytes, start);
    } else if (type instanceof FloatType number) {
      if (number.bits() == Float.SIZE) {
        return Float.intBitsToFloat(ArrayLayout.intAt(bytes, start));
      }
      return Double.longBitsToDouble(ArrayLayout.longAt(bytes, start));
    } else if (type instanceof BooleanType) {
      return bytes[start] != 0;
    } else if (type instanceof DateType) {
      return LocalDate.ofEpochDay(ArrayLayout.intAt(bytes, start));
    } else if (type instanceof TimeType) {
      return LocalTime.ofNanoOfDay(ArrayLayout.longAt(bytes, start) * NANOS_PER_MICRO);
    } else if (object != null) {
      return object.view(bytes, start, length);
    } else if (array != null) {
      return array.at(bytes, start);
    }
    throw new IllegalStateException("No values of type " + type + " are known.");
  }

  private Object timestamp(long micros) {
    if (millis) {
      return org.joda.time.Instant.ofEpochMilli(Math.floorDiv(micros, MICROS_PER_MILLI));
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
  }
}
