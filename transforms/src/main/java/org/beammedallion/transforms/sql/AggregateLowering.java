package org.beammedallion.transforms.sql;

import java.math.BigDecimal;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DecimalOfWhole;
import org.beammedallion.transforms.sql.function.DecimalFunctions.DivideDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.ExactFinite;
import org.beammedallion.transforms.sql.function.DecimalFunctions.SquareOfDecimal;
import org.beammedallion.transforms.sql.function.DecimalFunctions.WholeOfDecimal;
import org.beammedallion.transforms.sql.function.DoubleFunctions.AverageOfWhole;
import org.beammedallion.transforms.sql.function.DoubleFunctions.Deviation;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DivideDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DoubleOfOrder;
import org.beammedallion.transforms.sql.function.DoubleFunctions.DoubleOfWhole;
import org.beammedallion.transforms.sql.function.DoubleFunctions.OrderOfDouble;
import org.beammedallion.transforms.sql.function.DoubleFunctions.Variance;
import org.beammedallion.transforms.sql.function.TextFunctions.HexOfText;
import org.beammedallion.transforms.sql.function.TextFunctions.TextOfHex;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates, of Beam SQL's COUNT, SUM, MIN and MAX. Sums of whole numbers and decimals are exact,
 * and so do not depend on the order of rows.
 */
final class AggregateLowering {

  /** What a query over partial results calls the sum of partial counts. */
  static final String MERGED_COUNT = "MERGED_COUNT$";

  /** What it calls an average, of a partial sum and a partial count. */
  static final String MERGED_AVERAGE = "MERGED_AVERAGE$";

  private final ExpressionLowering expressions;

  AggregateLowering(ExpressionLowering expressions) {
    this.expressions = expressions;
  }

  static boolean isAggregate(SqlCall call) {
    return switch (SqlDialect.functionName(call)) {
      case "COUNT",
          "SUM",
          "MIN",
          "MAX",
          "AVG",
          "VAR_POP",
          "VAR_SAMP",
          "VARIANCE",
          "STDDEV_POP",
          "STDDEV_SAMP",
          "STDDEV",
          MERGED_COUNT,
          MERGED_AVERAGE ->
          true;
      default -> false;
    };
  }

  /**
   * @param filter condition that rows must meet, as SQL, or null
   */
  Lowered lower(SqlCall call, @Nullable String filter) {
    String name = SqlDialect.functionName(call);
    if (name.equals(MERGED_COUNT)) {
      return Lowered.of("SUM(" + column(call.operand(0)) + ")", FieldType.LONG);
    } else if (name.equals(MERGED_AVERAGE)) {
      return average(
          expressions.lower(call.<SqlNode>operand(0)),
          "SUM(" + column(call.operand(0)) + ")",
          "SUM(" + column(call.operand(1)) + ")",
          call);
    } else if (call.isCountStar()) {
      return Lowered.of(
          filter == null
              ? "COUNT(*)"
              : "COUNT(CASE WHEN " + filter + " THEN " + Lowered.whole(1) + " END)",
          FieldType.LONG);
    } else if (call.operandCount() != 1) {
      throw SqlDialect.invalid(name + " takes one expression.", call);
    }
    Lowered argument = expressions.lower(call.<SqlNode>operand(0));
    if (name.equals("COUNT")) {
      return Lowered.of(
          "COUNT("
              + filtered(
                  argument.isNull() ? Coercion.nullOf(FieldType.LONG) : argument.sql(), filter)
              + ")",
          FieldType.LONG);
    } else if (argument.isNull()) {
      throw SqlDialect.invalid(name + " of NULL has no type.", call);
    }
    return switch (name) {
      case "MIN", "MAX" -> extreme(name, argument, filter, call);
      case "SUM" -> sum(argument, filter, call);
      case "AVG" ->
          average(
              argument,
              "SUM("
                  + filtered(
                      argument.isWhole() ? Coercion.asDecimal(argument) : argument.sql(), filter)
                  + ")",
              "COUNT(" + filtered(argument.sql(), filter) + ")",
              call);
      default -> variance(name, argument, filter, call);
    };
  }

  private String column(SqlNode node) {
    return expressions.lower(node).sql();
  }

  private static String filtered(String sql, @Nullable String filter) {
    return filter == null ? sql : "CASE WHEN " + filter + " THEN " + sql + " END";
  }

  private static Lowered extreme(
      String name, Lowered argument, @Nullable String filter, SqlCall call) {
    FieldType type = argument.type();
    if (type == null || type instanceof FieldType.ObjectType) {
      throw SqlDialect.invalid(name + " needs values that have an order.", call);
    } else if (argument.isText()) {
      return Lowered.call(
          type,
          TextOfHex.class,
          name + "(" + filtered(Lowered.callSql(HexOfText.class, argument.sql()), filter) + ")");
    } else if (argument.isDouble()) {
      // Beam's own MIN would give NaN wherever there is one.
      return Lowered.call(
          type,
          DoubleOfOrder.class,
          name
              + "("
              + filtered(Lowered.callSql(OrderOfDouble.class, argument.sql()), filter)
              + ")");
    }
    return Lowered.of(name + "(" + filtered(argument.sql(), filter) + ")", type);
  }

  private static Lowered sum(Lowered argument, @Nullable String filter, SqlCall call) {
    Arithmetic.number(argument, call);
    if (argument.isWhole()) {
      return Lowered.call(
          FieldType.LONG,
          WholeOfDecimal.class,
          "SUM(" + filtered(Coercion.asDecimal(argument), filter) + ")");
    }
    return Lowered.of(
        "SUM(" + filtered(argument.sql(), filter) + ")",
        argument.type() instanceof DecimalType decimal
            ? DecimalRules.total(decimal)
            : FieldType.DOUBLE);
  }

  /**
   * @param sum as SQL, of whole numbers a decimal
   * @param count as SQL
   */
  private static Lowered average(Lowered argument, String sum, String count, SqlCall call) {
    Arithmetic.number(argument, call);
    if (argument.isWhole()) {
      return Lowered.call(FieldType.DOUBLE, AverageOfWhole.class, sum, count);
    } else if (argument.type() instanceof DecimalType decimal) {
      DecimalType type = DecimalRules.average(decimal);
      return Lowered.call(
          type,
          DivideDecimal.class,
          sum,
          Lowered.callSql(DecimalOfWhole.class, count),
          Lowered.whole(type.scale()));
    }
    return Lowered.call(
        FieldType.DOUBLE, DivideDouble.class, sum, Lowered.callSql(DoubleOfWhole.class, count));
  }

  private static Lowered variance(
      String name, Lowered argument, @Nullable String filter, SqlCall call) {
    Arithmetic.number(argument, call);
    String exact =
        argument.isDouble()
            ? Lowered.callSql(ExactFinite.class, argument.sql())
            : Coercion.asDecimal(argument);
    return Lowered.call(
        FieldType.DOUBLE,
        name.startsWith("VAR") ? Variance.class : Deviation.class,
        sumOrZero(filtered(Lowered.callSql(SquareOfDecimal.class, exact), filter)),
        sumOrZero(filtered(exact, filter)),
        "COUNT(" + filtered(argument.sql(), filter) + ")",
        "COUNT(" + filtered(argument.isDouble() ? exact : argument.sql(), filter) + ")",
        Lowered.whole(name.endsWith("_POP") ? 0 : 1));
  }

  private static String sumOrZero(String terms) {
    return "COALESCE(SUM("
        + terms
        + "), "
        + Lowered.number(BigDecimal.ZERO.setScale(1), true).sql()
        + ")";
  }
}
