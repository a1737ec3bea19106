package org.beammedallion.transforms.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro values as texts of JSON without any space: records and maps are objects (a map's keys in
 * order, so that equal values have equal texts), numbers and decimals are numbers with all their
 * digits, dates and times are ISO-8601, bytes are base64.
 */
final class AvroJson {

  private final StringBuilder out = new StringBuilder();

  private AvroJson() {}

  /**
   * The text, or null where the value holds what no text stands for: NaN, an infinity, a date or
   * time beyond its range.
   */
  static @Nullable String of(Schema schema, Object value) {
    AvroJson json = new AvroJson();
    try {
      return json.write(schema, value) ? json.out.toString() : null;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private boolean write(Schema declared, @Nullable Object value) {
    if (value == null) {
      out.append("null");
      return true;
    }
    Schema schema = AvroTypes.branch(declared, value);
    switch (schema.getType()) {
      case RECORD -> {
        return record((GenericRecord) value);
      }
      case MAP -> {
        return map(schema, (Map<?, ?>) value);
      }
      case ARRAY -> {
        return array(schema, (Iterable<?>) value);
      }
      case FLOAT, DOUBLE -> {
        if (!Double.isFinite(((Number) value).doubleValue())) {
          return false;
        }
        out.append(value);
      }
      case INT, LONG -> integer(((Number) value).longValue(), schema.getLogicalType());
      case BOOLEAN -> out.append(value);
      case BYTES -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        bytes(bytes, schema);
      }
      case FIXED -> bytes(((GenericFixed) value).bytes(), schema);
      default -> string(value.toString());
    }
    return true;
  }

  private boolean record(GenericRecord record) {
    out.append('{');
    for (Schema.Field field : record.getSchema().getFields()) {
      separate('{');
      string(field.name());
      out.append(':');
      if (!write(field.schema(), record.get(field.pos()))) {
        return false;
      }
    }
    out.append('}');
    return true;
  }

  private boolean map(Schema schema, Map<?, ?> map) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    out.append('{');
    for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
      separate('{');
      string(entry.getKey());
      out.append(':');
      if (!write(schema.getValueType(), entry.getValue())) {
        return false;
      }
    }
    out.append('}');
    return true;
  }

  private boolean array(Schema schema, Iterable<?> values) {
    out.append('[');
    for (Object value : values) {
      separate('[');
      if (!write(schema.getElementType(), value)) {
        return false;
      }
    }
    out.append(']');
    return true;
  }

  private void separate(char opening) {
    if (out.charAt(out.length() - 1) != opening) {
      out.append(',');
    }
  }

  private void integer(long value, @Nullable LogicalType type) {
    switch (type == null ? "" : type.getName()) {
      case "date" -> string(LocalDate.ofEpochDay(value).toString());
      case "time-millis" -> string(LocalTime.ofNanoOfDay(value * 1_000_000).toString());
      case "time-micros" -> string(LocalTime.ofNanoOfDay(value * 1_000).toString());
      case "timestamp-millis" -> string(instant(value, ChronoUnit.MILLIS).toString());
      case "timestamp-micros" -> string(instant(value, ChronoUnit.MICROS).toString());
      case "timestamp-nanos" -> string(instant(value, ChronoUnit.NANOS).toString());
      case "local-timestamp-millis" -> string(local(value, ChronoUnit.MILLIS).toString());
      case "local-timestamp-micros" -> string(local(value, ChronoUnit.MICROS).toString());
      case "local-timestamp-nanos" -> string(local(value, ChronoUnit.NANOS).toString());
      default -> out.append(value);
    }
  }

  private static Instant instant(long value, ChronoUnit unit) {
    return Instant.EPOCH.plus(value, unit);
  }

  private static LocalDateTime local(long value, ChronoUnit unit) {
    return LocalDateTime.ofInstant(instant(value, unit), ZoneOffset.UTC);
  }

  private void bytes(byte[] bytes, Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      out.append(new BigDecimal(new BigInteger(bytes), decimal.getScale()).toPlainString());
    } else if (AvroTypes.isUuid(schema)) {
      string(AvroTypes.uuid(bytes));
    } else {
      string(Base64.getEncoder().encodeToString(bytes));
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
