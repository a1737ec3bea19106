package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Reads Parquet files as a source, and rows as Java's own values. */
final class SourceFiles {

  /**
   * What was read.
   *
   * @param rows each a map of its fields
   * @param positions of the rows
   */
  record Read(
      List<Map<String, Object>> rows,
      List<Long> positions,
      List<DeadLetter> rejects,
      FieldCounts unknown,
      @Nullable String warning) {

    Object value(int row, String field) {
      return rows.get(row).get(field);
    }

    List<Object> column(String field) {
      List<Object> values = new ArrayList<>();
      rows.forEach(row -> values.add(row.get(field)));
      return values;
    }
  }

  private SourceFiles() {}

  static Read read(Path file, Field... fields) throws IOException {
    return read(file, TypedSettings.DEFAULT, fields);
  }

  static Read read(Path file, TypedSettings settings, Field... fields) throws IOException {
    return read(
        file,
        1,
        TypedDecoder.rows(new RecordSchema(List.of(fields)), settings, RowCheck.NONE),
        new RecordSchema(List.of(fields)));
  }

  /** Reads a file that is cut into shards. */
  static Read read(Path file, int shards, TypedDecoder decoder, RecordSchema schema)
      throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    List<DeadLetter> rejects = new ArrayList<>();
    FieldCounts unknown = FieldCounts.NONE;
    String warning = null;
    RowLayout layout = RowLayout.of(schema);
    for (FileShard shard : shards(file, shards)) {
      try (SourceRows source = SourceRows.open(shard, decoder)) {
        for (RowBatch batch = source.next(); batch != null; batch = source.next()) {
          byte[] bytes = batch.bytes();
          for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
            rows.add(object(layout, bytes, at + RowBatch.HEADER));
            positions.add(RowBatch.rowPosition(bytes, at));
          }
          rejects.addAll(batch.rejects());
          unknown = unknown.plus(batch.unknown());
        }
        warning = source.warning();
      }
    }
    return new Read(rows, positions, rejects, unknown, warning);
  }

  static List<FileShard> shards(Path file, int count) throws IOException {
    long size = Files.size(file);
    List<FileShard> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(
          new FileShard(
              i, file.toString(), size, Instant.EPOCH, size * i / count, size * (i + 1) / count));
    }
    return shards;
  }

  static Map<String, Object> object(RowLayout layout, byte[] bytes, int row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < layout.fieldCount(); i++) {
      Field field = layout.schema().fields().get(i);
      values.put(field.name(), value(layout, bytes, row, i, field.type()));
    }
    return values;
  }

  private static @Nullable Object value(
      RowLayout layout, byte[] bytes, int row, int i, FieldType type) {
    if (layout.isNull(bytes, row, i)) {
      return null;
    } else if (type instanceof FieldType.ObjectType) {
      return object(layout.object(i), bytes, layout.startOf(bytes, row, i));
    } else if (type instanceof FieldType.ArrayType) {
      return array(layout.array(i), bytes, layout.startOf(bytes, row, i));
    } else if (type instanceof FieldType.DecimalType) {
      return layout.decimalAt(bytes, row, i);
    }
    return switch (layout.storage(i)) {
      case BOOLEAN -> layout.booleanAt(bytes, row, i);
      case INT -> number(type, layout.intAt(bytes, row, i));
      case LONG -> number(type, layout.longAt(bytes, row, i));
      case FLOAT -> layout.floatAt(bytes, row, i);
      case DOUBLE -> layout.doubleAt(bytes, row, i);
      default -> layout.stringAt(bytes, row, i);
    };
  }

  private static Object number(FieldType type, long value) {
    if (type instanceof FieldType.DateType) {
      return LocalDate.ofEpochDay(value);
    } else if (type instanceof FieldType.TimeType) {
      return LocalTime.ofNanoOfDay(value * 1_000);
    } else if (type instanceof FieldType.TimestampType) {
      return Instant.EPOCH.plus(value, ChronoUnit.MICROS);
    }
    return value;
  }

  private static List<Object> array(ArrayLayout array, byte[] bytes, int start) {
    List<Object> values = new ArrayList<>();
    int element = ArrayLayout.first(start);
    for (int i = 0; i < ArrayLayout.count(bytes, start); i++) {
      values.add(ArrayLayout.isNull(bytes, element) ? null : element(array, bytes, element));
      element = array.next(bytes, element);
    }
    return values;
  }

  private static Object element(ArrayLayout array, byte[] bytes, int element) {
    int at = array.valueStart(element);
    int length = array.valueLength(bytes, element);
    FieldType type = array.element().type();
    if (type instanceof FieldType.ObjectType) {
      return object(array.object(), bytes, at);
    } else if (type instanceof FieldType.ArrayType) {
      return array(array.array(), bytes, at);
    } else if (type instanceof FieldType.DecimalType decimal) {
      return decimal.fitsLong()
          ? BigDecimal.valueOf(ArrayLayout.longAt(bytes, at), decimal.scale())
          : new BigDecimal(new java.math.BigInteger(bytes, at, length), decimal.scale());
    }
    return switch (array.storage()) {
      case BOOLEAN -> bytes[at] != 0;
      case INT -> number(type, ArrayLayout.intAt(bytes, at));
      case LONG -> number(type, ArrayLayout.longAt(bytes, at));
      case FLOAT -> Float.intBitsToFloat(ArrayLayout.intAt(bytes, at));
      case DOUBLE -> Double.longBitsToDouble(ArrayLayout.longAt(bytes, at));
      default -> new String(bytes, at, length, StandardCharsets.UTF_8);
    };
  }
}
