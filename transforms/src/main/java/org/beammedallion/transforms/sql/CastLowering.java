package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.CastDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DecimalOfDouble;
import org.beammedallion.transforms.sql.function.DecimalFunctions.ExactDouble;
import org.beammedallion.transforms.sql.function.DecimalFunctions.WholeOfDecimal;
import org.beammedallion.transforms.sql.function.TextCasts.BooleanOfText;
import org.beammedallion.transforms.sql.function.TextCasts.DateOfText;
import org.beammedallion.transforms.sql.function.TextCasts.DecimalOfText;
import org.beammedallion.transforms.sql.function.TextCasts.DoubleOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfBoolean;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfDate;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfDecimal;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfDouble;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfFloat;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfTime;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfTimestamp;
import org.beammedallion.transforms.sql.function.TextCasts.TextOfWhole;
import org.beammedallion.transforms.sql.function.TextCasts.TimeOfText;
import org.beammedallion.transforms.sql.function.TextCasts.TimestampOfText;
import org.beammedallion.transforms.sql.function.TextCasts.WholeOfText;
import org.beammedallion.transforms.sql.function.TimeFunctions.DateOfTimestamp;
import org.beammedallion.transforms.sql.function.TimeFunctions.TimeOfTimestamp;
import org.beammedallion.transforms.sql.function.TimeFunctions.TimestampOfDate;
import org.beammedallion.transforms.sql.function.WholeFunctions.NarrowWhole;
import org.beammedallion.transforms.sql.function.WholeFunctions.WholeOfBoolean;
import org.jspecify.annotations.Nullable;

/** CAST. One that fails for a value fails the table. */
final class CastLowering {

  /** The types of whole numbers. */
  private static final Map<String, Long> BITS =
      Map.of("BIGINT", 64L, "INTEGER", 32L, "SMALLINT", 16L, "TINYINT", 8L);

  private final ExpressionLowering expressions;

  CastLowering(ExpressionLowering expressions) {
    this.expressions = expressions;
  }

  Lowered lower(SqlCall call) {
    Lowered value = expressions.lower(call.operand(0));
    if (!call.getOperator().getName().equals("CAST")
        || call.operandCount() != 2
        || !(call.operand(1) instanceof SqlDataTypeSpec spec)
        || !(spec.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic)) {
      throw SqlDialect.invalid(
          "Gold has CAST(… AS type) to VARCHAR, BIGINT, INTEGER, SMALLINT, TINYINT, DECIMAL(p, s),"
              + " DOUBLE, BOOLEAN, DATE, TIME and TIMESTAMP only; CASE guards against values that"
              + " do not fit.",
          call);
    }
    String name = basic.getTypeName().getSimple().toUpperCase(Locale.ROOT);
    int precision = basic.getPrecision();
    String cast =
        switch (name) {
          case "VARCHAR" -> text(value, precision, call);
          case "BIGINT" -> whole(value);
          case "INTEGER" -> narrow(whole(value), Integer.SIZE);
          case "SMALLINT" -> narrow(whole(value), Short.SIZE);
          case "TINYINT" -> narrow(whole(value), Byte.SIZE);
          case "DECIMAL" -> decimal(value, precision, basic.getScale(), call);
          case "DOUBLE" -> toDouble(value);
          case "BOOLEAN" -> value.isBoolean() ? value.sql() : ofText(value, BooleanOfText.class);
          case "DATE" ->
              value.isDate()
                  ? value.sql()
                  : value.isTimestamp()
                      ? Lowered.callSql(DateOfTimestamp.class, value.sql())
                      : ofText(value, DateOfText.class);
          case "TIME" -> time(value, precision, call);
          case "TIMESTAMP" -> timestamp(value, precision, call);
          default -> throw unknown(name, call);
        };
    requireCast(value, name, precision, Math.max(0, basic.getScale()), call);
    FieldType type = type(name, precision, basic.getScale());
    if (value.isNull()) {
      return Lowered.of(Coercion.nullOf(type), type);
    } else if (cast == null) {
      throw SqlDialect.invalid(
          "Gold does not cast " + Coercion.name(value) + " to " + name + ".", call);
    }
    return Lowered.of(cast, type);
  }

