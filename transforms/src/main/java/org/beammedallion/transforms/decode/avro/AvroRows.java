package org.beammedallion.transforms.decode.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.schema.FieldType.StringType.Content;
import org.beammedallion.transforms.decode.change.ConnectType;
import org.beammedallion.transforms.decode.change.ConnectWriter;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.Mismatch;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Appends Avro records as rows: columns are found by the physical names of the fields, and what
 * they mean by Avro's logical types or Kafka Connect's names of types. Values that do not fit and
 * required fields that are missing are noted as faults. Not thread-safe.
 */
final class AvroRows {

  private final RowBuilder builder;
  private final Faults faults;
  private final ConnectWriter writer;
  private final boolean changes;
  private final TypedSettings settings;
  private final IdentityHashMap<FieldPlan, Values> values = new IdentityHashMap<>();
  private final IdentityHashMap<Schema, Schema> entries = new IdentityHashMap<>();
  private final IdentityHashMap<ObjectPlan, Columns> columns = new IdentityHashMap<>();

  /**
   * Where the fields of a plan stand in records of a schema; -1 where they do not.
   *
   * @param unknown those that the plan does not have
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Columns(Schema schema, int[] positions, List<Schema.Field> unknown) {}

  /** What makes values of a schema values of a field. */
  private record Values(Schema schema, ConnectType type, ColumnConversion conversion) {}

  /**
   * @param changes whether records are images of Debezium, so that {@code writer} writes texts and
   *     plain numbers that are times
   */
  AvroRows(
      RowBuilder builder,
      Faults faults,
      ConnectWriter writer,
      boolean changes,
      TypedSettings settings) {
    this.builder = builder;
    this.faults = faults;
    this.writer = writer;
    this.changes = changes;
    this.settings = settings;
  }

