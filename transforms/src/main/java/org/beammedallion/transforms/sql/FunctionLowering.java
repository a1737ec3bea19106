package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import java.util.List;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.AbsoluteDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.CeilingOfDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.FloorOfDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.RoundDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.TruncateDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.WholeOfDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.AbsoluteDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.CeilingOfDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DecimalLogarithm;
import org.beammedallion.transforms.sql.function.DoubleFunctions.Exponential;
import org.beammedallion.transforms.sql.function.DoubleFunctions.FloorOfDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.NaturalLogarithm;
import org.beammedallion.transforms.sql.function.DoubleFunctions.Power;
import org.beammedallion.transforms.sql.function.DoubleFunctions.RoundDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.SquareRoot;
import org.beammedallion.transforms.sql.function.DoubleFunctions.TruncateDouble;
import org.beammedallion.transforms.sql.function.TextFunctions.LeftOfText;
import org.beammedallion.transforms.sql.function.TextFunctions.LengthOfText;
import org.beammedallion.transforms.sql.function.TextFunctions.LowerText;
import org.beammedallion.transforms.sql.function.TextFunctions.OctetLength;
import org.beammedallion.transforms.sql.function.TextFunctions.OverlayText;
import org.beammedallion.transforms.sql.function.TextFunctions.PositionInText;
import org.beammedallion.transforms.sql.function.TextFunctions.ReplaceText;
import org.beammedallion.transforms.sql.function.TextFunctions.ReverseText;
import org.beammedallion.transforms.sql.function.TextFunctions.RightOfText;
import org.beammedallion.transforms.sql.function.TextFunctions.Substring;
import org.beammedallion.transforms.sql.function.TextFunctions.SubstringFrom;
import org.beammedallion.transforms.sql.function.TextFunctions.TrimText;
import org.beammedallion.transforms.sql.function.TextFunctions.UpperText;
import org.beammedallion.transforms.sql.function.WholeFunctions.AbsoluteWhole;

/** Functions of one row, by their names; those of times are left to {@link TimeLowering}. */
final class FunctionLowering {

  private static final BigDecimal MOST_DIGITS = BigDecimal.valueOf(DecimalType.MAX_PRECISION);

  private final ExpressionLowering expressions;

  FunctionLowering(ExpressionLowering expressions) {
    this.expressions = expressions;
  }

  Lowered lower(SqlCall call) {
    String name = SqlDialect.functionName(call);
    return switch (name) {
      case "CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH" ->
          texts(call, 1, FieldType.LONG, LengthOfText.class);
      case "OCTET_LENGTH" -> texts(call, 1, FieldType.LONG, OctetLength.class);
      case "UPPER" -> texts(call, 1, FieldType.STRING, UpperText.class);
      case "LOWER" -> texts(call, 1, FieldType.STRING, LowerText.class);
      case "REVERSE" -> texts(call, 1, FieldType.STRING, ReverseText.class);
      case "POSITION" -> texts(call, 2, FieldType.LONG, PositionInText.class);
      case "REPLACE" -> texts(call, 3, FieldType.STRING, ReplaceText.class);
      case "SUBSTRING", "SUBSTR" -> substring(call);
      case "LEFT" -> beginning(call, LeftOfText.class);
      case "RIGHT" -> beginning(call, RightOfText.class);
      case "OVERLAY" -> overlay(call);
      case "TRIM" -> trim(call);
      case "LTRIM" -> trim(call, "LEADING");
      case "RTRIM" -> trim(call, "TRAILING");
      case "||" -> Lowered.of("(" + text(call, 0) + " || " + text(call, 1) + ")", FieldType.STRING);
      case "COALESCE" -> coalesce(call);
      case "NULLIF" -> nullIf(call);
      case "ABS" -> absolute(call);
      case "MOD" -> {
        arguments(call, 2, 2);
        yield Arithmetic.compute(SqlKind.MOD, number(call, 0), number(call, 1));
      }
      case "ROUND" -> round(call, RoundDecimal.class, RoundDouble.class);
      case "TRUNCATE" -> round(call, TruncateDecimal.class, TruncateDouble.class);
      case "FLOOR", "CEIL", "CEILING" -> floor(call, name);
      case "SQRT" -> doubles(call, 1, SquareRoot.class);
      case "POWER" -> doubles(call, 2, Power.class);
      case "EXP" -> doubles(call, 1, Exponential.class);
      case "LN" -> doubles(call, 1, NaturalLogarithm.class);
      case "LOG10" -> doubles(call, 1, DecimalLogarithm.class);
      default -> {
        Lowered time = new TimeLowering(expressions).lower(call, name);
        if (time == null) {
          for (SqlNode operand : call.getOperandList()) {
            if (operand instanceof SqlIdentifier) {
              expressions.lower(operand);
            }
          }
          throw SqlDialect.invalid(Unavailable.reason(name), call);
        }
        yield time;
      }
    };
  }

