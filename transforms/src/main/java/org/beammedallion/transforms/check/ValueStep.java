package org.beammedallion.transforms.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
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
    return switch (type.kind()) {
      case STRING -> shown(new String(bytes, start, length, StandardCharsets.UTF_8));
      case BOOLEAN -> bytes[start] != 0 ? "true" : "false";
      case INT -> Integer.toString(ArrayLayout.intAt(bytes, start));
      case LONG -> Long.toString(ArrayLayout.longAt(bytes, start));
      case FLOAT -> Float.toString(Float.intBitsToFloat(ArrayLayout.intAt(bytes, start)));
      case DOUBLE -> Double.toString(Double.longBitsToDouble(ArrayLayout.longAt(bytes, start)));
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        BigInteger unscaled =
            decimal.fitsLong()
                ? BigInteger.valueOf(ArrayLayout.longAt(bytes, start))
                : new BigInteger(bytes, start, length);
        yield new BigDecimal(unscaled, decimal.scale()).toPlainString();
      }
      case DATE -> LocalDate.ofEpochDay(ArrayLayout.intAt(bytes, start)).toString();
      case TIME -> LocalTime.ofNanoOfDay(ArrayLayout.longAt(bytes, start) * 1000).toString();
      case TIMESTAMP ->
          Instant.EPOCH.plus(ArrayLayout.longAt(bytes, start), ChronoUnit.MICROS).toString();
      case OBJECT -> "an object";
      case ARRAY -> "an array of " + ArrayLayout.count(bytes, start);
    };
  }

  private static String shown(String text) {
    int end = Math.min(text.length(), SHOWN_LENGTH);
    return "'" + text.substring(0, end) + (end < text.length() ? "…" : "") + "'";
  }
}
