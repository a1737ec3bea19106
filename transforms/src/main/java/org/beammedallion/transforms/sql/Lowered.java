package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DecimalLiteral;
import org.beammedallion.transforms.sql.function.GoldFunctions;
import org.jspecify.annotations.Nullable;

/**
 * An expression in the SQL that Beam SQL is given. There, whole numbers, dates, times and
 * timestamps are BIGINT, the last three as days and microseconds; decimals have no declared scale,
 * but each value has that of its type.
 *
 * @param sql over the values that Beam SQL sees
 * @param type of its values, or null of the literal NULL
 * @param literal the value of a number that is written as it is, else null
 * @param text the value of a text that is written as it is, else null
 */
public record Lowered(
    String sql, @Nullable FieldType type, @Nullable BigDecimal literal, @Nullable String text) {

  static final Lowered NULL = new Lowered("NULL", null, null, null);

  public static Lowered of(String sql, FieldType type) {
    return new Lowered(sql, type, null, null);
  }

  static Lowered call(FieldType type, Class<? extends BeamSqlUdf> function, String... arguments) {
    return of(callSql(function, arguments), type);
  }

  static String callSql(Class<? extends BeamSqlUdf> function, String... arguments) {
    return GoldFunctions.name(function) + "(" + String.join(", ", arguments) + ")";
  }

  static Lowered number(BigDecimal value, boolean isExact) {
    if (!isExact) {
      return of("CAST(" + asDouble(value.doubleValue()) + " AS DOUBLE)", FieldType.DOUBLE);
    } else if (value.scale() <= 0 && value.toBigInteger().bitLength() < Long.SIZE) {
      return new Lowered(whole(value.longValueExact()), FieldType.LONG, value, null);
    }
    BigDecimal plain = value.setScale(Math.max(0, value.scale()));
    DecimalType type =
        FieldType.decimal(Math.max(plain.precision(), Math.max(1, plain.scale())), plain.scale());
    return new Lowered(
        callSql(DecimalLiteral.class, textSql(plain.toPlainString())), type, plain, null);
  }

  private static String asDouble(double value) {
    String text = Double.toString(value);
    return text.contains("E") ? text : text + "E0";
  }

  static String whole(long value) {
    return "CAST(" + value + " AS BIGINT)";
  }

  static Lowered text(String value) {
    return new Lowered(textSql(value), FieldType.STRING, null, value);
  }

  /** Without the blanks that a literal of SQL is padded with beside a longer one. */
  static String textSql(String value) {
    return "CAST('" + value.replace("'", "''") + "' AS VARCHAR)";
  }

  static Lowered bool(String sql) {
    return of(sql, FieldType.BOOLEAN);
  }

  boolean isNull() {
    return type == null;
  }

  boolean isText() {
    return type instanceof FieldType.StringType;
  }

  boolean isWhole() {
    return type instanceof FieldType.IntegerType;
  }

  boolean isDecimal() {
    return type instanceof DecimalType;
  }

  boolean isDouble() {
    return type instanceof FieldType.FloatType;
  }

  boolean isNumber() {
    return isWhole() || isDecimal() || isDouble();
  }

  boolean isBoolean() {
    return type instanceof FieldType.BooleanType;
  }

  boolean isDate() {
    return type instanceof FieldType.DateType;
  }

  boolean isTimestamp() {
    return type instanceof FieldType.TimestampType;
  }
}