  static void arguments(SqlCall call, int least, int most) {
    int count = call.operandCount();
    if (count < least || count > most) {
      throw SqlDialect.invalid(
          SqlDialect.functionName(call)
              + " takes "
              + (least == most ? least : least + " to " + most)
              + (most == 1 ? " expression." : " expressions."),
          call);
    }
  }

  private String text(SqlCall call, int operand) {
    return expressions.text(call.operand(operand), call);
  }

  private Lowered texts(
      SqlCall call, int count, FieldType type, Class<? extends BeamSqlUdf> function) {
    arguments(call, count, count);
    String[] operands = new String[count];
    for (int i = 0; i < count; i++) {
      operands[i] = text(call, i);
    }
    return Lowered.call(type, function, operands);
  }

  private Lowered substring(SqlCall call) {
    arguments(call, 2, 3);
    String start = expressions.whole(call.operand(1), call);
    return call.operandCount() == 2
        ? Lowered.call(FieldType.STRING, SubstringFrom.class, text(call, 0), start)
        : Lowered.call(
            FieldType.STRING,
            Substring.class,
            text(call, 0),
            start,
            expressions.whole(call.operand(2), call));
  }

  private Lowered beginning(SqlCall call, Class<? extends BeamSqlUdf> function) {
    arguments(call, 2, 2);
    return Lowered.call(
        FieldType.STRING, function, text(call, 0), expressions.whole(call.operand(1), call));
  }

  private Lowered overlay(SqlCall call) {
    arguments(call, 3, 4);
    String placed = text(call, 1);
    return Lowered.call(
        FieldType.STRING,
        OverlayText.class,
        text(call, 0),
        placed,
        expressions.whole(call.operand(2), call),
        call.operandCount() == 4
            ? expressions.whole(call.operand(3), call)
            : Lowered.callSql(LengthOfText.class, placed));
  }

  private Lowered trim(SqlCall call) {
    if (call.operandCount() != 3 || !(call.operand(0) instanceof SqlLiteral side)) {
      return trim(call, "BOTH");
    }
    return Lowered.call(
        FieldType.STRING,
        TrimText.class,
        Lowered.textSql(String.valueOf(side.getValue())),
        text(call, 1),
        text(call, 2));
  }

  private Lowered trim(SqlCall call, String side) {
    arguments(call, 1, 1);
    return Lowered.call(
        FieldType.STRING,
        TrimText.class,
        Lowered.textSql(side),
        Lowered.textSql(" "),
        text(call, 0));
  }

  private Lowered coalesce(SqlCall call) {
    List<Lowered> values = expressions.lowerAll(call.getOperandList());
    FieldType type = Coercion.common(values, call);
    if (type == null) {
      throw SqlDialect.invalid("COALESCE of NULL has no type.", call);
    }
    StringBuilder sql = new StringBuilder("COALESCE(");
    for (int i = 0; i < values.size(); i++) {
      sql.append(i == 0 ? "" : ", ").append(Coercion.convert(values.get(i), type, call));
    }
    return Lowered.of(sql.append(")").toString(), type);
  }

