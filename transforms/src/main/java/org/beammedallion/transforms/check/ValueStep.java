package org.beammedallion.transforms.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.transforms.row.ArrayLayout;

/** The end of the way: the value itself. */
final class ValueStep extends PathStep {

  private static final int SHOWN_LENGTH = 80;

  private final FieldType type;
  private final ValueCheck check;

  ValueStep(FieldType type, ValueCheck check) {
    this.type = type;
    this.check = check;
  }

  @Override
  boolean accepts(byte[] bytes, int start, int length) {
    return check.accepts(bytes, start, length);
  }

  @Override
  boolean acceptsNull() {
    return check.acceptsNull();
  }

  @Override
  void explain(byte[] bytes, int start, int length, StringBuilder words) {
    words
        .append(" is ")
        .append(shown(type, bytes, start, length))
        .append(", but ")
        .append(check.demand());
  }

  @Override
  void explainNull(StringBuilder words) {
    words.append(" is null, but ").append(check.demand());
  }

  private static String shown(FieldType type, byte[] bytes, int start, int length) {
    if (type instanceof FieldType.StringType) {
      String text = new String(bytes, start, length, StandardCharsets.UTF_8);
      int end = Math.min(text.length(), SHOWN_LENGTH);
      return "'" + text.substring(0, end) + (end < text.length() ? "…" : "") + "'";
    } else if (type instanceof FieldType.BooleanType) {
      return bytes[start] != 0 ? "true" : "false";
    } else if (type instanceof IntegerType integer) {
      return Long.toString(
          integer.bits() == 32
              ? ArrayLayout.intAt(bytes, start)
              : ArrayLayout.longAt(bytes, start));
    } else if (type instanceof FloatType number) {
      return number.bits() == 32
          ? Float.toString(Float.intBitsToFloat(ArrayLayout.intAt(bytes, start)))
          : Double.toString(Double.longBitsToDouble(ArrayLayout.longAt(bytes, start)));
    } else if (type instanceof DecimalType decimal) {
      BigInteger unscaled =
          decimal.fitsLong()
              ? BigInteger.valueOf(ArrayLayout.longAt(bytes, start))
              : new BigInteger(bytes, start, length);
      return new BigDecimal(unscaled, decimal.scale()).toPlainString();
    } else if (type instanceof DateType) {
      return LocalDate.ofEpochDay(ArrayLayout.intAt(bytes, start)).toString();
    } else if (type instanceof TimeType) {
      return LocalTime.ofNanoOfDay(ArrayLayout.longAt(bytes, start) * 1000).toString();
    } else if (type instanceof TimestampType) {
      return Instant.EPOCH.plus(ArrayLayout.longAt(bytes, start), ChronoUnit.MICROS).toString();
    } else if (type instanceof ArrayType) {
      return "an array of " + ArrayLayout.count(bytes, start);
    } else if (type instanceof ObjectType) {
      return "an object";
    }
    throw new IllegalArgumentException("No way to show a " + type + ".");
  }
}