  /** A literal is cast when the query is validated, for it would fail in every row. */
  private static void requireCast(
      Lowered value, String name, int precision, int scale, SqlCall call) {
    String text = value.text();
    BigDecimal number = value.literal();
    try {
      if (text != null) {
        castText(text, name, precision, scale);
      } else if (number != null && name.equals("DECIMAL")) {
        CastDecimal.eval(number, (long) precision, (long) scale);
      } else if (number != null && BITS.containsKey(name)) {
        NarrowWhole.eval(WholeOfDecimal.eval(number), BITS.get(name));
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw SqlDialect.invalid(e.getMessage() + ".", call);
    }
  }

  @SuppressWarnings("CheckReturnValue") // Only whether it fails.
  private static void castText(String text, String name, int precision, int scale) {
    switch (name) {
      case "DECIMAL" -> CastDecimal.eval(DecimalOfText.eval(text), (long) precision, (long) scale);
      case "DOUBLE" -> DoubleOfText.eval(text);
      case "BOOLEAN" -> BooleanOfText.eval(text);
      case "DATE" -> DateOfText.eval(text);
      case "TIME" -> TimeOfText.eval(text);
      case "TIMESTAMP" -> TimestampOfText.eval(text);
      default -> {
        if (BITS.containsKey(name)) {
          NarrowWhole.eval(WholeOfText.eval(text), BITS.get(name));
        }
      }
    }
  }

  private static InvalidQueryException unknown(String name, SqlCall call) {
    return SqlDialect.invalid(
        switch (name) {
          case "CHAR" -> "CHAR is padded with blanks; CAST to VARCHAR.";
          case "FLOAT", "REAL" ->
              "FLOAT and REAL are of other sizes in other engines; CAST to DOUBLE.";
          default -> "Gold has no type " + name + " to CAST to.";
        },
        call);
  }

  private static FieldType type(String name, int precision, int scale) {
    return switch (name) {
      case "VARCHAR" -> FieldType.STRING;
      case "DECIMAL" -> FieldType.decimal(Math.max(1, precision), Math.max(0, scale));
      case "DOUBLE" -> FieldType.DOUBLE;
      case "BOOLEAN" -> FieldType.BOOLEAN;
      case "DATE" -> FieldType.DATE;
      case "TIME" -> FieldType.TIME;
      case "TIMESTAMP" -> FieldType.TIMESTAMP;
      default -> FieldType.LONG;
    };
  }

  private static @Nullable String ofText(Lowered value, Class<? extends BeamSqlUdf> parser) {
    return value.isText() ? Lowered.callSql(parser, value.sql()) : null;
  }

  private static @Nullable String text(Lowered value, int length, SqlCall call) {
    if (length >= 0) {
      throw SqlDialect.invalid(
          "Engines differ in what CAST to VARCHAR("
              + length
              + ") does with longer text; write LEFT(CAST(… AS VARCHAR), "
              + length
              + ").",
          call);
    }
    Class<? extends BeamSqlUdf> format;
    if (value.isText()) {
      return value.sql();
    } else if (value.isWhole()) {
      format = TextOfWhole.class;
    } else if (value.isDecimal()) {
      format = TextOfDecimal.class;
    } else if (value.type() instanceof FieldType.FloatType number) {
      format = number.bits() == Float.SIZE ? TextOfFloat.class : TextOfDouble.class;
    } else if (value.isBoolean()) {
      format = TextOfBoolean.class;
    } else if (value.isDate()) {
      format = TextOfDate.class;
    } else if (value.isTimestamp()) {
      format = TextOfTimestamp.class;
    } else if (value.type() instanceof FieldType.TimeType) {
      format = TextOfTime.class;
    } else {
      return null;
    }
    return Lowered.callSql(format, value.sql());
  }

  private static @Nullable String whole(Lowered value) {
    if (value.isWhole()) {
      return value.sql();
    } else if (value.isDecimal()) {
      return Lowered.callSql(WholeOfDecimal.class, value.sql());
    } else if (value.isDouble()) {
      return Lowered.callSql(WholeOfDecimal.class, Lowered.callSql(ExactDouble.class, value.sql()));
    } else if (value.isBoolean()) {
      return Lowered.callSql(WholeOfBoolean.class, value.sql());
    }
    return ofText(value, WholeOfText.class);
  }

  private static @Nullable String narrow(@Nullable String whole, int bits) {
    return whole == null ? null : Lowered.callSql(NarrowWhole.class, whole, Lowered.whole(bits));
  }

  private static @Nullable String decimal(Lowered value, int precision, int scale, SqlCall call) {
    if (precision < 1 || precision > DecimalType.MAX_PRECISION || scale > precision) {
      throw SqlDialect.invalid(
          "CAST to DECIMAL(p, s) with 1 to 38 digits, of which s after the point: engines differ in"
              + " what DECIMAL alone means.",
          call);
    }
    String number =
        value.isDouble()
            ? Lowered.callSql(DecimalOfDouble.class, value.sql())
            : value.isNumber() ? Coercion.asDecimal(value) : ofText(value, DecimalOfText.class);
    return number == null
        ? null
        : Lowered.callSql(
            CastDecimal.class, number, Lowered.whole(precision), Lowered.whole(Math.max(0, scale)));
  }

  private static @Nullable String toDouble(Lowered value) {
    return value.isNumber() ? Coercion.asDouble(value) : ofText(value, DoubleOfText.class);
  }

  private static @Nullable String time(Lowered value, int precision, SqlCall call) {
    requireMicroseconds(precision, call);
    return value.isTimestamp()
        ? Lowered.callSql(TimeOfTimestamp.class, value.sql())
        : value.type() instanceof FieldType.TimeType
            ? value.sql()
            : ofText(value, TimeOfText.class);
  }

  private static @Nullable String timestamp(Lowered value, int precision, SqlCall call) {
    requireMicroseconds(precision, call);
    return value.isTimestamp()
        ? value.sql()
        : value.isDate()
            ? Lowered.callSql(TimestampOfDate.class, value.sql())
            : ofText(value, TimestampOfText.class);
  }

  private static void requireMicroseconds(int precision, SqlCall call) {
    if (precision >= 0 && precision != 6) {
      throw SqlDialect.invalid("Times in gold have microseconds; leave the precision out.", call);
    }
  }
}
