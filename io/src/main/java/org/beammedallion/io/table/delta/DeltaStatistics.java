package org.beammedallion.io.table.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/** A file's statistics as the log keeps them: the JSON of an add action's {@code stats}. */
final class DeltaStatistics {

  /**
   * Columns beyond this number have no statistics: the log of a wide table would outgrow its data.
   */
  private static final int MAX_COLUMNS = 100;

  /** Longer texts are cut, as Delta does. */
  private static final int MAX_TEXT = 32;

  private static final int LAST_CODE_POINT = Character.MAX_CODE_POINT;
  private static final long MICROS_PER_MILLI = 1_000;
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
  private static final long MIN_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long MAX_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** What a file's JSON says. */
  record Parsed(long rows, List<ColumnStatistics> columns) {}

  private DeltaStatistics() {}

  /**
   * @param names what files call the columns
   */
  static String write(DataFile file, RecordSchema schema, FieldIds names) {
    Map<List<String>, ColumnStatistics> columns = new LinkedHashMap<>();
    for (ColumnStatistics column : file.statistics()) {
      if (columns.size() < MAX_COLUMNS) {
        columns.put(column.path(), column);
      }
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
      json.writeStartObject();
      json.writeNumberField("numRecords", file.rows());
      writeTree(
          json,
          "minValues",
          tree(schema, columns, names, new ArrayList<>(), DeltaStatistics::lower));
      writeTree(
          json,
          "maxValues",
          tree(schema, columns, names, new ArrayList<>(), DeltaStatistics::upper));
      writeTree(
          json,
          "nullCount",
          tree(schema, columns, names, new ArrayList<>(), (c, type) -> c.nullCount()));
      json.writeEndObject();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("A string writer never fails.", e);
    }
    return text.toString();
  }

  private interface Pick {
    @Nullable Object of(ColumnStatistics column, FieldType type);
  }

  /** Nested maps, as the fields are nested; without the columns of which nothing is known. */
  private static Map<String, Object> tree(
      RecordSchema schema,
      Map<List<String>, ColumnStatistics> columns,
      FieldIds names,
      List<String> path,
      Pick pick) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      path.add(field.name());
      Object value = null;
      if (field.type() instanceof FieldType.ObjectType object) {
        Map<String, Object> inner = tree(object.schema(), columns, names, path, pick);
        value = inner.isEmpty() ? null : inner;
      } else {
        ColumnStatistics column = columns.get(path);
        value = column == null ? null : pick.of(column, field.type());
      }
      if (value != null) {
        tree.put(names.nameOf(path), value);
      }
      path.remove(path.size() - 1);
    }
    return tree;
  }

  private static void writeTree(JsonGenerator json, String name, Map<?, ?> tree)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<?, ?> entry : tree.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      if (value instanceof Map<?, ?> inner) {
        writeTree(json, key, inner);
      } else if (value instanceof String text) {
        json.writeStringField(key, text);
      } else if (value instanceof BigDecimal decimal) {
        json.writeNumberField(key, decimal);
      } else if (value instanceof Double number) {
        json.writeNumberField(key, number);
      } else if (value instanceof Long number) {
        json.writeNumberField(key, number);
      }
    }
    json.writeEndObject();
  }

  private static @Nullable Object lower(ColumnStatistics column, FieldType type) {
    Serializable min = column.min();
    return min == null
        ? null
        : bound(min, type, micros -> Math.floorDiv(micros, MICROS_PER_MILLI), DeltaStatistics::cut);
  }

  private static @Nullable Object upper(ColumnStatistics column, FieldType type) {
    Serializable max = column.max();
    return max == null
        ? null
        : bound(
            max, type, micros -> -Math.floorDiv(-micros, MICROS_PER_MILLI), DeltaStatistics::cutUp);
  }

  private static @Nullable Object bound(
      Serializable value,
      FieldType type,
      Function<Long, Long> toMillis,
      Function<String, String> cut) {
    if (value instanceof Long number && type instanceof FieldType.TimestampType) {
      Instant instant = Instant.ofEpochMilli(toMillis.apply(number));
      long day = Math.floorDiv(instant.getEpochSecond(), 86_400L);
      return day < MIN_DAY || day > MAX_DAY
          ? null
          : TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC));
    } else if (value instanceof Long number && type instanceof FieldType.DateType) {
      return number < MIN_DAY || number > MAX_DAY ? null : LocalDate.ofEpochDay(number).toString();
    } else if (value instanceof String text) {
      return cut.apply(text);
    } else if (value instanceof Boolean) {
      return null;
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      return null;
    }
    return value;
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MAX_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT));
  }

  /**
   * The least text of about that length that is not below the whole: its beginning, then the last
   * code point there is.
   */
  private static String cutUp(String text) {
    if (text.codePointCount(0, text.length()) <= MAX_TEXT) {
      return text;
    }
    int end = text.offsetByCodePoints(0, MAX_TEXT);
    while (end < text.length() && text.codePointAt(end) == LAST_CODE_POINT) {
      end += 2;
    }
    return end >= text.length()
        ? text
        : text.substring(0, end) + Character.toString(LAST_CODE_POINT);
  }

  /** Reads what any writer of Delta put into a log. */
  static Parsed parse(@Nullable String stats, RecordSchema schema, FieldIds names) {
    if (stats == null || stats.isEmpty()) {
      return new Parsed(-1, List.of());
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(stats);
    } catch (JsonProcessingException e) {
      // Statistics are a help, never a duty: without them a file is read whole.
      return new Parsed(-1, List.of());
    }
    List<ColumnStatistics> columns = new ArrayList<>();
    parse(
        root.path("minValues"),
        root.path("maxValues"),
        root.path("nullCount"),
        schema,
        names,
        new ArrayList<>(),
        columns);
    return new Parsed(root.path("numRecords").asLong(-1), columns);
  }

  private static void parse(
      JsonNode min,
      JsonNode max,
      JsonNode nulls,
      RecordSchema schema,
      FieldIds names,
      List<String> path,
      List<ColumnStatistics> columns) {
    for (Field field : schema.fields()) {
      path.add(field.name());
      String name = names.nameOf(path);
      if (field.type() instanceof FieldType.ObjectType object) {
        parse(
            min.path(name),
            max.path(name),
            nulls.path(name),
            object.schema(),
            names,
            path,
            columns);
      } else if (nulls.has(name) || min.has(name) || max.has(name)) {
        columns.add(
            new ColumnStatistics(
                path,
                valueOf(min.path(name), field.type(), 0),
                // Delta cuts a greatest time to the millisecond below.
                valueOf(max.path(name), field.type(), MICROS_PER_MILLI - 1),
                nulls.path(name).asLong(-1)));
      }
      path.remove(path.size() - 1);
    }
  }

  private static @Nullable Serializable valueOf(JsonNode node, FieldType type, long extraMicros) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    try {
      return switch (type.kind()) {
        case TIMESTAMP -> {
          Instant instant = OffsetDateTime.parse(node.asText().replace(' ', 'T')).toInstant();
          yield instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1_000 + extraMicros;
        }
        case DATE -> LocalDate.parse(node.asText()).toEpochDay();
        case DECIMAL ->
            node.decimalValue().setScale(((DecimalType) type).scale(), RoundingMode.UNNECESSARY);
        case INT, LONG -> node.isNumber() ? node.asLong() : null;
        case FLOAT, DOUBLE -> node.isNumber() ? node.asDouble() : null;
        case STRING, BOOLEAN, TIME, OBJECT, ARRAY -> node.isTextual() ? node.asText() : null;
      };
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }
}
