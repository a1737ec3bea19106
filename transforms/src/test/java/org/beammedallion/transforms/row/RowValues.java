package org.beammedallion.transforms.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.jspecify.annotations.Nullable;

/** Reads encoded rows into maps and lists, for tests to compare. */
public final class RowValues {

  private RowValues() {}

  /** All rows of a batch. */
  public static List<Map<String, @Nullable Object>> of(RowLayout layout, RowBatch batch) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int header = 0; header < batch.length(); header = RowBatch.next(batch.bytes(), header)) {
      rows.add(of(layout, batch.bytes(), header + RowBatch.HEADER));
    }
    return rows;
  }

  public static Map<String, @Nullable Object> of(RowLayout layout, byte[] bytes, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<Field> fields = layout.schema().fields();
    for (int i = 0; i < fields.size(); i++) {
      values.put(
          fields.get(i).name(), layout.isNull(bytes, row, i) ? null : value(layout, bytes, row, i));
    }
    return values;
  }

  private static Object value(RowLayout layout, byte[] bytes, int row, int i) {
    FieldType type = layout.schema().fields().get(i).type();
    if (type instanceof FieldType.DecimalType) {
      return layout.decimalAt(bytes, row, i);
    }
    return switch (layout.storage(i)) {
      case BOOLEAN -> layout.booleanAt(bytes, row, i);
      case INT -> layout.intAt(bytes, row, i);
      case LONG -> layout.longAt(bytes, row, i);
      case FLOAT -> layout.floatAt(bytes, row, i);
      case DOUBLE -> layout.doubleAt(bytes, row, i);
      case BYTES -> layout.stringAt(bytes, row, i);
      case BIG_DECIMAL -> throw new AssertionError("decimals are read above");
      case OBJECT -> of(layout.object(i), bytes, layout.startOf(bytes, row, i));
      case ARRAY -> array(layout.array(i), bytes, layout.startOf(bytes, row, i));
    };
  }

  private static List<@Nullable Object> array(ArrayLayout layout, byte[] bytes, int start) {
    List<@Nullable Object> values = new ArrayList<>();
    int element = ArrayLayout.first(start);
    for (int i = 0; i < ArrayLayout.count(bytes, start); i++) {
      values.add(ArrayLayout.isNull(bytes, element) ? null : element(layout, bytes, element));
      element = layout.next(bytes, element);
    }
    return values;
  }

  private static Object element(ArrayLayout layout, byte[] bytes, int element) {
    int at = layout.valueStart(element);
    int length = layout.valueLength(bytes, element);
    if (layout.element().type() instanceof FieldType.DecimalType decimal) {
      return decimal.fitsLong()
          ? BigDecimal.valueOf(ArrayLayout.longAt(bytes, at), decimal.scale())
          : new BigDecimal(new BigInteger(bytes, at, length), decimal.scale());
    }
    return switch (layout.storage()) {
      case BOOLEAN -> bytes[at] != 0;
      case INT -> ArrayLayout.intAt(bytes, at);
      case LONG -> ArrayLayout.longAt(bytes, at);
      case FLOAT -> Float.intBitsToFloat(ArrayLayout.intAt(bytes, at));
      case DOUBLE -> Double.longBitsToDouble(ArrayLayout.longAt(bytes, at));
      case BYTES -> new String(bytes, at, length, StandardCharsets.UTF_8);
      case BIG_DECIMAL -> throw new AssertionError("decimals are read above");
      case OBJECT -> of(layout.object(), bytes, at);
      case ARRAY -> array(layout.array(), bytes, at);
    };
  }
}
