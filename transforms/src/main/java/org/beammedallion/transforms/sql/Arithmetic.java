package org.beammedallion.transforms.sql;

import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserUtil;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.AddDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DivideDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.MultiplyDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.NegateDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.RemainderOfDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.SubtractDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.AddDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DivideDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.MultiplyDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.NegateDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.RemainderOfDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.SubtractDouble;
import org.beammedallion.transforms.sql.function.TimeFunctions.AddToTimestamp;
import org.beammedallion.transforms.sql.function.TimeFunctions.DateOfTimestamp;
import org.beammedallion.transforms.sql.function.TimeFunctions.TimestampOfDate;
import org.beammedallion.transforms.sql.function.WholeFunctions.AddWhole;
import org.beammedallion.transforms.sql.function.WholeFunctions.MultiplyWhole;
import org.beammedallion.transforms.sql.function.WholeFunctions.NegateWhole;
import org.beammedallion.transforms.sql.function.WholeFunctions.RemainderOfWhole;
import org.beammedallion.transforms.sql.function.WholeFunctions.SubtractWhole;

/** Operators of numbers, and intervals that are added to times. */
final class Arithmetic {

  private static final int MILLISECOND_DIGITS = 3;
  private static final int MICROSECOND_DIGITS = 6;

  private final ExpressionLowering expressions;

  Arithmetic(ExpressionLowering expressions) {
    this.expressions = expressions;
  }

  Lowered lower(SqlCall call) {
    if (call.operandCount() == 1) {
      Lowered operand = number(expressions.lower(call.<SqlNode>operand(0)), call);
      return call.getKind() == SqlKind.PLUS_PREFIX ? operand : negate(operand);
    } else if (call.operand(1) instanceof SqlIntervalLiteral interval) {
      return move(call, call.operand(0), interval);
    } else if (call.operand(0) instanceof SqlIntervalLiteral interval
        && call.getKind() == SqlKind.PLUS) {
      return move(call, call.operand(1), interval);
    }
    return compute(
        call.getKind(),
        number(expressions.lower(call.<SqlNode>operand(0)), call),
        number(expressions.lower(call.<SqlNode>operand(1)), call));
  }

  static Lowered number(Lowered operand, SqlCall call) {
    if (operand.isNumber() || operand.isNull()) {
      return operand;
    }
    throw SqlDialect.invalid(
        call.getOperator().getName()
            + " needs numbers, and "
            + Coercion.name(operand)
            + " is none"
            + (operand.isText()
                ? "; CAST it to one."
                : operand.isDate() || operand.isTimestamp()
                    ? "; times are moved by INTERVAL '1' DAY and compared by TIMESTAMPDIFF(DAY, a,"
                        + " b)."
                    : "."),
        call);
  }

  static Lowered negate(Lowered operand) {
    if (operand.isNull()) {
      return operand;
    } else if (operand.isWhole()) {
      return Lowered.call(FieldType.LONG, NegateWhole.class, operand.sql());
    }
    return operand.type() instanceof DecimalType type
        ? Lowered.call(type, NegateDecimal.class, operand.sql())
        : Lowered.call(FieldType.DOUBLE, NegateDouble.class, operand.sql());
  }

  /** The result of PLUS, MINUS, TIMES, DIVIDE or MOD. */
  static Lowered compute(SqlKind operator, Lowered a, Lowered b) {
    if (a.isNull() || b.isNull()) {
      return Lowered.NULL;
    } else if (a.isWhole() && b.isWhole() && operator != SqlKind.DIVIDE) {
      return Lowered.call(FieldType.LONG, ofWhole(operator), a.sql(), b.sql());
    } else if (a.isDouble() || b.isDouble() || (a.isWhole() && b.isWhole())) {
      return Lowered.call(
          FieldType.DOUBLE, ofDouble(operator), Coercion.asDouble(a), Coercion.asDouble(b));
    }
    DecimalType left = DecimalRules.of(a);
    DecimalType right = DecimalRules.of(b);
    DecimalType type =
        switch (operator) {
          case TIMES -> DecimalRules.product(left, right);
          case DIVIDE -> DecimalRules.quotient(left, right);
          case MOD -> DecimalRules.remainder(left, right);
          default -> DecimalRules.sum(left, right);
        };
    return Lowered.call(
        type,
        ofDecimal(operator),
        Coercion.asDecimal(a),
        Coercion.asDecimal(b),
        Lowered.whole(type.scale()));
  }

