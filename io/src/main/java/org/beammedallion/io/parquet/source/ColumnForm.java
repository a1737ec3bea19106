package org.beammedallion.io.parquet.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Category;
import org.beammedallion.transforms.decode.typed.ColumnMeaning.Unit;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.jspecify.annotations.Nullable;

/**
 * How a leaf column stores its values, and what they mean: by the physical type and the logical
 * type, or the converted type of older files, as the specification of the format pairs them.
 *
 * @param calendar which dates and times the writer may have counted by an older calendar
 */
record ColumnForm(Storage storage, ColumnMeaning meaning, Calendar calendar) {

  /** How one value is read. */
  enum Storage {
    BOOLEAN,
    INT,
    UNSIGNED_INT,
    LONG,
    FLOAT,
    DOUBLE,
    FLOAT16,
    INT96,
    BYTES,
    UUID_BYTES
  }

  /** What an old writer may have counted otherwise. */
  enum Calendar {
    NONE,
    DAYS,
    MICROS,
    INT96
  }

  private static final long JULIAN_EPOCH_DAY = 2_440_588;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** Beyond any year that a table holds. */
  private static final long MAX_DAY = 50_000_000;

  private static final int UUID_BYTES = 16;

  private ColumnForm(Storage storage, ColumnMeaning meaning) {
    this(storage, meaning, Calendar.NONE);
  }

  private ColumnForm(Storage storage, Category category) {
    this(storage, ColumnMeaning.of(category), Calendar.NONE);
  }

  /** Why values of a type cannot be read, as a clause; null where they can. */
  static @Nullable String obstacle(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    String name = logical == null ? "" : logical.getClass().getSimpleName();
    return switch (name) {
      case "IntervalLogicalTypeAnnotation" ->
          "of type INTERVAL (months, days and milliseconds), which no type of the lake holds";
      case "GeometryLogicalTypeAnnotation" -> "of type GEOMETRY, which is not supported";
      case "GeographyLogicalTypeAnnotation" -> "of type GEOGRAPHY, which is not supported";
      default -> null;
    };
  }

