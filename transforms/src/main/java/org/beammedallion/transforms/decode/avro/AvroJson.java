package org.beammedallion.transforms.decode.avro;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.JsonText;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.jspecify.annotations.Nullable;

/**
 * Avro values as {@link JsonText}: records and maps are objects, a map's keys in order, so that
 * equal values have equal texts.
 */
final class AvroJson {

  private AvroJson() {}

  /**
   * The text, or null where the value holds what no text stands for: NaN, an infinity, a date or
   * time beyond its range, a key that is no UTF-8.
   */
  static @Nullable String of(Schema schema, Object value, TypedSettings settings) {
    JsonText json = new JsonText(settings);
    write(json, schema, value);
    return json.isExact() ? json.toString() : null;
  }

  /** The text for a person: what no text stands for is written as it is called. */
  static String shown(Schema schema, Object value) {
    JsonText json = new JsonText(TypedSettings.DEFAULT);
    write(json, schema, value);
    return json.toString();
  }

  private static void write(JsonText json, Schema declared, @Nullable Object value) {
    if (value == null) {
      json.nothing();
      return;
    }
    Schema schema = AvroTypes.branch(declared, value);
    switch (schema.getType()) {
      case RECORD -> record(json, (GenericRecord) value);
      case MAP -> map(json, schema, (Map<?, ?>) value);
      case ARRAY -> {
        json.beginArray();
        for (Object each : (Iterable<?>) value) {
          json.next();
          write(json, schema.getElementType(), each);
        }
        json.endArray();
      }
      case FLOAT, DOUBLE ->
          json.floating(((Number) value).doubleValue(), schema.getType() == Schema.Type.FLOAT);
      case INT, LONG -> json.integer(((Number) value).longValue(), AvroTypes.column(schema));
      case BOOLEAN -> json.bool((Boolean) value);
      case BYTES -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        bytes(json, bytes, schema);
      }
      case FIXED -> bytes(json, ((GenericFixed) value).bytes(), schema);
      case STRING -> json.bytes(AvroTypes.utf8(value), ColumnMeaning.TEXT);
      default -> json.text(value.toString());
    }
  }

  private static void record(JsonText json, GenericRecord record) {
    json.beginObject();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.name(field.name());
      write(json, field.schema(), record.get(field.pos()));
    }
    json.endObject();
  }

  private static void map(JsonText json, Schema schema, Map<?, ?> map) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach(
        (key, value) -> {
          byte[] name = AvroTypes.utf8(key);
          if (Utf8.firstInvalid(name, 0, name.length) >= 0) {
            json.noteInexact(); // Such a key could be taken for another one.
          }
          sorted.put(key.toString(), value);
        });
    json.beginObject();
    sorted.forEach(
        (key, value) -> {
          json.name(key);
          write(json, schema.getValueType(), value);
        });
    json.endObject();
  }

  private static void bytes(JsonText json, byte[] bytes, Schema schema) {
    AvroTypes.BigDecimalParts parts =
        AvroTypes.isBigDecimal(schema) ? AvroTypes.bigDecimal(bytes) : null;
    if (parts != null && parts.unscaled().length > 0) {
      json.decimal(new BigInteger(parts.unscaled()), parts.scale());
    } else if (AvroTypes.isUuid(schema)) {
      json.text(AvroTypes.uuid(bytes));
    } else {
      json.bytes(bytes, AvroTypes.column(schema));
    }
  }
}
