package org.beammedallion.transforms.decode.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.beammedallion.transforms.decode.change.ConnectType;
import org.beammedallion.transforms.decode.change.DebeziumFormat.TimeUnit;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Category;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Unit;
import org.jspecify.annotations.Nullable;

/**
 * What Avro's logical types say, as of its specification 1.12. One that is unknown, or that does
 * not fit the type which it stands at, is ignored as the specification demands.
 */
final class AvroTypes {

  /** Values as the file has them: other libraries add conversions to the model that Avro shares. */
  static final GenericData DATA = new GenericData();

  private static final int UUID_BYTES = 16;
  private static final int DURATION_BYTES = 12;

  private AvroTypes() {}

  /** The schema of a value that is not null. */
  static Schema branch(Schema schema, Object value) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches = schema.getTypes();
    if (branches.size() == 2 && branches.get(0).getType() == Schema.Type.NULL) {
      return branches.get(1);
    }
    return branches.get(DATA.resolveUnion(schema, value));
  }

  /** The one schema of values that are not null; null where there are several. */
  static @Nullable Schema onlyBranch(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    return branches.size() == 1 ? branches.get(0) : null;
  }

  /** What the values of a schema mean. */
  static ConnectType meaning(Schema schema) {
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

  /** What the values of a schema of one type mean, as columns of any format mean it. */
  static ColumnMeaning column(Schema schema) {
    ConnectType type = meaning(schema);
    return switch (type.category()) {
      case DATE -> ColumnMeaning.of(Category.DATE);
      case TIME -> ColumnMeaning.time(unit(type.unit()));
      case TIMESTAMP -> ColumnMeaning.timestamp(unit(type.unit()), !isLocalTimestamp(schema));
      case DECIMAL -> ColumnMeaning.decimal(type.scale());
      default ->
          ColumnMeaning.of(
              switch (schema.getType()) {
                case BOOLEAN -> Category.BOOLEAN;
                case FLOAT -> Category.FLOAT;
                case DOUBLE -> Category.DOUBLE;
                case INT, LONG -> Category.INTEGER;
                case STRING, ENUM -> Category.TEXT;
                default -> isUuid(schema) ? Category.TEXT : Category.BYTES;
              });
    };
  }

  private static Unit unit(@Nullable TimeUnit unit) {
    return unit == null ? Unit.MICROS : Unit.valueOf(unit.name());
  }

  /** The bytes of a text, as the file has them. */
  static byte[] utf8(Object value) {
    if (value instanceof Utf8 text) {
      return Arrays.copyOf(text.getBytes(), text.getByteLength());
    }
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a timestamp is one of clock and calendar, in a time zone that it does not name. */
  static boolean isLocalTimestamp(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    return schema.getProp("connect.name") == null
        && logical != null
        && logical.getName().startsWith("local-timestamp-");
  }

  static boolean isBigDecimal(Schema schema) {
    return schema.getType() == Schema.Type.BYTES && isLogical(schema, "big-decimal");
  }

  static boolean isUuid(Schema schema) {
    return isFixed(schema, UUID_BYTES) && isLogical(schema, "uuid");
  }

  static boolean isDuration(Schema schema) {
    return isFixed(schema, DURATION_BYTES) && isLogical(schema, "duration");
  }

  private static boolean isFixed(Schema schema, int bytes) {
    return schema.getType() == Schema.Type.FIXED && schema.getFixedSize() == bytes;
  }

  private static boolean isLogical(Schema schema, String name) {
    return name.equals(schema.getProp(LogicalType.LOGICAL_TYPE_PROP));
  }

  /** The text of a UUID, its bytes in the order of the text. */
  static String uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  /**
   * A decimal with a scale of its own.
   *
   * @param unscaled big-endian two's complement
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record BigDecimalParts(byte[] unscaled, int scale) {}

  /** What the bytes of a {@code big-decimal} say; null where they are none. */
  static @Nullable BigDecimalParts bigDecimal(byte[] bytes) {
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
      ByteBuffer unscaled = decoder.readBytes(null);
      int scale = decoder.readInt();
      byte[] copy = new byte[unscaled.remaining()];
      unscaled.get(copy);
      return decoder.isEnd() ? new BigDecimalParts(copy, scale) : null;
    } catch (IOException | RuntimeException e) {
      // Avro throws whatever broken bytes lead it to.
      return null;
    }
  }
}
