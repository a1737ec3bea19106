package org.beammedallion.io.parquet.source;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.jspecify.annotations.Nullable;

/** What DuckDB reads in a Parquet file: its columns as fields of a contract, and their values. */
final class DuckDbParquet implements AutoCloseable {

  private final Connection connection;

  DuckDbParquet() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
    }
  }

  private static String from(Path file) {
    return " FROM read_parquet('" + file.toString().replace("'", "''") + "')";
  }

  List<Field> fields(Path file) throws SQLException {
    List<Field> fields = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet columns = statement.executeQuery("DESCRIBE SELECT *" + from(file))) {
      while (columns.next()) {
        fields.add(Field.optional(columns.getString(1), new TypeText(columns.getString(2)).type()));
      }
    }
    return fields;
  }

  List<Map<String, Object>> rows(Path file, List<Field> fields) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet values = statement.executeQuery("SELECT *" + from(file))) {
      while (values.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
          FieldType type = fields.get(i).type();
          Object value =
              type instanceof FieldType.TimeType
                  ? values.getObject(i + 1, LocalTime.class)
                  : values.getObject(i + 1);
          row.put(fields.get(i).name(), value(value, type));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static @Nullable Object value(@Nullable Object value, FieldType type)
      throws SQLException {
    if (value == null) {
      return null;
    } else if (value instanceof Array array) {
      List<Object> values = new ArrayList<>();
      for (Object each : (Object[]) array.getArray()) {
        values.add(value(each, ((FieldType.ArrayType) type).element().type()));
      }
      return values;
    } else if (value instanceof Map<?, ?> map) {
      FieldType.ObjectType entry =
          (FieldType.ObjectType) ((FieldType.ArrayType) type).element().type();
      List<Object> entries = new ArrayList<>();
      for (Map.Entry<?, ?> each : map.entrySet()) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("key", value(each.getKey(), entry.schema().fields().get(0).type()));
        values.put("value", value(each.getValue(), entry.schema().fields().get(1).type()));
        entries.add(values);
      }
      return entries;
    } else if (value instanceof Struct struct) {
      Map<String, Object> values = new LinkedHashMap<>();
      Object[] attributes = struct.getAttributes();
      List<Field> fields = ((FieldType.ObjectType) type).schema().fields();
      for (int i = 0; i < attributes.length; i++) {
        values.put(fields.get(i).name(), value(attributes[i], fields.get(i).type()));
      }
      return values;
    } else if (value instanceof Blob blob) {
      return Base64.getEncoder().encodeToString(blob.getBytes(1, (int) blob.length()));
    } else if (value instanceof UUID uuid) {
      return uuid.toString();
    } else if (value instanceof OffsetDateTime time) {
      return micros(time.toInstant());
    } else if (value instanceof java.sql.Timestamp time) {
      return micros(time.toLocalDateTime().toInstant(ZoneOffset.UTC));
    } else if (value instanceof java.sql.Date date) {
      return date.toLocalDate();
    } else if (value instanceof LocalTime time) {
      return time.truncatedTo(ChronoUnit.MICROS);
    } else if (type instanceof FieldType.DecimalType decimal) {
      return new BigDecimal(value.toString()).setScale(decimal.scale());
    } else if (type instanceof FieldType.IntegerType) {
      return ((Number) value).longValue();
    } else if (value instanceof LocalDate
        || value instanceof Boolean
        || value instanceof Number
        || value instanceof String) {
      return value;
    }
    throw new SQLException("DuckDB gave a " + value.getClass());
  }

  private static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** A type as DuckDB writes it. */
  private static final class TypeText {
    private final String text;
    private int at;

    TypeText(String text) {
      this.text = text;
    }

    FieldType type() {
      FieldType type = single();
      while (text.startsWith("[]", at)) {
        at += 2;
        type = new FieldType.ArrayType(Field.optional("element", type));
      }
      return type;
    }

    private boolean takes(String word) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return true;
      }
      return false;
    }

    private FieldType single() {
      if (takes("STRUCT(")) {
        List<Field> fields = new ArrayList<>();
        do {
          takes(" ");
          String name = name();
          takes(" ");
          fields.add(Field.optional(name, type()));
        } while (takes(","));
        takes(")");
        return new FieldType.ObjectType(new org.beammedallion.quality.schema.RecordSchema(fields));
      } else if (takes("MAP(")) {
        FieldType key = type();
        takes(", ");
        FieldType value = type();
        takes(")");
        return new FieldType.ArrayType(
            Field.optional(
                "element",
                new FieldType.ObjectType(
                    new org.beammedallion.quality.schema.RecordSchema(
                        List.of(Field.optional("key", key), Field.optional("value", value))))));
      } else if (takes("DECIMAL(")) {
        int end = text.indexOf(')', at);
        String[] parts = text.substring(at, end).split(",", -1);
        at = end + 1;
        return FieldType.decimal(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
      }
      int start = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || "_ ".indexOf(text.charAt(at)) >= 0)) {
        at++;
      }
      return switch (text.substring(start, at)) {
        case "BOOLEAN" -> FieldType.BOOLEAN;
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
            FieldType.LONG;
        case "UBIGINT" -> FieldType.decimal(20, 0);
        case "FLOAT" -> FieldType.FLOAT;
        case "DOUBLE" -> FieldType.DOUBLE;
        case "DATE" -> FieldType.DATE;
        case "TIME", "TIME_NS" -> FieldType.TIME;
        case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE" ->
            FieldType.TIMESTAMP;
        default -> FieldType.STRING;
      };
    }

    private String name() {
      if (text.charAt(at) == '"') {
        int end = text.indexOf('"', at + 1);
        String name = text.substring(at + 1, end);
        at = end + 1;
        return name;
      }
      int start = at;
      while (text.charAt(at) != ' ') {
        at++;
      }
      return text.substring(start, at);
    }
  }
}
