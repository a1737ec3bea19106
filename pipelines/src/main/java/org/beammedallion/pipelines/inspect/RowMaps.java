package org.beammedallion.pipelines.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/** Rows as values by column: text, numbers, booleans, lists and maps; dates and times as text. */
final class RowMaps {

  private RowMaps() {}

  static Map<String, @Nullable Object> of(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      values.put(row.getSchema().getField(i).getName(), value(row.getValue(i)));
    }
    return values;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Row row) {
      return of(row);
    } else if (value instanceof Iterable<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(value(element)));
      return elements;
    } else if (value == null
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof String) {
      return value;
    }
    return value.toString();
  }
}
