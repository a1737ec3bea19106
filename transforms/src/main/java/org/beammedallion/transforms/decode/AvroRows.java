package org.beammedallion.transforms.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.beammedallion.transforms.decode.DebeziumFormat.TimeUnit;
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
  private final ValueWriter texts;
  private final boolean untypedTimes;
  private final Set<String> ownColumns;
  private final IdentityHashMap<Schema, ConnectType> types = new IdentityHashMap<>();
  private final IdentityHashMap<ObjectPlan, Columns> columns = new IdentityHashMap<>();

  /**
   * Where the fields of a plan stand in records of a schema; -1 where they do not.
   *
   * @param unknown those that the plan does not have
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Columns(Schema schema, int[] positions, List<Schema.Field> unknown) {}

  /**
   * @param texts writes what is a text
   * @param untypedTimes whether a plain number may be a time, in the unit that {@code writer} knows
   * @param ownColumns columns that are not the contract's and are read by others
   */
  AvroRows(
      RowBuilder builder,
      Faults faults,
      ConnectWriter writer,
      ValueWriter texts,
      boolean untypedTimes,
      Set<String> ownColumns) {
    this.builder = builder;
    this.faults = faults;
    this.writer = writer;
    this.texts = texts;
    this.untypedTimes = untypedTimes;
    this.ownColumns = ownColumns;
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
      faults.missing(missing, positions[missing.index] < 0 ? "it is absent" : "it is null");
    }
    return row;
  }

  private Columns columns(ObjectPlan plan, Schema schema) {
    Columns known = columns.get(plan);
    if (known == null || !known.schema().equals(schema)) {
      int[] positions = new int[plan.fields.length];
      List<Schema.Field> unknown = new ArrayList<>(schema.getFields());
      unknown.removeIf(field -> ownColumns.contains(field.name()));
      for (int i = 0; i < positions.length; i++) {
        Schema.Field field =
            schema.getField(new String(plan.fields[i].name, StandardCharsets.UTF_8));
        positions[i] = field == null ? -1 : field.pos();
        unknown.remove(field);
      }
      known = new Columns(schema, positions, unknown);
      columns.put(plan, known);
    }
    return known;
  }

  /** The schema of a value that is not null. */
  static Schema branch(Schema schema, Object value) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches = schema.getTypes();
    if (branches.size() == 2 && branches.get(0).getType() == Schema.Type.NULL) {
      return branches.get(1);
    }
    return branches.get(GenericData.get().resolveUnion(schema, value));
  }

  private void value(FieldPlan field, int at, Schema declared, @Nullable Object value) {
    if (value == null) {
      if (field.isElement()) {
        builder.appendNullElement(at);
        if (field.required) {
          faults.missing(field, "an element is null");
        }
      }
      return;
    }
    if (writer.isUnavailable(field, value)) {
      return;
    }
    Schema schema = branch(declared, value);
    Mismatch mismatch =
        switch (schema.getType()) {
          case BOOLEAN -> writer.bool(field, at, (Boolean) value);
          case INT, LONG -> integer(field, at, ((Number) value).longValue(), schema);
          case FLOAT, DOUBLE -> floating(field, at, ((Number) value).doubleValue());
          case STRING, ENUM -> text(field, at, value.toString());
          case BYTES -> bytes(field, at, bytesOf((ByteBuffer) value), schema);
          case FIXED -> bytes(field, at, ((GenericFixed) value).bytes(), schema);
          case RECORD -> record(field, at, (GenericRecord) value, schema);
          case ARRAY -> array(field, at, (Iterable<?>) value, schema);
          default -> Mismatch.OTHER_TYPE;
        };
    if (mismatch != null) {
      faults.mismatch(mismatch, field, Excerpt.of(shown(value)));
    }
  }

  private static String shown(Object value) {
    return value instanceof ByteBuffer || value instanceof GenericFixed
        ? "bytes"
        : value.toString();
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** What the values of a schema mean. */
  ConnectType type(Schema schema) {
    return types.computeIfAbsent(schema, AvroRows::typeOf);
  }

  private static ConnectType typeOf(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return ConnectType.decimal(decimal.getScale());
    }
    String name = schema.getProp("connect.name");
    if (name == null && schema.getType() == Schema.Type.RECORD) {
      name = schema.getFullName();
    }
    ConnectType named =
        ConnectType.of(name == null ? "" : name, schema.getType() == Schema.Type.STRING, null);
    if (named.category() != ConnectType.Category.PLAIN
        && named.category() != ConnectType.Category.OTHER) {
      return named;
    }
    return switch (logical == null ? "" : logical.getName()) {
      case "date" -> ConnectType.DATE;
      case "time-millis" -> ConnectType.time(TimeUnit.MILLIS);
      case "time-micros" -> ConnectType.time(TimeUnit.MICROS);
      case "timestamp-millis", "local-timestamp-millis" -> ConnectType.timestamp(TimeUnit.MILLIS);
      case "timestamp-micros", "local-timestamp-micros" -> ConnectType.timestamp(TimeUnit.MICROS);
      case "timestamp-nanos", "local-timestamp-nanos" -> ConnectType.timestamp(TimeUnit.NANOS);
      default -> named;
    };
  }

  private @Nullable Mismatch integer(FieldPlan field, int at, long value, Schema schema) {
    switch (field.kind) {
      case INTEGER -> {
        if (field.precision == Integer.SIZE && value != (int) value) {
          return Mismatch.OUT_OF_RANGE;
        }
        writer.fixed(field, at, value);
        return null;
      }
      case DECIMAL, BIG_DECIMAL -> {
        return writer.decimal(field, at, BigInteger.valueOf(value).toByteArray(), 0);
      }
      case FLOAT, DOUBLE -> {
        return floating(field, at, (double) value);
      }
      case DATE, TIME, TIMESTAMP -> {
        ConnectType type = type(schema);
        return type.category() == ConnectType.Category.PLAIN && !untypedTimes
            ? Mismatch.OTHER_TYPE
            : writer.integer(field, at, value, type);
      }
      default -> {
        return writer.integer(field, at, value, type(schema));
      }
    }
  }

  private @Nullable Mismatch floating(FieldPlan field, int at, double value) {
    if (!Double.isFinite(value)) {
      return Mismatch.OUT_OF_RANGE;
    }
    switch (field.kind) {
      case DOUBLE -> writer.fixed(field, at, Double.doubleToLongBits(value));
      case FLOAT -> {
        float narrow = (float) value;
        if (!Float.isFinite(narrow)) {
          return Mismatch.OUT_OF_RANGE;
        }
        writer.fixed(field, at, Float.floatToIntBits(narrow));
      }
      case DECIMAL, BIG_DECIMAL -> {
        BigDecimal exact = BigDecimal.valueOf(value);
        return writer.decimal(field, at, exact.unscaledValue().toByteArray(), exact.scale());
      }
      default -> {
        return Mismatch.OTHER_TYPE;
      }
    }
    return null;
  }

  private @Nullable Mismatch text(FieldPlan field, int at, String value) {
    byte[] utf8 = Utf8.getBytesFor(value);
    return texts.text(field, at, utf8, 0, utf8.length);
  }

  /** Bytes are decimals, or texts in base64 as JSON has them. */
  private @Nullable Mismatch bytes(FieldPlan field, int at, byte[] value, Schema schema) {
    if (writer.isUnavailable(field, value)) {
      return null;
    }
    ConnectType type = type(schema);
    if (type.category() == ConnectType.Category.DECIMAL) {
      return writer.decimal(field, at, value, type.scale());
    } else if (field.kind == FieldPlan.Kind.STRING) {
      byte[] text = Base64.getEncoder().encode(value);
      writer.variable(field, at, text, 0, text.length);
      return null;
    }
    return Mismatch.OTHER_TYPE;
  }

  private @Nullable Mismatch record(FieldPlan field, int at, GenericRecord value, Schema schema) {
    if (type(schema).category() == ConnectType.Category.VARIABLE_DECIMAL
        && value.hasField("scale")
        && value.get("scale") instanceof Integer scale
        && value.hasField("value")
        && value.get("value") instanceof ByteBuffer unscaled) {
      return writer.decimal(field, at, bytesOf(unscaled), scale);
    } else if (field.kind != FieldPlan.Kind.OBJECT) {
      return Mismatch.OTHER_TYPE;
    } else if (field.isElement()) {
      int start = builder.beginVariableElement(at);
      append(field.object(), value);
      builder.endVariableElement(start);
    } else {
      int start = append(field.object(), value);
      builder.endVariable(field.layout, at, field.index, start);
    }
    return null;
  }

  private @Nullable Mismatch array(FieldPlan field, int at, Iterable<?> values, Schema schema) {
    if (field.kind != FieldPlan.Kind.ARRAY) {
      return Mismatch.OTHER_TYPE;
    }
    int start = field.isElement() ? builder.beginVariableElement(at) : builder.length();
    int array = builder.beginArray();
    for (Object each : values) {
      value(field.element(), array, schema.getElementType(), each);
    }
    if (field.isElement()) {
      builder.endVariableElement(start);
    } else {
      builder.endVariable(field.layout, at, field.index, start);
    }
    return null;
  }
}
