package org.beammedallion.quality.schema;

import java.io.Serializable;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The type of a field: one constant or record for each type that silver can hold.
 *
 * <p>Code that handles every type switches over {@link #kind} without a default, so that a new kind
 * does not compile until all such code handles it.
 */
public sealed interface FieldType extends Serializable {

  /** The types, each with one size of value. */
  enum Kind {
    STRING,
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    DATE,
    TIME,
    TIMESTAMP,
    OBJECT,
    ARRAY
  }

  /** Which of the types it is; a {@link Kind#DECIMAL} is a {@link DecimalType}, and so on. */
  Kind kind();

  /** A type whose values a text gives in a format. */
  sealed interface TemporalType extends FieldType {

    /** A pattern of {@link java.time.format.DateTimeFormatter}, or null for ISO-8601. */
    @Nullable String format();

    /** The same type with another format. */
    TemporalType withFormat(@Nullable String format);
  }

  /**
   * Text in UTF-8.
   *
   * @param content what the text holds
   */
  record StringType(Content content) implements FieldType {

    /** What a text holds. */
    public enum Content {
      TEXT,
      /** A text; of a number or boolean of JSON the text that it is written as. */
      SCALAR,
      /** A JSON object, whose members the contract does not name. */
      JSON_OBJECT,
      /** A JSON array, whose elements the contract does not describe. */
      JSON_ARRAY;

      public boolean isJson() {
        return this == JSON_OBJECT || this == JSON_ARRAY;
      }
    }

    @Override
    public Kind kind() {
      return Kind.STRING;
    }

    public boolean isJson() {
      return content.isJson();
    }
  }

  record BooleanType() implements FieldType {
    @Override
    public Kind kind() {
      return Kind.BOOLEAN;
    }
  }

  /**
   * A signed whole number.
   *
   * @param bits 32 or 64
   */
  record IntegerType(int bits) implements FieldType {
    public IntegerType {
      if (bits != 32 && bits != 64) {
        throw new IllegalArgumentException("An integer has 32 or 64 bits, not " + bits + ".");
      }
    }

    @Override
    public Kind kind() {
      return bits == 32 ? Kind.INT : Kind.LONG;
    }
  }

  /**
   * A binary floating point number (IEEE 754); NaN and infinities come from formats that have them.
   *
   * @param bits 32 or 64
   */
  record FloatType(int bits) implements FieldType {
    public FloatType {
      if (bits != 32 && bits != 64) {
        throw new IllegalArgumentException("A float has 32 or 64 bits, not " + bits + ".");
      }
    }

    @Override
    public Kind kind() {
      return bits == 32 ? Kind.FLOAT : Kind.DOUBLE;
    }
  }

  /**
   * An exact decimal number.
   *
   * @param precision digits in all, 1 to 38
   * @param scale digits after the point, 0 to {@code precision}
   */
  record DecimalType(int precision, int scale) implements FieldType {
    public static final int MAX_PRECISION = 38;

    /** Up to this precision the unscaled value fits a {@code long}. */
    public static final int MAX_LONG_PRECISION = 18;

    public DecimalType {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "decimal("
                + precision
                + ","
                + scale
                + ") is out of range: 1 <= precision <= 38, 0 <= scale <= precision.");
      }
    }

    @Override
    public Kind kind() {
      return Kind.DECIMAL;
    }

    public boolean fitsLong() {
      return precision <= MAX_LONG_PRECISION;
    }
  }

  /**
   * A calendar date, kept as days since 1970-01-01.
   *
   * @param format a pattern of {@link java.time.format.DateTimeFormatter}, or null for ISO-8601
   */
  record DateType(@Nullable String format) implements TemporalType {
    @Override
    public Kind kind() {
      return Kind.DATE;
    }

    @Override
    public DateType withFormat(@Nullable String other) {
      return new DateType(other);
    }
  }

  /**
   * A time of day, kept as microseconds since midnight.
   *
   * @param format a pattern of {@link java.time.format.DateTimeFormatter}, or null for ISO-8601
   */
  record TimeType(@Nullable String format) implements TemporalType {
    @Override
    public Kind kind() {
      return Kind.TIME;
    }

    @Override
    public TimeType withFormat(@Nullable String other) {
      return new TimeType(other);
    }
  }

  /**
   * A point in time, kept as microseconds since 1970-01-01T00:00:00Z.
   *
   * @param format a pattern of {@link java.time.format.DateTimeFormatter}, or null for ISO-8601
   * @param defaultTimezone the zone of a text that names none
   */
  record TimestampType(@Nullable String format, ZoneId defaultTimezone) implements TemporalType {
    @Override
    public Kind kind() {
      return Kind.TIMESTAMP;
    }

    @Override
    public TimestampType withFormat(@Nullable String other) {
      return new TimestampType(other, defaultTimezone);
    }
  }

  record ObjectType(RecordSchema schema) implements FieldType {
    @Override
    public Kind kind() {
      return Kind.OBJECT;
    }
  }

  /**
   * A list of values of one type.
   *
   * @param element its {@code required} says that no element may be null; its name is "element"
   */
  record ArrayType(Field element) implements FieldType {
    @Override
    public Kind kind() {
      return Kind.ARRAY;
    }
  }

  StringType STRING = new StringType(StringType.Content.TEXT);
  StringType SCALAR = new StringType(StringType.Content.SCALAR);
  StringType JSON_OBJECT = new StringType(StringType.Content.JSON_OBJECT);
  StringType JSON_ARRAY = new StringType(StringType.Content.JSON_ARRAY);
  BooleanType BOOLEAN = new BooleanType();
  IntegerType INT = new IntegerType(32);
  IntegerType LONG = new IntegerType(64);
  FloatType FLOAT = new FloatType(32);
  FloatType DOUBLE = new FloatType(64);
  DateType DATE = new DateType(null);
  TimeType TIME = new TimeType(null);
  TimestampType TIMESTAMP = new TimestampType(null, ZoneOffset.UTC);

  static DecimalType decimal(int precision, int scale) {
    return new DecimalType(precision, scale);
  }
}
