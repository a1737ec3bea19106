package org.beammedallion.transforms.aggregate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.joda.time.ReadableInstant;

/** Encodes the rows that Beam SQL gives, with the bounds of their window before them. */
final class RowSealer {

  private final RecordSchema schema;
  private final RowLayout layout;
  private final RowBuilder builder = new RowBuilder(256);

  RowSealer(RecordSchema schema) {
    this.schema = schema;
    layout = RowLayout.of(schema);
  }

  /**
   * @throws ArithmeticException where a number does not fit its column
   */
  byte[] seal(Row values, IntervalWindow window) {
    builder.truncate(0);
    int row = builder.beginRow(layout);
    builder.setLong(layout, row, 0, window.start().getMillis() * 1000);
    builder.setLong(layout, row, 1, window.end().getMillis() * 1000);
    List<Field> fields = schema.fields();
    for (int i = 2; i < fields.size(); i++) {
      Object value = values.getValue(i - 2);
      if (value != null) {
        set(row, i, fields.get(i).type(), value);
      } else if (fields.get(i).required()) {
        throw new IllegalStateException(
            "Beam SQL gave NULL for the gold column '"
                + fields.get(i).name()
                + "', which it had declared NOT NULL.");
      }
    }
    return Arrays.copyOf(builder.bytes(), builder.length());
  }

  private void set(int row, int field, FieldType type, Object value) {
    if (type instanceof DecimalType decimal) {
      BigDecimal number = (BigDecimal) value;
      BigDecimal scaled = number.setScale(decimal.scale(), RoundingMode.HALF_UP);
      if (scaled.precision() > decimal.precision()) {
        throw tooLong(number, schema.fields().get(field).name(), decimal);
      }
      builder.setDecimal(layout, row, field, scaled);
    } else if (type instanceof FieldType.BooleanType) {
      builder.setBoolean(layout, row, field, (Boolean) value);
    } else if (type instanceof FieldType.FloatType) {
      builder.setDouble(layout, row, field, ((Number) value).doubleValue());
    } else if (type instanceof FieldType.DateType) {
      builder.setInt(layout, row, field, Math.toIntExact(((LocalDate) value).toEpochDay()));
    } else if (type instanceof FieldType.StringType) {
      builder.setString(layout, row, field, (String) value);
    } else {
      builder.setLong(layout, row, field, whole(value));
    }
  }

  static ArithmeticException tooLong(BigDecimal number, String column, DecimalType type) {
    return new ArithmeticException(
        number
            + " does not fit the gold column '"
            + column
            + "' of decimal("
            + type.precision()
            + ","
            + type.scale()
            + "); cast it to DOUBLE in the query.");
  }

  /** Partial results bring times as microseconds, Beam SQL as objects. */
  private static long whole(Object value) {
    if (value instanceof ReadableInstant instant) {
      return instant.getMillis() * 1000;
    } else if (value instanceof LocalTime time) {
      return time.toNanoOfDay() / 1000;
    }
    return ((Number) value).longValue();
  }
}
