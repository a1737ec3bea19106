package org.beammedallion.io.parquet.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.beammedallion.transforms.decode.ColumnMeaning;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file as JSON, for a person: all columns by their names, dates and times as ISO-8601,
 * bytes in base64, lists as arrays, maps as arrays of objects with key and value. Rows are asked
 * for in order. Not thread-safe.
 */
final class RecordText {

  private static final JsonFactory JSON = new JsonFactory();

  private final List<Part> columns = new ArrayList<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private final MessageType file;
  private long at;

  /**
   * @param readable paths of the columns that can be read; others are left out
   */
  RecordText(MessageType file, Set<List<String>> readable) {
    this.file = file;
    for (Type column : file.getFields()) {
      Part part = part(column, List.of(column.getName()), readable);
      if (part != null) {
        columns.add(part);
      }
    }
  }

  List<Leaf> leaves() {
    return leaves;
  }

  /** Begins with the first row of a row group. */
  void start(OpenColumns open) {
    leaves.forEach(leaf -> leaf.start(open));
    at = 0;
  }

  /**
   * A row as JSON.
   *
   * @param row number in the row group; higher than that of the call before
   */
  String of(long row) throws IOException {
    for (; at < row; at++) {
      leaves.forEach(leaf -> leaf.skip(0));
    }
    at++;
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
      json.writeStartObject();
      for (Part column : columns) {
        json.writeFieldName(column.name);
        column.write(json);
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /** A part of a record; {@code leaves} has one at least. */
  private abstract static class Part {
    final String name;
    final List<Leaf> leaves;

    Part(String name, List<Leaf> leaves) {
      this.name = name;
      this.leaves = leaves;
    }

    /** Writes the value and passes over it. */
    abstract void write(JsonGenerator json) throws IOException;
  }

  private @Nullable Part part(Type type, List<String> path, Set<List<String>> readable) {
    Part part = type.isPrimitive() ? value(type, path, readable) : group(type, path, readable);
    if (part == null || type.getRepetition() != Repetition.REPEATED) {
      return part;
    }
    String[] names = path.toArray(String[]::new);
    int notEmpty = file.getMaxDefinitionLevel(names);
    int repetition = file.getMaxRepetitionLevel(names) - 1;
    return new Part(type.getName(), part.leaves) {
      @Override
      void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        Leaf first = leaves.get(0);
        if (first.definition() < notEmpty) {
          leaves.forEach(leaf -> leaf.skip(repetition));
        } else {
          boolean more = true;
          while (more) {
            part.write(json);
            more = !first.isDone() && first.reader().getCurrentRepetitionLevel() > repetition;
          }
        }
        json.writeEndArray();
      }
    };
  }

  private @Nullable Part value(Type type, List<String> path, Set<List<String>> readable) {
    if (!readable.contains(path)) {
      return null;
    }
    Leaf leaf = new Leaf(file.getColumnDescription(path.toArray(String[]::new)));
    leaves.add(leaf);
    ColumnForm form = ColumnForm.of(type.asPrimitiveType());
    int present = leaf.descriptor.getMaxDefinitionLevel();
    return new Part(type.getName(), List.of(leaf)) {
      @Override
      void write(JsonGenerator json) throws IOException {
        if (leaf.definition() < present) {
          json.writeNull();
        } else {
          scalar(json, leaf.reader(), form);
        }
        leaf.consume();
      }
    };
  }

  private @Nullable Part group(Type type, List<String> path, Set<List<String>> readable) {
    GroupType group = type.asGroupType();
    List<Part> parts = new ArrayList<>();
    List<Leaf> below = new ArrayList<>();
    for (Type child : group.getFields()) {
      List<String> down = new ArrayList<>(path);
      down.add(child.getName());
      Part part = part(child, down, readable);
      if (part != null) {
        parts.add(part);
        below.addAll(part.leaves);
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    String[] names = path.toArray(String[]::new);
    int present = file.getMaxDefinitionLevel(names);
    int repetition = file.getMaxRepetitionLevel(names);
    boolean list =
        group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
            && group.getFieldCount() == 1;
    return new Part(type.getName(), below) {
      @Override
      void write(JsonGenerator json) throws IOException {
        if (leaves.get(0).definition() < present) {
          json.writeNull();
          leaves.forEach(leaf -> leaf.skip(repetition));
        } else if (list) {
          parts.get(0).write(json);
        } else {
          json.writeStartObject();
          for (Part part : parts) {
            json.writeFieldName(part.name);
            part.write(json);
          }
          json.writeEndObject();
        }
      }
    };
  }

  private static void scalar(JsonGenerator json, ColumnReader reader, ColumnForm form)
      throws IOException {
    ColumnMeaning meaning = form.meaning();
    switch (form.storage()) {
      case BOOLEAN -> json.writeBoolean(reader.getBoolean());
      case INT -> number(json, reader.getInteger(), meaning);
      case UNSIGNED_INT -> json.writeNumber(reader.getInteger() & 0xFFFF_FFFFL);
      case LONG -> number(json, reader.getLong(), meaning);
      case FLOAT -> json.writeNumber(reader.getFloat());
      case DOUBLE -> json.writeNumber(reader.getDouble());
      case FLOAT16 -> json.writeNumber(ColumnForm.float16(reader.getBinary()));
      case INT96 -> number(json, ColumnForm.int96(reader.getBinary()), meaning);
      case UUID_BYTES -> json.writeString(ColumnForm.uuid(reader.getBinary()));
      case BYTES -> {
        Binary value = reader.getBinary();
        switch (meaning.category()) {
          case TEXT -> json.writeString(value.toStringUsingUTF8());
          case DECIMAL ->
              json.writeNumber(new BigDecimal(new BigInteger(value.getBytes()), meaning.scale()));
          default -> json.writeString(Base64.getEncoder().encodeToString(value.getBytes()));
        }
      }
    }
  }

  private static void number(JsonGenerator json, long value, ColumnMeaning meaning)
      throws IOException {
    switch (meaning.category()) {
      case UNSIGNED -> json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
      case DECIMAL -> json.writeNumber(BigDecimal.valueOf(value, meaning.scale()));
      case DATE -> json.writeString(LocalDate.ofEpochDay(value).toString());
      case TIME -> {
        long nanos = value * perUnit(meaning);
        boolean inDay = nanos >= 0 && nanos < 86_400_000_000_000L;
        json.writeString(inDay ? LocalTime.ofNanoOfDay(nanos).toString() : Long.toString(value));
      }
      case TIMESTAMP -> json.writeString(timestamp(value, meaning));
      default -> json.writeNumber(value);
    }
  }

  private static long perUnit(ColumnMeaning meaning) {
    ColumnMeaning.Unit unit = meaning.unit();
    return unit == null
        ? 1
        : switch (unit) {
          case MILLIS -> 1_000_000;
          case MICROS -> 1_000;
          case NANOS -> 1;
        };
  }

  private static String timestamp(long value, ColumnMeaning meaning) {
    ColumnMeaning.Unit unit = meaning.unit();
    Instant instant =
        Instant.EPOCH.plus(
            value,
            unit == ColumnMeaning.Unit.MILLIS
                ? ChronoUnit.MILLIS
                : unit == ColumnMeaning.Unit.MICROS ? ChronoUnit.MICROS : ChronoUnit.NANOS);
    return meaning.utc()
        ? instant.toString()
        : instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }
}
