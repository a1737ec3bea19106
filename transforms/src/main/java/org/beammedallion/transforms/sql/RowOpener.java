package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.row.RowLayout;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Opens encoded rows as Beam rows of {@link BeamTypes}. Timestamps and times are cut to whole
 * milliseconds.
 */
public final class RowOpener {

  private final RowLayout layout;
  private final Schema schema;
  private final @Nullable RowOpener[] objects;

  public RowOpener(RowLayout layout, Schema schema) {
    this.layout = layout;
    this.schema = schema;
    objects = new RowOpener[layout.fieldCount()];
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < objects.length; i++) {
      FieldType type = fields.get(i).type();
      if (type instanceof FieldType.ObjectType) {
        objects[i] = of(layout.object(i), schema.getField(i).getType());
      }
    }
  }

  private static @Nullable RowOpener of(RowLayout layout, Schema.FieldType type) {
    Schema row = type.getRowSchema();
    return row == null ? null : new RowOpener(layout, row);
  }

  public Row open(byte[] bytes, int row) {
    List<@Nullable Object> values = new ArrayList<>(layout.fieldCount());
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < layout.fieldCount(); i++) {
      values.add(layout.isNull(bytes, row, i) ? null : value(bytes, row, i, fields.get(i).type()));
    }
    return Row.withSchema(schema).attachValues(values);
  }

  private @Nullable Object value(byte[] bytes, int row, int i, FieldType type) {
    return switch (layout.storage(i)) {
      case BOOLEAN -> layout.booleanAt(bytes, row, i);
      case INT -> whole(layout.intAt(bytes, row, i), type);
      case LONG -> whole(layout.longAt(bytes, row, i), type);
      case FLOAT -> (double) layout.floatAt(bytes, row, i);
      case DOUBLE -> layout.doubleAt(bytes, row, i);
      case BYTES -> layout.stringAt(bytes, row, i);
      case BIG_DECIMAL -> layout.decimalAt(bytes, row, i);
      case OBJECT -> open(objects[i], bytes, layout.startOf(bytes, row, i));
      case ARRAY -> throw new IllegalArgumentException("Arrays cannot be used in gold SQL.");
    };
  }

  private static @Nullable Row open(@Nullable RowOpener object, byte[] bytes, int row) {
    return object == null ? null : object.open(bytes, row);
  }

  private static Object whole(long value, FieldType type) {
    if (type instanceof FieldType.DecimalType decimal) {
      return BigDecimal.valueOf(value, decimal.scale());
    } else if (type instanceof FieldType.DateType) {
      return LocalDate.ofEpochDay(value);
    } else if (type instanceof FieldType.TimeType) {
      return LocalTime.ofNanoOfDay(value / 1000 * 1_000_000);
    } else if (type instanceof FieldType.TimestampType) {
      return new Instant(Math.floorDiv(value, 1000L));
    }
    return value;
  }
}
