package org.beammedallion.io.table.iceberg;

import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.UnicodeUtil;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * A file's statistics as Iceberg keeps them: by the number of the column, bounds in its
 * single-value encoding, as many as the table's {@code write.metadata.metrics} properties ask for.
 */
final class IcebergMetrics {

  private IcebergMetrics() {}

  static Metrics of(DataFile file, Schema schema, MetricsConfig config) {
    Map<List<String>, Integer> ids = IcebergTypes.idsOf(schema).byPath();
    Map<Integer, Long> values = new HashMap<>();
    Map<Integer, Long> nulls = new HashMap<>();
    Map<Integer, ByteBuffer> lower = new HashMap<>();
    Map<Integer, ByteBuffer> upper = new HashMap<>();
    for (ColumnStatistics column : file.statistics()) {
      Integer id = ids.get(column.path());
      String mode = id == null ? "none" : config.columnMode(schema.findColumnName(id)).toString();
      if (id == null || mode.equals("none")) {
        continue;
      }
      values.put(id, file.rows());
      nulls.put(id, column.nullCount());
      if (!mode.equals("counts")) {
        Type type = schema.findType(id);
        int length = lengthOf(mode);
        put(lower, id, type, cut(column.min(), length));
        put(upper, id, type, cutUp(column.max(), length));
      }
    }
    return new Metrics(file.rows(), null, values, nulls, null, lower, upper);
  }

  /** Characters of a text that are kept. */
  private static int lengthOf(String mode) {
    return mode.startsWith("truncate(")
        ? Integer.parseInt(mode.substring("truncate(".length(), mode.length() - 1))
        : Integer.MAX_VALUE;
  }

  private static @Nullable Object cut(@Nullable Serializable bound, int length) {
    return bound instanceof String text && length < Integer.MAX_VALUE
        ? UnicodeUtil.truncateStringMin(text, length)
        : bound;
  }

  /** Null where no text of that length is above. */
  private static @Nullable Object cutUp(@Nullable Serializable bound, int length) {
    return bound instanceof String text && length < Integer.MAX_VALUE
        ? UnicodeUtil.truncateStringMax(text, length)
        : bound;
  }

  private static void put(
      Map<Integer, ByteBuffer> bounds, int id, Type type, @Nullable Object bound) {
    if (bound != null) {
      bounds.put(id, Conversions.toByteBuffer(type, narrowed(type, bound)));
    }
  }

  private static Object narrowed(Type type, Object bound) {
    return switch (type.typeId()) {
      case INTEGER, DATE -> Math.toIntExact((Long) bound);
      case FLOAT -> ((Double) bound).floatValue();
      default -> bound;
    };
  }

  /**
   * What any writer of Iceberg put into a manifest; columns of which nothing is known are left out.
   */
  static List<ColumnStatistics> statisticsOf(ContentFile<?> file, Schema schema) {
    List<ColumnStatistics> statistics = new ArrayList<>();
    collect(file, schema.columns(), new ArrayList<>(), statistics);
    return statistics;
  }

  private static void collect(
      ContentFile<?> file,
      List<NestedField> fields,
      List<String> path,
      List<ColumnStatistics> statistics) {
    for (NestedField field : fields) {
      path.add(field.name());
      if (field.type().isStructType()) {
        collect(file, field.type().asStructType().fields(), path, statistics);
      } else if (field.type().isPrimitiveType()) {
        int id = field.fieldId();
        Long nulls = get(file.nullValueCounts(), id);
        ByteBuffer lower = get(file.lowerBounds(), id);
        ByteBuffer upper = get(file.upperBounds(), id);
        if (nulls != null || lower != null || upper != null) {
          statistics.add(
              new ColumnStatistics(
                  path,
                  valueOf(field.type(), lower),
                  valueOf(field.type(), upper),
                  nulls == null ? -1 : nulls));
        }
      }
      path.remove(path.size() - 1);
    }
  }

  private static <V> @Nullable V get(@Nullable Map<Integer, V> map, int id) {
    return map == null ? null : map.get(id);
  }

  private static @Nullable Serializable valueOf(Type type, @Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return null;
    }
    Object value = Conversions.fromByteBuffer(type, bytes);
    if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Float number) {
      return number.doubleValue();
    } else if (value instanceof CharSequence text) {
      return text.toString();
    } else if (value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigDecimal) {
      return (Serializable) value;
    }
    return null;
  }
}
