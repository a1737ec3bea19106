package org.beammedallion.transforms.sql;

import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DecimalOfWhole;
import org.beammedallion.transforms.sql.function.DecimalFunctions.RescaleDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DoubleOfDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DoubleOfWhole;
import org.beammedallion.transforms.sql.function.TextCasts.DateOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TimeOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TimestampOfText;
import org.beammedallion.transforms.sql.function.TimeFunctions.TimestampOfDate;
import org.jspecify.annotations.Nullable;

/** What is converted without a CAST: numbers to wider ones, dates to timestamps. */
final class Coercion {

  private Coercion() {}

  /**
   * The type in which values of several expressions can be compared, or stand in one column; null
   * where each is NULL.
   *
   * @throws InvalidQueryException where there is none
   */
  static @Nullable FieldType common(List<Lowered> values, SqlNode where) {
    Lowered common = Lowered.NULL;
    for (Lowered value : values) {
      common = common.isNull() ? value : value.isNull() ? common : common(common, value, where);
    }
    return common.type();
  }

  private static Lowered common(Lowered a, Lowered b, SqlNode where) {
    if (a.isNumber() && b.isNumber()) {
      return a.isDouble() || b.isDouble()
          ? Lowered.of("", FieldType.DOUBLE)
          : a.isWhole() && b.isWhole()
              ? Lowered.of("", FieldType.LONG)
              : Lowered.of("", DecimalRules.common(DecimalRules.of(a), DecimalRules.of(b)));
    } else if (name(a).equals(name(b)) && !(a.type() instanceof FieldType.ObjectType)) {
      return a;
    } else if ((a.isDate() && b.isTimestamp()) || (a.isTimestamp() && b.isDate())) {
      return Lowered.of("", FieldType.TIMESTAMP);
    } else if (a.text() != null && isTemporal(b)) {
      return b;
    } else if (b.text() != null && isTemporal(a)) {
      return a;
    }
    throw SqlDialect.invalid(
        name(a) + " and " + name(b) + " do not go together here; CAST one of them.", where);
  }

  private static boolean isTemporal(Lowered value) {
    return value.isDate() || value.isTimestamp() || value.type() instanceof FieldType.TimeType;
  }

  /** The SQL of an expression in a type that {@link #common} gave for it. */
  static String convert(Lowered value, FieldType target, SqlNode where) {
    if (value.isNull() && target instanceof FieldType.ObjectType) {
      throw SqlDialect.invalid("NULL and an object do not go together here.", where);
    } else if (value.isNull()) {
      return nullOf(target);
    } else if (target instanceof DecimalType decimal) {
      return value.type() instanceof DecimalType own && own.scale() == decimal.scale()
          ? value.sql()
          : Lowered.callSql(RescaleDecimal.class, asDecimal(value), Lowered.whole(decimal.scale()));
    } else if (target instanceof FieldType.FloatType) {
      return asDouble(value);
    } else if (target instanceof FieldType.TimestampType && value.isDate()) {
      return Lowered.callSql(TimestampOfDate.class, value.sql());
    }
    String text = value.text();
    return text == null || target instanceof FieldType.StringType
        ? value.sql()
        : Lowered.whole(temporal(text, target, where));
  }

  /** A text that is written beside a date, a time or a timestamp. */
  private static long temporal(String text, FieldType target, SqlNode where) {
    try {
      return target instanceof FieldType.DateType
          ? DateOfText.eval(text)
          : target instanceof FieldType.TimeType
              ? TimeOfText.eval(text)
              : TimestampOfText.eval(text);
    } catch (IllegalArgumentException e) {
      throw SqlDialect.invalid(e.getMessage() + ".", where);
    }
  }

  static String asDecimal(Lowered number) {
    return number.isDecimal()
        ? number.sql()
        : number.isNull()
            ? nullOf(FieldType.decimal(1, 0))
            : Lowered.callSql(DecimalOfWhole.class, number.sql());
  }

  static String asDouble(Lowered number) {
    return number.isDouble()
        ? number.sql()
        : number.isNull()
            ? nullOf(FieldType.DOUBLE)
            : Lowered.callSql(
                number.isDecimal() ? DoubleOfDecimal.class : DoubleOfWhole.class, number.sql());
  }

  static String nullOf(FieldType type) {
    return "CAST(NULL AS " + beamName(type) + ")";
  }

  private static String beamName(FieldType type) {
    return switch (type.kind()) {
      case STRING -> "VARCHAR";
      case BOOLEAN -> "BOOLEAN";
      case INT, LONG, DATE, TIME, TIMESTAMP -> "BIGINT";
      case FLOAT, DOUBLE -> "DOUBLE";
      case DECIMAL -> "DECIMAL";
      case OBJECT, ARRAY -> throw new IllegalArgumentException("SQL has no NULL of " + type + ".");
    };
  }

  /** What a type is called in messages. */
  static String name(Lowered value) {
    FieldType type = value.type();
    if (type == null) {
      return "NULL";
    }
    return switch (type.kind()) {
      case STRING -> "text";
      case BOOLEAN -> "a boolean";
      case INT, LONG -> "a whole number";
      case FLOAT, DOUBLE -> "a DOUBLE";
      case DECIMAL -> "a decimal";
      case DATE -> "a date";
      case TIME -> "a time";
      case TIMESTAMP -> "a timestamp";
      case OBJECT -> "an object";
      case ARRAY -> "an array";
    };
  }
}
