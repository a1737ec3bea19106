package org.beammedallion.transforms.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.sql.function.TimeFunctions.CountUnits;
import org.beammedallion.transforms.sql.function.TimeFunctions.ExtractFromTimestamp;
import org.beammedallion.transforms.sql.function.TimeFunctions.TimestampOfDate;
import org.beammedallion.transforms.sql.function.TimeFunctions.TruncateTimestamp;
import org.jspecify.annotations.Nullable;

/** Functions of dates and timestamps. */
final class TimeLowering {

  /** Functions that give a part of a time, and the part. */
  private static final Map<String, String> PARTS =
      Map.of(
          "YEAR", "YEAR",
          "QUARTER", "QUARTER",
          "MONTH", "MONTH",
          "WEEK", "WEEK",
          "DAYOFMONTH", "DAY",
          "DAYOFYEAR", "DOY",
          "DAYOFWEEK", "DOW",
          "HOUR", "HOUR",
          "MINUTE", "MINUTE",
          "SECOND", "SECOND");

  private static final Set<String> EXTRACTED =
      Set.of(
          "YEAR", "QUARTER", "MONTH", "WEEK", "ISOYEAR", "DAY", "DOY", "DOW", "ISODOW", "HOUR",
          "MINUTE", "SECOND");

  private static final Set<String> TRUNCATED =
      Set.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND");

  private final ExpressionLowering expressions;

  TimeLowering(ExpressionLowering expressions) {
    this.expressions = expressions;
  }

  /** Null where the function is none of these. */
  @Nullable Lowered lower(SqlCall call, String name) {
    return switch (name) {
      case "EXTRACT" -> extract(unit(call, 0), time(call, 1), call);
      case "DATE_TRUNC" -> dateTrunc(call);
      case "TIMESTAMPADD" -> add(unit(call, 0), expressions.whole(call.operand(1), call), call);
      case "TIMESTAMPDIFF" -> difference(call);
      default -> {
        String part = PARTS.get(name);
        yield part == null || call.operandCount() != 1 ? null : extract(part, time(call, 0), call);
      }
    };
  }

  /** FLOOR of a time to a unit. */
  Lowered floor(SqlCall call) {
    String unit = unit(call, 1);
    if (unit.equals("WEEK")) {
      throw SqlDialect.invalid(
          "Engines differ in the day a week begins with; DATE_TRUNC('week', …) takes Monday, as ISO"
              + " 8601.",
          call);
    }
    return truncate(unit, call.operand(0), call);
  }

  private static String unit(SqlCall call, int operand) {
    if (call.operandCount() > operand
        && call.operand(operand) instanceof SqlIntervalQualifier qualifier) {
      return qualifier.timeFrameName == null
          ? qualifier.getUnit().name()
          : qualifier.timeFrameName.toUpperCase(Locale.ROOT);
    }
    throw SqlDialect.invalid(SqlDialect.functionName(call) + " needs a unit, such as DAY.", call);
  }

  /** A date or timestamp. */
  private Lowered time(SqlCall call, int operand) {
    Lowered time = expressions.lower(call.<SqlNode>operand(operand));
    if (time.isNull()) {
      return Lowered.of(Coercion.nullOf(FieldType.TIMESTAMP), FieldType.TIMESTAMP);
    } else if (time.isDate() || time.isTimestamp()) {
      return time;
    }
    throw SqlDialect.invalid(
        "A date or timestamp is needed here, not " + Coercion.name(time) + "; CAST it.", call);
  }

  private static String asTimestamp(Lowered time) {
    return time.isDate() ? Lowered.callSql(TimestampOfDate.class, time.sql()) : time.sql();
  }

  private static Lowered extract(String part, Lowered time, SqlCall call) {
    if (!EXTRACTED.contains(part)) {
      throw SqlDialect.invalid(
          "EXTRACT takes one of " + String.join(", ", EXTRACTED.stream().sorted().toList()) + ".",
          call);
    }
    return Lowered.call(
        FieldType.LONG, ExtractFromTimestamp.class, Lowered.textSql(part), asTimestamp(time));
  }

  private Lowered dateTrunc(SqlCall call) {
    FunctionLowering.arguments(call, 2, 2);
    String unit = expressions.lower(call.<SqlNode>operand(0)).text();
    if (unit == null) {
      throw SqlDialect.invalid("DATE_TRUNC takes its unit as a text, such as 'day'.", call);
    }
    return truncate(unit.toUpperCase(Locale.ROOT), call.operand(1), call);
  }

  private Lowered truncate(String unit, SqlNode node, SqlCall call) {
    if (!TRUNCATED.contains(unit)) {
      throw SqlDialect.invalid(
          "A time is cut to one of "
              + String.join(", ", TRUNCATED.stream().sorted().toList())
              + ".",
          call);
    }
    Lowered time = expressions.lower(node);
    if (!time.isTimestamp()) {
      throw SqlDialect.invalid(
          "A timestamp is needed here, not " + Coercion.name(time) + "; CAST it to TIMESTAMP.",
          call);
    }
    return Lowered.call(
        FieldType.TIMESTAMP, TruncateTimestamp.class, Lowered.textSql(unit), time.sql());
  }

  private Lowered add(String unit, String count, SqlCall call) {
    requireUnit(unit, call);
    boolean wholeDays = Set.of("YEAR", "QUARTER", "MONTH", "WEEK", "DAY").contains(unit);
    return Arithmetic.add(unit, count, wholeDays, time(call, 2), call);
  }

  private Lowered difference(SqlCall call) {
    FunctionLowering.arguments(call, 3, 3);
    String unit = unit(call, 0);
    requireUnit(unit, call);
    return Lowered.call(
        FieldType.LONG,
        CountUnits.class,
        Lowered.textSql(unit),
        asTimestamp(time(call, 1)),
        asTimestamp(time(call, 2)));
  }

  private static void requireUnit(String unit, SqlCall call) {
    if (!TRUNCATED.contains(unit) && !unit.equals("MICROSECOND")) {
      throw SqlDialect.invalid(
          SqlDialect.functionName(call)
              + " takes one of MICROSECOND, "
              + String.join(", ", TRUNCATED.stream().sorted().toList())
              + ".",
          call);
    }
  }
}
