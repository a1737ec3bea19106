package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Opens encoded rows as Beam rows of {@link BeamTypes}. */
public final class RowOpener {

  private final RowLayout layout;
  private final int[] fields;
  private final Schema schema;
  private final @Nullable RowOpener[] objects;

  public RowOpener(RowLayout layout, Schema schema) {
    this(layout, IntStream.range(0, layout.fieldCount()).toArray(), schema);
  }

  /**
   * @param fields positions of those that are opened, in the order of {@code schema}
   */
  public RowOpener(RowLayout layout, int[] fields, Schema schema) {
    this.layout = layout;
    this.fields = fields.clone();
    this.schema = schema;
    objects = new RowOpener[fields.length];
    for (int i = 0; i < fields.length; i++) {
      if (type(i) instanceof FieldType.ObjectType) {
        objects[i] = of(layout.object(fields[i]), schema.getField(i).getType());
      }
    }
  }

  private FieldType type(int i) {
    return layout.schema().fields().get(fields[i]).type();
  }

  private static @Nullable RowOpener of(RowLayout layout, Schema.FieldType type) {
    Schema row = type.getRowSchema();
    return row == null ? null : new RowOpener(layout, row);
  }

  public Row open(byte[] bytes, int row) {
    return Row.withSchema(schema).attachValues(values(bytes, row));
  }

  /** The values of the opened fields, in a new list. */
  public List<@Nullable Object> values(byte[] bytes, int row) {
    List<@Nullable Object> values = new ArrayList<>(fields.length + 1);
    for (int i = 0; i < fields.length; i++) {
      values.add(layout.isNull(bytes, row, fields[i]) ? null : value(bytes, row, i));
    }
    return values;
  }

  private @Nullable Object value(byte[] bytes, int row, int i) {
    int field = fields[i];
    return switch (layout.storage(field)) {
      case BOOLEAN -> layout.booleanAt(bytes, row, field);
      case INT -> whole(layout.intAt(bytes, row, field), type(i));
      case LONG -> whole(layout.longAt(bytes, row, field), type(i));
      case FLOAT -> (double) layout.floatAt(bytes, row, field);
      case DOUBLE -> layout.doubleAt(bytes, row, field);
      case BYTES -> layout.stringAt(bytes, row, field);
      case BIG_DECIMAL -> layout.decimalAt(bytes, row, field);
      case OBJECT -> open(objects[i], bytes, layout.startOf(bytes, row, field));
      case ARRAY -> throw new IllegalArgumentException("Arrays cannot be used in gold SQL.");
    };
  }

  private static @Nullable Row open(@Nullable RowOpener object, byte[] bytes, int row) {
    return object == null ? null : object.open(bytes, row);
  }

  private static Object whole(long value, FieldType type) {
    if (type instanceof FieldType.DecimalType decimal) {
      return BigDecimal.valueOf(value, decimal.scale());
    }
    return value;
  }
}
