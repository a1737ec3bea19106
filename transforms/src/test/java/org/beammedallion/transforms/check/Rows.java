package org.beammedallion.transforms.check;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Encodes rows from plain values, so that tests can say what is in them. */
final class Rows {

  private Rows() {}

  /** A row that does not start where its bytes start. */
  @SuppressWarnings("ArrayRecordComponent") // Rows are never compared.
  record Encoded(byte[] bytes, int row) {}

  static Encoded encode(RowLayout layout, Map<String, ?> values) {
    RowBuilder builder = new RowBuilder(64);
    builder.append(new byte[] {1, 2, 3}, 0, 3);
    int row = row(builder, layout, values);
    return new Encoded(builder.bytes().clone(), row);
  }

  private static int row(RowBuilder builder, RowLayout layout, Map<String, ?> values) {
    int row = builder.beginRow(layout);
    for (int field = 0; field < layout.fieldCount(); field++) {
      Object value = values.get(layout.schema().fields().get(field).name());
      if (value != null) {
        set(builder, layout, row, field, value);
      }
    }
    return row;
  }

  @SuppressWarnings("unchecked")
  private static void set(RowBuilder builder, RowLayout layout, int row, int field, Object value) {
    switch (layout.storage(field)) {
      case BOOLEAN -> builder.setBoolean(layout, row, field, (Boolean) value);
      case INT -> builder.setInt(layout, row, field, (Integer) value);
      case FLOAT -> builder.setFloat(layout, row, field, (Float) value);
      case DOUBLE -> builder.setDouble(layout, row, field, (Double) value);
      case LONG, BIG_DECIMAL -> {
        if (value instanceof BigDecimal decimal) {
          builder.setDecimal(layout, row, field, decimal);
        } else {
          builder.setLong(layout, row, field, (Long) value);
        }
      }
      case BYTES -> builder.setString(layout, row, field, (String) value);
      case OBJECT -> {
        int start = row(builder, layout.object(field), (Map<String, ?>) value);
        builder.endVariable(layout, row, field, start);
      }
      case ARRAY -> {
        int array = builder.beginArray();
        for (Object element : (List<?>) value) {
          element(builder, layout.array(field), array, element);
        }
        builder.endVariable(layout, row, field, array);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void element(
      RowBuilder builder, ArrayLayout layout, int array, @Nullable Object value) {
    if (value == null) {
      builder.appendNullElement(array);
      return;
    }
    switch (layout.storage()) {
      case LONG -> {
        builder.beginFixedElement(array);
        builder.appendLong((Long) value);
      }
      case BYTES -> {
        int start = builder.beginVariableElement(array);
        byte[] text = ((String) value).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        builder.append(text, 0, text.length);
        builder.endVariableElement(start);
      }
      case OBJECT -> {
        int start = builder.beginVariableElement(array);
        row(builder, layout.object(), (Map<String, ?>) value);
        builder.endVariableElement(start);
      }
      default ->
          throw new IllegalArgumentException("No test needs arrays of " + layout.storage() + ".");
    }
  }
}
