package org.beammedallion.transforms.row;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
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
    return switch (type.kind()) {
      case STRING -> new String(bytes, start, length, StandardCharsets.UTF_8);
      case BOOLEAN -> bytes[start] != 0;
      case INT -> ArrayLayout.intAt(bytes, start);
      case LONG -> ArrayLayout.longAt(bytes, start);
      case FLOAT -> Float.intBitsToFloat(ArrayLayout.intAt(bytes, start));
      case DOUBLE -> Double.longBitsToDouble(ArrayLayout.longAt(bytes, start));
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield decimal.fitsLong()
            ? BigDecimal.valueOf(ArrayLayout.longAt(bytes, start), decimal.scale())
            : new BigDecimal(new BigInteger(bytes, start, length), decimal.scale());
      }
      case DATE -> LocalDate.ofEpochDay(ArrayLayout.intAt(bytes, start));
      case TIME -> LocalTime.ofNanoOfDay(ArrayLayout.longAt(bytes, start) * NANOS_PER_MICRO);
      case TIMESTAMP -> timestamp(ArrayLayout.longAt(bytes, start));
      case OBJECT -> requireNonNull(object).view(bytes, start, length);
      case ARRAY -> requireNonNull(array).at(bytes, start);
    };
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
