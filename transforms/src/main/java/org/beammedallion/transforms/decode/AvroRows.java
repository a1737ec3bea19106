package org.beammedallion.transforms.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
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

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long SECONDS_PER_DAY = 86_400;

  private final RowBuilder builder;
  private final Faults faults;
  private final ConnectWriter writer;
  private final ValueWriter texts;
  private final boolean untypedTimes;
  private final Set<String> ownColumns;
  private final NotNumbers notNumbers;
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
   * @param notNumbers what becomes of NaN and the infinities
   */
  AvroRows(
      RowBuilder builder,
      Faults faults,
      ConnectWriter writer,
      ValueWriter texts,
      boolean untypedTimes,
      Set<String> ownColumns,
      NotNumbers notNumbers) {
    this.builder = builder;
    this.faults = faults;
    this.writer = writer;
    this.texts = texts;
    this.untypedTimes = untypedTimes;
    this.ownColumns = ownColumns;
    this.notNumbers = notNumbers;
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
      case FieldNames.AMBIGUOUS -> "several fields of the record differ from it by case alone";
      default -> "it is null";
    };
  }

  private Columns columns(ObjectPlan plan, Schema schema) {
    Columns known = columns.get(plan);
    if (known == null || !known.schema().equals(schema)) {
      List<Schema.Field> unknown = new ArrayList<>(schema.getFields());
      unknown.removeIf(field -> ownColumns.contains(field.name()));
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
    Schema schema = AvroTypes.branch(declared, value);
    Mismatch mismatch =
        switch (schema.getType()) {
          case BOOLEAN -> writer.bool(field, at, (Boolean) value);
          case INT, LONG -> integer(field, at, ((Number) value).longValue(), schema);
          case FLOAT, DOUBLE -> floating(field, at, (Number) value);
          case STRING, ENUM -> text(field, at, value.toString());
          case BYTES -> bytes(field, at, bytesOf((ByteBuffer) value), schema);
          case FIXED -> bytes(field, at, ((GenericFixed) value).bytes(), schema);
          case RECORD -> record(field, at, (GenericRecord) value, schema);
          case ARRAY -> array(field, at, (Iterable<?>) value, schema);
          case MAP -> map(field, at, (Map<?, ?>) value, schema);
          default -> Mismatch.OTHER_TYPE;
        };
    if (mismatch != null) {
      faults.mismatch(mismatch, field, Excerpt.of(shown(value)));
    }
  }

  private void nothing(FieldPlan field, int at) {
    if (field.isElement()) {
      builder.appendNullElement(at);
      if (field.required) {
        faults.missing(field, "an element is null");
      }
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
    return types.computeIfAbsent(schema, AvroTypes::meaning);
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
        return floating(field, at, value);
      }
      case TIMESTAMP -> {
        ConnectType type = type(schema);
        if (type.unit() != null && AvroTypes.isLocalTimestamp(schema)) {
          return localTimestamp(field, at, value, type.unit());
        }
        return type.category() == ConnectType.Category.PLAIN && !untypedTimes
            ? Mismatch.OTHER_TYPE
            : writer.integer(field, at, value, type);
      }
      case DATE, TIME -> {
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

  /** What a clock showed in the field's time zone, as a text without an offset does. */
  private @Nullable Mismatch localTimestamp(FieldPlan field, int at, long value, TimeUnit unit) {
    try {
      long local = unit.toMicros(value);
      long seconds = Math.floorDiv(local, MICROS_PER_SECOND);
      if (!TemporalText.isDay(Math.floorDiv(seconds, SECONDS_PER_DAY))) {
        return Mismatch.OUT_OF_RANGE;
      }
      long micros =
          field.zone().epochSecond(seconds) * MICROS_PER_SECOND
              + Math.floorMod(local, MICROS_PER_SECOND);
      return writer.integer(field, at, micros, ConnectType.timestamp(TimeUnit.MICROS));
    } catch (ArithmeticException e) {
      return Mismatch.OUT_OF_RANGE;
    }
  }

  private @Nullable Mismatch floating(FieldPlan field, int at, Number number) {
    double value = number.doubleValue();
    boolean finite = Double.isFinite(value);
    if (!finite && notNumbers == NotNumbers.NULL) {
      nothing(field, at);
      return null;
    }
    switch (field.kind) {
      case DOUBLE -> writer.fixed(field, at, Double.doubleToLongBits(value));
      case FLOAT -> {
        float narrow = (float) value;
        if (finite && !Float.isFinite(narrow)) {
          return Mismatch.OUT_OF_RANGE;
        }
        writer.fixed(field, at, Float.floatToIntBits(narrow));
      }
      case DECIMAL, BIG_DECIMAL -> {
        if (!finite) {
          return Mismatch.NOT_A_NUMBER;
        }
        // The shortest text that stands for the number, as a person would write it.
        BigDecimal exact = new BigDecimal(number.toString());
        return writer.decimal(field, at, exact.unscaledValue().toByteArray(), exact.scale());
      }
      default -> {
        return finite || field.kind != FieldPlan.Kind.INTEGER
            ? Mismatch.OTHER_TYPE
            : Mismatch.NOT_A_NUMBER;
      }
    }
    return null;
  }

  private @Nullable Mismatch text(FieldPlan field, int at, String value) {
    byte[] utf8 = Utf8.getBytesFor(value);
    return texts.text(field, at, utf8, 0, utf8.length);
  }

  /** Bytes are decimals, UUIDs, or texts in base64 as JSON has them. */
  private @Nullable Mismatch bytes(FieldPlan field, int at, byte[] value, Schema schema) {
    ConnectType type = type(schema);
    if (type.category() == ConnectType.Category.DECIMAL) {
      return writer.decimal(field, at, value, type.scale());
    } else if (AvroTypes.isBigDecimal(schema)) {
      AvroTypes.BigDecimalParts parts = AvroTypes.bigDecimal(value);
      return parts == null
          ? Mismatch.OTHER_TYPE
          : writer.decimal(field, at, parts.unscaled(), parts.scale());
    } else if (AvroTypes.isUuid(schema)) {
      return text(field, at, AvroTypes.uuid(value));
    } else if (AvroTypes.isDuration(schema)) {
      return Mismatch.DURATION;
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

  /** The entries of a map are the members of an object, as in JSON. */
  private @Nullable Mismatch map(FieldPlan field, int at, Map<?, ?> values, Schema schema) {
    if (field.kind != FieldPlan.Kind.OBJECT) {
      return Mismatch.OTHER_TYPE;
    }
    int element = field.isElement() ? builder.beginVariableElement(at) : 0;
    int start = append(field.object(), values, schema.getValueType());
    if (field.isElement()) {
      builder.endVariableElement(element);
    } else {
      builder.endVariable(field.layout, at, field.index, start);
    }
    return null;
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
