package org.beammedallion.io.parquet.read;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * How a value in a file becomes a value of a row. What any engine writes for a type is understood,
 * and narrower types are widened: int to long, float to double, decimals to more digits.
 */
sealed interface Conversion {

  /** The value is a number of at most eight bytes, as the row's slot holds it. */
  non-sealed interface ToLong extends Conversion {
    long of(ColumnReader reader);
  }

  /** The value is a text, or the unscaled value of a large decimal in its shortest form. */
  non-sealed interface ToBytes extends Conversion {
    Binary of(ColumnReader reader);
  }

  long JULIAN_EPOCH_DAY = 2_440_588;
  long MICROS_PER_DAY = 86_400_000_000L;

  ToLong LONG = ColumnReader::getLong;
  ToLong INT = ColumnReader::getInteger;
  ToBytes BINARY = ColumnReader::getBinary;

  /** How to read the column as the type, or null where it cannot be. */
  static @Nullable Conversion of(FieldType type, PrimitiveType file) {
    PrimitiveTypeName name = file.getPrimitiveTypeName();
    LogicalTypeAnnotation logical = file.getLogicalTypeAnnotation();
    if (type instanceof DecimalType decimal) {
      return logical instanceof DecimalLogicalTypeAnnotation annotation
          ? decimal(decimal, annotation, name)
          : null;
    } else if (logical instanceof DecimalLogicalTypeAnnotation) {
      return null;
    } else if (type instanceof FieldType.TimestampType) {
      return timestamp(logical, name);
    } else if (logical instanceof TimestampLogicalTypeAnnotation) {
      return null;
    }
    return switch (type.kind()) {
      case STRING -> name == PrimitiveTypeName.BINARY ? BINARY : null;
      case BOOLEAN ->
          name == PrimitiveTypeName.BOOLEAN ? (ToLong) reader -> reader.getBoolean() ? 1 : 0 : null;
      case INT, DATE -> name == PrimitiveTypeName.INT32 ? INT : null;
      case LONG ->
          name == PrimitiveTypeName.INT32 ? INT : name == PrimitiveTypeName.INT64 ? LONG : null;
      case FLOAT -> floating(Float.SIZE, name);
      case DOUBLE -> floating(Double.SIZE, name);
      case TIME ->
          name == PrimitiveTypeName.BINARY ? (ToLong) reader -> timeOf(reader.getBinary()) : null;
      case DECIMAL, TIMESTAMP, OBJECT, ARRAY -> null;
    };
  }

  private static @Nullable Conversion floating(int bits, PrimitiveTypeName name) {
    if (bits == 32) {
      return name == PrimitiveTypeName.FLOAT
          ? (ToLong) reader -> Float.floatToRawIntBits(reader.getFloat())
          : null;
    }
    return switch (name) {
      case FLOAT -> (ToLong) reader -> Double.doubleToRawLongBits(reader.getFloat());
      case DOUBLE -> (ToLong) reader -> Double.doubleToRawLongBits(reader.getDouble());
      default -> null;
    };
  }

  private static @Nullable Conversion timestamp(
      @Nullable LogicalTypeAnnotation logical, PrimitiveTypeName name) {
    if (name == PrimitiveTypeName.INT96) {
      return (ToLong) reader -> int96(reader.getBinary());
    }
    if (name != PrimitiveTypeName.INT64
        || !(logical instanceof TimestampLogicalTypeAnnotation annotation)) {
      return null;
    }
    TimeUnit unit = annotation.getUnit();
    return switch (unit) {
      case MICROS -> LONG;
      case MILLIS -> (ToLong) reader -> Math.multiplyExact(reader.getLong(), 1_000L);
      case NANOS -> (ToLong) reader -> Math.floorDiv(reader.getLong(), 1_000L);
    };
  }

  /** Spark's old form: nanoseconds of the day, then the Julian day. */
  private static long int96(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong(bytes.position());
    long day = bytes.getInt(bytes.position() + 8) - JULIAN_EPOCH_DAY;
    return day * MICROS_PER_DAY + Math.floorDiv(nanos, 1_000L);
  }

  private static long timeOf(Binary text) {
    return LocalTime.parse(new String(text.getBytesUnsafe(), StandardCharsets.UTF_8)).toNanoOfDay()
        / 1_000;
  }

  private static @Nullable Conversion decimal(
      DecimalType type, DecimalLogicalTypeAnnotation file, PrimitiveTypeName name) {
    int shift = type.scale() - file.getScale();
    if (shift < 0 || file.getPrecision() - file.getScale() > type.precision() - type.scale()) {
      return null;
    }
    if (type.fitsLong()) {
      long factor = BigDecimal.TEN.pow(shift).longValueExact();
      return switch (name) {
        case INT32 -> shift == 0 ? INT : (ToLong) reader -> reader.getInteger() * factor;
        case INT64 -> shift == 0 ? LONG : (ToLong) reader -> reader.getLong() * factor;
        case FIXED_LEN_BYTE_ARRAY, BINARY ->
            (ToLong) reader -> unscaled(reader.getBinary()).longValueExact() * factor;
        default -> null;
      };
    }
    BigInteger factor = BigInteger.TEN.pow(shift);
    return switch (name) {
      case INT32 ->
          (ToBytes) reader -> shortest(BigInteger.valueOf(reader.getInteger()).multiply(factor));
      case INT64 ->
          (ToBytes) reader -> shortest(BigInteger.valueOf(reader.getLong()).multiply(factor));
      case FIXED_LEN_BYTE_ARRAY, BINARY ->
          (ToBytes) reader -> shortest(unscaled(reader.getBinary()).multiply(factor));
      default -> null;
    };
  }

  private static BigInteger unscaled(Binary value) {
    return new BigInteger(value.getBytesUnsafe());
  }

  private static Binary shortest(BigInteger value) {
    return Binary.fromConstantByteArray(value.toByteArray());
  }
}