  static ColumnForm of(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      Storage storage =
          switch (type.getPrimitiveTypeName()) {
            case INT32 -> Storage.INT;
            case INT64 -> Storage.LONG;
            default -> Storage.BYTES;
          };
      return new ColumnForm(storage, ColumnMeaning.decimal(decimal.getScale()));
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> new ColumnForm(Storage.BOOLEAN, Category.BOOLEAN);
      case INT32 -> int32(logical);
      case INT64 -> int64(logical);
      case INT96 ->
          new ColumnForm(Storage.INT96, ColumnMeaning.timestamp(Unit.MICROS, true), Calendar.INT96);
      case FLOAT -> new ColumnForm(Storage.FLOAT, Category.FLOAT);
      case DOUBLE -> new ColumnForm(Storage.DOUBLE, Category.DOUBLE);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> binary(logical);
    };
  }

  private static ColumnForm int32(@Nullable LogicalTypeAnnotation logical) {
    if (logical instanceof DateLogicalTypeAnnotation) {
      return new ColumnForm(Storage.INT, ColumnMeaning.of(Category.DATE), Calendar.DAYS);
    } else if (logical instanceof TimeLogicalTypeAnnotation time) {
      return new ColumnForm(Storage.INT, ColumnMeaning.time(unit(time.getUnit())));
    }
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation number && !number.isSigned();
    return new ColumnForm(unsigned ? Storage.UNSIGNED_INT : Storage.INT, Category.INTEGER);
  }

  private static ColumnForm int64(@Nullable LogicalTypeAnnotation logical) {
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      boolean utc = timestamp.isAdjustedToUTC();
      return new ColumnForm(
          Storage.LONG,
          ColumnMeaning.timestamp(unit(timestamp.getUnit()), utc),
          utc ? Calendar.MICROS : Calendar.NONE);
    } else if (logical instanceof TimeLogicalTypeAnnotation time) {
      return new ColumnForm(Storage.LONG, ColumnMeaning.time(unit(time.getUnit())));
    }
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation number && !number.isSigned();
    return new ColumnForm(Storage.LONG, unsigned ? Category.UNSIGNED : Category.INTEGER);
  }

  private static ColumnForm binary(@Nullable LogicalTypeAnnotation logical) {
    if (logical instanceof StringLogicalTypeAnnotation
        || logical instanceof EnumLogicalTypeAnnotation
        || logical instanceof JsonLogicalTypeAnnotation) {
      return new ColumnForm(Storage.BYTES, Category.TEXT);
    } else if (logical instanceof UUIDLogicalTypeAnnotation) {
      return new ColumnForm(Storage.UUID_BYTES, Category.TEXT);
    } else if (logical instanceof Float16LogicalTypeAnnotation) {
      return new ColumnForm(Storage.FLOAT16, Category.FLOAT);
    }
    return new ColumnForm(Storage.BYTES, Category.BYTES);
  }

  private static Unit unit(LogicalTypeAnnotation.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> Unit.MILLIS;
      case MICROS -> Unit.MICROS;
      case NANOS -> Unit.NANOS;
    };
  }

  /**
   * What values mean. Bytes of which the schema says nothing, and not those of BSON, are texts
   * where the pipeline file says so.
   */
  static ColumnMeaning meaning(PrimitiveType type, TypedSettings settings) {
    ColumnMeaning meaning = of(type).meaning();
    return settings.binaryIsText()
            && type.getLogicalTypeAnnotation() == null
            && meaning.category() == Category.BYTES
        ? ColumnMeaning.TEXT
        : meaning;
  }

  /** Whether values are bytes of which the schema says nothing. */
  static boolean isPlainBinary(PrimitiveType type) {
    return (type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
            || type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
        && type.getLogicalTypeAnnotation() == null;
  }

  /** Bits of the numbers of a column that stores whole numbers, else more than any type has. */
  int bits() {
    return switch (storage) {
      case INT -> Integer.SIZE;
      case LONG -> Long.SIZE;
      default -> Integer.MAX_VALUE;
    };
  }

  /** Converts the value that a reader is at; false where there is none. */
  boolean convert(ColumnReader reader, ColumnConversion conversion) {
    return switch (storage) {
      case BOOLEAN -> conversion.ofBoolean(reader.getBoolean());
      case INT -> conversion.ofLong(reader.getInteger());
      case UNSIGNED_INT -> conversion.ofLong(reader.getInteger() & 0xFFFF_FFFFL);
      case LONG -> conversion.ofLong(reader.getLong());
      case FLOAT -> conversion.ofDouble(reader.getFloat());
      case DOUBLE -> conversion.ofDouble(reader.getDouble());
      case FLOAT16 -> conversion.ofDouble(float16(reader.getBinary()));
      case INT96 -> conversion.ofLong(int96(reader.getBinary()));
      case BYTES -> {
        ByteBuffer buffer = reader.getBinary().toByteBuffer();
        if (buffer.hasArray()) {
          yield conversion.ofBytes(
              buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        yield conversion.ofBytes(bytes, 0, bytes.length);
      }
      case UUID_BYTES -> {
        byte[] text = uuid(reader.getBinary()).getBytes(StandardCharsets.US_ASCII);
        yield conversion.ofBytes(text, 0, text.length);
      }
    };
  }

  static String uuid(Binary value) {
    ByteBuffer bytes = value.toByteBuffer();
    if (bytes.remaining() != UUID_BYTES) {
      throw new IllegalArgumentException("a UUID has " + bytes.remaining() + " bytes");
    }
    int at = bytes.position();
    return new UUID(bytes.getLong(at), bytes.getLong(at + Long.BYTES)).toString();
  }

  /** IEEE 754's binary16, little-endian. */
  static float float16(Binary value) {
    ByteBuffer bytes = value.toByteBuffer();
    int at = bytes.position();
    int half = (bytes.get(at) & 0xFF) | (bytes.get(at + 1) & 0xFF) << 8;
    int exponent = half >>> 10 & 0x1F;
    int fraction = half & 0x3FF;
    float magnitude;
    if (exponent == 0x1F) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = (fraction | 0x400) * Math.scalb(1f, exponent - 25);
    }
    return (half & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /** Microseconds of nanoseconds of the day, then the Julian day. */
  static long int96(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.position();
    long nanos = bytes.getLong(at);
    long day = bytes.getInt(at + Long.BYTES) - JULIAN_EPOCH_DAY;
    if (Math.abs(day) > MAX_DAY) {
      return day < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return day * MICROS_PER_DAY + Math.floorDiv(nanos, 1_000L);
  }
}
