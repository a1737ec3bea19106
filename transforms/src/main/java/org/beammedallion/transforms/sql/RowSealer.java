package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Sets fields of encoded rows to values that Beam SQL gives. */
public final class RowSealer {

  private final RecordSchema schema;
  private final RowLayout layout;
  private final RowBuilder builder;

  /**
   * @param schema of the rows
   * @param builder that holds them
   */
  public RowSealer(RecordSchema schema, RowBuilder builder) {
    this.schema = schema;
    this.layout = RowLayout.of(schema);
    this.builder = builder;
  }

  public RowLayout layout() {
    return layout;
  }

  /**
   * Sets a field of the row that starts at {@code row}; null stays null.
   *
   * @throws ArithmeticException where a number does not fit its column
   */
  public void set(int row, int field, @Nullable Object value) {
    Field column = schema.fields().get(field);
    if (value != null) {
      set(row, field, column.type(), value);
    } else if (column.required()) {
      throw new IllegalStateException(
          "Beam SQL gave NULL for the gold column '"
              + column.name()
              + "', which it had declared NOT NULL.");
    }
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
      builder.setInt(layout, row, field, Math.toIntExact(((Number) value).longValue()));
    } else if (type instanceof FieldType.StringType) {
      builder.setString(layout, row, field, (String) value);
    } else {
      builder.setLong(layout, row, field, ((Number) value).longValue());
    }
  }

  /**
   * What to say of a number that has more digits than its column.
   *
   * @param column of a gold table
   */
  public static ArithmeticException tooLong(BigDecimal number, String column, DecimalType type) {
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
}