  /** Appends a record; returns where the row starts. */
  int append(ObjectPlan plan, GenericRecord record) {
    int row = builder.beginRow(plan.layout);
    Columns found = columns(plan, record.getSchema());
    int[] positions = found.positions();
    List<Schema.Field> fields = record.getSchema().getFields();
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] >= 0) {
        value(plan.fields[i], row, fields.get(positions[i]).schema(), record.get(positions[i]));
      }
    }
    for (Schema.Field other : found.unknown()) {
      if (record.get(other.pos()) != null) {
        byte[] name = other.name().getBytes(StandardCharsets.UTF_8);
        faults.unknown().add(plan, name, 0, name.length);
      }
    }
    FieldPlan missing = plan.firstMissing(builder.bytes(), row);
    if (missing != null) {
      faults.missing(missing, absence(positions[missing.index]));
    }
    return row;
  }

  private static String absence(int position) {
    return switch (position) {
      case FieldNames.ABSENT -> "it is absent";
      case FieldNames.AMBIGUOUS -> "several fields of the record differ from it only in case";
      default -> "it is null";
    };
  }

  private Columns columns(ObjectPlan plan, Schema schema) {
    Columns known = columns.get(plan);
    if (known == null || !known.schema().equals(schema)) {
      List<Schema.Field> unknown = new ArrayList<>(schema.getFields());
      int[] positions =
          FieldNames.match(plan.names(), unknown.stream().map(Schema.Field::name).toList());
      List<Schema.Field> candidates = List.copyOf(unknown);
      for (int i = 0; i < positions.length; i++) {
        if (positions[i] >= 0) {
          Schema.Field field = candidates.get(positions[i]);
          positions[i] = field.pos();
          unknown.remove(field);
        }
      }
      known = new Columns(schema, positions, unknown);
      columns.put(plan, known);
    }
    return known;
  }

  private void value(FieldPlan field, int at, Schema declared, @Nullable Object value) {
    if (value == null) {
      nothing(field, at);
      return;
    }
    if (writer.isUnavailable(field, value)) {
      return;
    }
    Schema schema = AvroTypes.branch(declared, value);
    switch (schema.getType()) {
      case BOOLEAN -> put(field, at, of(field, schema).ofBoolean((Boolean) value), schema);
      case INT, LONG -> integer(field, at, ((Number) value).longValue(), schema);
      case FLOAT, DOUBLE ->
          put(field, at, of(field, schema).ofDouble(((Number) value).doubleValue()), schema);
      case STRING -> text(field, at, AvroTypes.utf8(value), schema);
      case ENUM -> text(field, at, value.toString().getBytes(StandardCharsets.UTF_8), schema);
      case BYTES -> bytes(field, at, bytesOf((ByteBuffer) value), schema);
      case FIXED -> bytes(field, at, ((GenericFixed) value).bytes(), schema);
      case RECORD -> record(field, at, (GenericRecord) value, schema);
      case ARRAY -> array(field, at, (Iterable<?>) value, schema);
      case MAP -> map(field, at, (Map<?, ?>) value, schema);
      default -> mismatch(Mismatch.OTHER_TYPE, field, value);
    }
  }

  private void mismatch(Mismatch mismatch, FieldPlan field, Object value) {
    faults.mismatch(mismatch, field, Excerpt.of(value.toString()));
  }

  private void nothing(FieldPlan field, int at) {
    if (field.isElement()) {
      builder.appendNullElement(at);
      if (field.required) {
        faults.missing(field, "an element is null");
      }
    }
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private Values values(FieldPlan field, Schema schema) {
    Values known = values.get(field);
    if (known == null || !known.schema().equals(schema)) {
      ColumnMeaning meaning = AvroTypes.column(schema);
      if (changes && isNumber(field) && isWhole(schema)) {
        // Debezium's columns of numbers are what the contract calls them, as in JSON.
        meaning = ColumnMeaning.of(ColumnMeaning.Category.INTEGER);
      }
      known =
          new Values(
              schema,
              AvroTypes.meaning(schema),
              ColumnConversion.of(field, meaning, settings, null));
      values.put(field, known);
    }
    return known;
  }

  private ColumnConversion of(FieldPlan field, Schema schema) {
    return values(field, schema).conversion();
  }

  private static boolean isNumber(FieldPlan field) {
    return switch (field.kind) {
      case INTEGER, FLOAT, DOUBLE, DECIMAL, BIG_DECIMAL, BOOLEAN -> true;
      default -> false;
    };
  }

  private static boolean isWhole(Schema schema) {
    return schema.getType() == Schema.Type.INT || schema.getType() == Schema.Type.LONG;
  }

  /**
   * Writes what a field's conversion has made of a value.
   *
   * @param converted whether there is a value; else it is null, or a fault
   */
  private void put(FieldPlan field, int at, boolean converted, Schema schema) {
    ColumnConversion conversion = of(field, schema);
    Fault fault = conversion.fault();
    if (!converted) {
      if (fault == null) {
        nothing(field, at);
      } else {
        faults.note(fault);
      }
    } else if (field.kind == FieldPlan.Kind.STRING || field.kind == FieldPlan.Kind.BIG_DECIMAL) {
      writer.variable(field, at, conversion.bytes(), conversion.from(), conversion.length());
    } else {
      writer.fixed(field, at, conversion.bits());
    }
  }

  private void integer(FieldPlan field, int at, long value, Schema schema) {
    Values found = values(field, schema);
    boolean untold = changes && found.type().category() == ConnectType.Category.PLAIN;
    if (untold && !isNumber(field)) {
      Mismatch mismatch = writer.integer(field, at, value, found.type());
      if (mismatch != null) {
        mismatch(mismatch, field, value);
      }
    } else {
      put(field, at, found.conversion().ofLong(value), schema);
    }
  }

  private void text(FieldPlan field, int at, byte[] utf8, Schema schema) {
    if (changes && Utf8.firstInvalid(utf8, 0, utf8.length) < 0) {
      Mismatch mismatch = writer.text(field, at, utf8, 0, utf8.length);
      if (mismatch != null) {
        faults.mismatch(mismatch, field, Excerpt.of(utf8, 0, utf8.length));
      }
    } else {
      put(field, at, of(field, schema).ofBytes(utf8, 0, utf8.length), schema);
    }
  }

  /** Bytes are decimals, UUIDs, or texts in base64 as JSON has them. */
  private void bytes(FieldPlan field, int at, byte[] value, Schema schema) {
    if (writer.isUnavailable(field, value)) {
      return;
    }
    ColumnConversion conversion = of(field, schema);
    if (AvroTypes.isBigDecimal(schema)) {
      AvroTypes.BigDecimalParts parts = AvroTypes.bigDecimal(value);
      if (parts == null) {
        faults.mismatch(Mismatch.OTHER_TYPE, field, value.length + " bytes");
      } else {
        put(field, at, conversion.ofDecimal(parts.unscaled(), parts.scale()), schema);
      }
    } else if (AvroTypes.isUuid(schema)) {
      text(field, at, AvroTypes.uuid(value).getBytes(StandardCharsets.US_ASCII), schema);
    } else if (AvroTypes.isDuration(schema)) {
      faults.mismatch(Mismatch.DURATION, field, "a duration");
    } else {
      put(field, at, conversion.ofBytes(value, 0, value.length), schema);
    }
  }

  private void record(FieldPlan field, int at, GenericRecord value, Schema schema) {
    if (values(field, schema).type().category() == ConnectType.Category.VARIABLE_DECIMAL
        && value.hasField("scale")
        && value.get("scale") instanceof Integer scale
        && value.hasField("value")
        && value.get("value") instanceof ByteBuffer unscaled) {
      byte[] bytes = bytesOf(unscaled);
      if (!writer.isUnavailable(field, bytes)) {
        put(field, at, of(field, schema).ofDecimal(bytes, scale), schema);
      }
    } else if (field.kind != FieldPlan.Kind.OBJECT) {
      json(field, at, value, schema);
    } else if (field.isElement()) {
      int start = builder.beginVariableElement(at);
      append(field.object(), value);
      builder.endVariableElement(start);
    } else {
      int start = append(field.object(), value);
      builder.endVariable(field.layout, at, field.index, start);
    }
  }

  /** Writes what the contract says nothing of the content of as a text of JSON. */
  private void json(FieldPlan field, int at, Object value, Schema schema) {
    if (writer.holdsUnavailable(field, value)) {
      return;
    }
    Content wanted =
        schema.getType() == Schema.Type.ARRAY ? Content.JSON_ARRAY : Content.JSON_OBJECT;
    String text = field.content == wanted ? AvroJson.of(schema, value, settings) : null;
    if (text == null) {
      mismatch(Mismatch.OTHER_TYPE, field, value);
    } else {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      writer.variable(field, at, utf8, 0, utf8.length);
    }
  }

  private void array(FieldPlan field, int at, Iterable<?> values, Schema schema) {
    if (field.kind != FieldPlan.Kind.ARRAY) {
      json(field, at, values, schema);
      return;
    }
    int start = field.isElement() ? builder.beginVariableElement(at) : builder.length();
    int array = builder.beginArray();
    for (Object each : values) {
      value(field.element(), array, schema.getElementType(), each);
    }
    endList(field, at, start);
  }

  private void endList(FieldPlan field, int at, int start) {
    if (field.isElement()) {
      builder.endVariableElement(start);
    } else {
      builder.endVariable(field.layout, at, field.index, start);
    }
  }

  /** A map is an object by its keys, as in JSON, or an array of its entries. */
  private void map(FieldPlan field, int at, Map<?, ?> map, Schema schema) {
    if (field.kind == FieldPlan.Kind.OBJECT) {
      int element = field.isElement() ? builder.beginVariableElement(at) : 0;
      int start = append(field.object(), map, schema.getValueType());
      endList(field, at, field.isElement() ? element : start);
    } else if (field.kind == FieldPlan.Kind.ARRAY
        && field.element().kind == FieldPlan.Kind.OBJECT) {
      int start = field.isElement() ? builder.beginVariableElement(at) : builder.length();
      int array = builder.beginArray();
      Schema entry = entry(schema);
      map.forEach(
          (key, value) -> {
            GenericRecord record = new GenericData.Record(entry);
            record.put(0, key);
            record.put(1, value);
            value(field.element(), array, entry, record);
          });
      endList(field, at, start);
    } else {
      json(field, at, map, schema);
    }
  }

  /** A map's entry as a record. */
  private Schema entry(Schema map) {
    return entries.computeIfAbsent(
        map,
        each ->
            Schema.createRecord(
                "entry",
                null,
                null,
                false,
                List.of(
                    new Schema.Field("key", Schema.create(Schema.Type.STRING)),
                    new Schema.Field("value", each.getValueType()))));
  }

  private int append(ObjectPlan plan, Map<?, ?> values, Schema type) {
    int row = builder.beginRow(plan.layout);
    values.forEach(
        (key, value) -> {
          byte[] name = key.toString().getBytes(StandardCharsets.UTF_8);
          int index = plan.indexOf(name, 0, name.length);
          if (index >= 0) {
            value(plan.fields[index], row, type, value);
          } else if (value != null) {
            faults.unknown().add(plan, name, 0, name.length);
          }
        });
    FieldPlan missing = plan.firstMissing(builder.bytes(), row);
    if (missing != null) {
      faults.missing(missing, "the map has no such key, or null");
    }
    return row;
  }
}
