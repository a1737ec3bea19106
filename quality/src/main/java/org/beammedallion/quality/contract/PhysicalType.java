package org.beammedallion.quality.contract;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.jspecify.annotations.Nullable;

/** The names of SQL types, as the databases of this world spell them. */
final class PhysicalType {

  /** Precision and scale of a decimal that gives none: as Spark has it. */
  static final DecimalType PLAIN_DECIMAL = FieldType.decimal(38, 18);

  /**
   * A name, perhaps with numbers behind it, perhaps with more words behind those: timestamp(6) with
   * time zone.
   */
  private static final Pattern SYNTAX =
      Pattern.compile(
          "([a-z][a-z0-9_ ]*?)\\s*(?:[(\\[]\\s*(\\d{1,10}|max)\\s*(?:,\\s*(-?\\d{1,10})\\s*)?(?:char|byte)?[)\\]]\\s*([a-z ]*))?");

  private PhysicalType() {}

  /**
   * The field type that a physical type stands for, or null where it is not known.
   *
   * @throws IllegalArgumentException where it is a decimal that cannot be held
   */
  static @Nullable FieldType of(@Nullable String physicalType) {
    if (physicalType == null) {
      return null;
    }
    Matcher matcher = SYNTAX.matcher(physicalType.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    String rest = matcher.group(4) == null ? "" : matcher.group(4);
    String name = (matcher.group(1) + " " + rest).strip().replaceAll("\\s+", " ");
    return of(name, number(matcher.group(2)), number(matcher.group(3)));
  }

  /** Whether it is a text of a length, such as varchar(18). */
  static boolean hasLength(String physicalType) {
    Matcher matcher = SYNTAX.matcher(physicalType.strip().toLowerCase(Locale.ROOT));
    return matcher.matches()
        && number(matcher.group(2)) != null
        && of(physicalType) == FieldType.STRING;
  }

  /** Whether it is known, and numbers, texts or times as the type of a field is. */
  static boolean isOfKind(String physicalType, FieldType type) {
    FieldType physical;
    try {
      physical = of(physicalType);
    } catch (IllegalArgumentException e) {
      return true; // It is a problem, and told as one.
    }
    return physical != null && family(physical) == family(type);
  }

  private static int family(FieldType type) {
    return switch (type.kind()) {
      case STRING -> 0;
      case INT, LONG, FLOAT, DOUBLE, DECIMAL -> 1;
      case BOOLEAN -> 2;
      case DATE, TIMESTAMP -> 3;
      case TIME -> 4;
      case OBJECT, ARRAY -> 5;
    };
  }

  private static @Nullable Integer number(@Nullable String digits) {
    return digits == null || digits.equals("max")
        ? null
        : Integer.valueOf((int) Long.parseLong(digits));
  }

  private static @Nullable FieldType of(
      String name, @Nullable Integer first, @Nullable Integer second) {
    return switch (name) {
      case "varchar",
          "varchar2",
          "nvarchar",
          "nvarchar2",
          "char",
          "nchar",
          "bpchar",
          "character",
          "character varying",
          "text",
          "tinytext",
          "mediumtext",
          "longtext",
          "ntext",
          "clob",
          "string",
          "uuid",
          "uniqueidentifier" ->
          FieldType.STRING;
      case "int",
          "integer",
          "int4",
          "int32",
          "smallint",
          "int2",
          "int16",
          "tinyint",
          "int8_t",
          "byteint",
          "mediumint",
          "serial",
          "serial4",
          "smallserial",
          "short" ->
          FieldType.INT;
      case "bigint", "int8", "int64", "long", "bigserial", "serial8" -> FieldType.LONG;
      case "double", "double precision", "float8", "float64", "binary_double" -> FieldType.DOUBLE;
      // float(25) and more need more bits than a single-precision number has (SQL:2016, 6.1).
      case "float" -> first == null || first <= 24 ? FieldType.FLOAT : FieldType.DOUBLE;
      case "real", "float4", "float32", "binary_float" -> FieldType.FLOAT;
      case "decimal", "numeric", "dec", "number" ->
          first == null ? PLAIN_DECIMAL : FieldType.decimal(first, second == null ? 0 : second);
      case "boolean", "bool", "bit" -> FieldType.BOOLEAN;
      case "date" -> FieldType.DATE;
      case "time", "timetz", "time with time zone", "time without time zone" -> FieldType.TIME;
      case "timestamp",
          "timestamptz",
          "timestamp with time zone",
          "timestamp without time zone",
          "timestamp with local time zone",
          "timestamp_ntz",
          "timestamp_ltz",
          "timestamp_tz",
          "datetime",
          "datetime2",
          "smalldatetime",
          "datetimeoffset" ->
          FieldType.TIMESTAMP;
      default -> null;
    };
  }
}