  private static Class<? extends BeamSqlUdf> ofWhole(SqlKind operator) {
    return switch (operator) {
      case PLUS -> AddWhole.class;
      case MINUS -> SubtractWhole.class;
      case TIMES -> MultiplyWhole.class;
      default -> RemainderOfWhole.class;
    };
  }

  private static Class<? extends BeamSqlUdf> ofDouble(SqlKind operator) {
    return switch (operator) {
      case PLUS -> AddDouble.class;
      case MINUS -> SubtractDouble.class;
      case TIMES -> MultiplyDouble.class;
      case DIVIDE -> DivideDouble.class;
      default -> RemainderOfDouble.class;
    };
  }

  private static Class<? extends BeamSqlUdf> ofDecimal(SqlKind operator) {
    return switch (operator) {
      case PLUS -> AddDecimal.class;
      case MINUS -> SubtractDecimal.class;
      case TIMES -> MultiplyDecimal.class;
      case DIVIDE -> DivideDecimal.class;
      default -> RemainderOfDecimal.class;
    };
  }

  /** A date or timestamp and an interval. */
  private Lowered move(SqlCall call, SqlNode time, SqlIntervalLiteral literal) {
    if (call.getKind() != SqlKind.PLUS && call.getKind() != SqlKind.MINUS) {
      throw SqlDialect.invalid("An interval is added to a time or taken from it.", call);
    }
    SqlIntervalLiteral.IntervalValue interval =
        literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
    SqlIntervalQualifier qualifier = interval.getIntervalQualifier();
    boolean months = qualifier.isYearMonth();
    long count = months ? SqlParserUtil.intervalToMonths(interval) : micros(interval, call);
    return add(
        months ? "MONTH" : "MICROSECOND",
        Lowered.whole(call.getKind() == SqlKind.PLUS ? count : -count),
        months || count % 86_400_000_000L == 0,
        expressions.lower(time),
        call);
  }

  /** Calcite itself knows milliseconds. */
  private static long micros(SqlIntervalLiteral.IntervalValue interval, SqlCall call) {
    String text = interval.getIntervalLiteral().strip();
    long micros = Math.multiplyExact(SqlParserUtil.intervalToMillis(interval), 1000L);
    int point = text.indexOf('.');
    if (point < 0) {
      return micros;
    }
    String digits = text.substring(point + 1) + "0".repeat(MICROSECOND_DIGITS);
    if (text.length() - point - 1 > MICROSECOND_DIGITS) {
      throw SqlDialect.invalid(
          "'" + text + "' is finer than a microsecond, which is the precision of gold.", call);
    }
    int finer = Integer.parseInt(digits.substring(MILLISECOND_DIGITS, MICROSECOND_DIGITS));
    long signed = text.startsWith("-") ? -finer : finer;
    return micros + signed * interval.getSign();
  }

  /**
   * @param wholeDays whether a date stays one
   */
  static Lowered add(String unit, String count, boolean wholeDays, Lowered time, SqlNode call) {
    if (time.isDate() && wholeDays) {
      String moved =
          Lowered.callSql(
              AddToTimestamp.class,
              Lowered.textSql(unit),
              count,
              Lowered.callSql(TimestampOfDate.class, time.sql()));
      return Lowered.call(FieldType.DATE, DateOfTimestamp.class, moved);
    } else if (!time.isTimestamp()) {
      throw SqlDialect.invalid(
          time.isDate()
              ? "A date is moved by days, months or years; CAST it to TIMESTAMP for less."
              : "Only dates and timestamps can be moved, not " + Coercion.name(time) + ".",
          call);
    }
    return Lowered.call(
        FieldType.TIMESTAMP, AddToTimestamp.class, Lowered.textSql(unit), count, time.sql());
  }
}