  private Lowered nullIf(SqlCall call) {
    arguments(call, 2, 2);
    Lowered value = expressions.lower(call.<SqlNode>operand(0));
    Lowered other = expressions.lower(call.<SqlNode>operand(1));
    FieldType type = value.type();
    if (type == null) {
      throw SqlDialect.invalid("NULLIF of NULL has no type.", call);
    }
    return Lowered.of(
        "(CASE WHEN "
            + ExpressionLowering.compare("=", value, other, call)
            + " THEN "
            + Coercion.nullOf(type)
            + " ELSE "
            + value.sql()
            + " END)",
        type);
  }

  private Lowered number(SqlCall call, int operand) {
    Lowered number = Arithmetic.number(expressions.lower(call.<SqlNode>operand(operand)), call);
    return number.isNull() ? Lowered.of(Coercion.nullOf(FieldType.LONG), FieldType.LONG) : number;
  }

  private Lowered doubles(SqlCall call, int count, Class<? extends BeamSqlUdf> function) {
    arguments(call, count, count);
    String[] operands = new String[count];
    for (int i = 0; i < count; i++) {
      operands[i] = Coercion.asDouble(number(call, i));
    }
    return Lowered.call(FieldType.DOUBLE, function, operands);
  }

  private Lowered absolute(SqlCall call) {
    arguments(call, 1, 1);
    Lowered number = number(call, 0);
    if (number.type() instanceof DecimalType decimal) {
      return Lowered.call(decimal, AbsoluteDecimal.class, number.sql());
    }
    return number.isWhole()
        ? Lowered.call(FieldType.LONG, AbsoluteWhole.class, number.sql())
        : Lowered.call(FieldType.DOUBLE, AbsoluteDouble.class, number.sql());
  }

  private Lowered floor(SqlCall call, String name) {
    if (call.operandCount() == 2) {
      if (!name.equals("FLOOR")) {
        throw SqlDialect.invalid(
            name + " of a time is not available; write FLOOR(… TO DAY), and add a day.", call);
      }
      return new TimeLowering(expressions).floor(call);
    }
    arguments(call, 1, 1);
    boolean down = name.equals("FLOOR");
    Lowered number = number(call, 0);
    if (number.type() instanceof DecimalType decimal) {
      return Lowered.call(
          DecimalRules.rounded(decimal, 0),
          down ? FloorOfDecimal.class : CeilingOfDecimal.class,
          number.sql());
    }
    return number.isWhole()
        ? number
        : Lowered.call(
            FieldType.DOUBLE, down ? FloorOfDouble.class : CeilingOfDouble.class, number.sql());
  }

  private Lowered round(
      SqlCall call, Class<? extends BeamSqlUdf> ofDecimal, Class<? extends BeamSqlUdf> ofDouble) {
    arguments(call, 1, 2);
    Lowered number = number(call, 0);
    int digits = 0;
    if (call.operandCount() == 2) {
      Lowered given = number(call, 1);
      if (given.literal() == null
          || given.literal().stripTrailingZeros().scale() > 0
          || given.literal().abs().compareTo(MOST_DIGITS) > 0) {
        throw SqlDialect.invalid(
            "How many digits are kept must be written as a number, whole and of at most 38, for the"
                + " column's type depends on it.",
            call);
      }
      digits = given.literal().intValue();
    }
    String kept = Lowered.whole(digits);
    if (number.type() instanceof DecimalType decimal) {
      DecimalType type = DecimalRules.rounded(decimal, digits);
      return Lowered.call(
          type,
          ofDecimal,
          number.sql(),
          Lowered.whole(Math.min(digits, decimal.scale())),
          Lowered.whole(type.scale()));
    } else if (number.isWhole()) {
      return digits >= 0
          ? number
          : Lowered.call(
              FieldType.LONG,
              WholeOfDecimal.class,
              Lowered.callSql(ofDecimal, Coercion.asDecimal(number), kept, Lowered.whole(0)));
    }
    return Lowered.call(FieldType.DOUBLE, ofDouble, number.sql(), kept);
  }
}
