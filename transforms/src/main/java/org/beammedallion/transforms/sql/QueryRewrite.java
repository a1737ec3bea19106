package org.beammedallion.transforms.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWith;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlCase;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * Says a query in words that Beam SQL gets right. FILTER, which it ignores, becomes CASE; AVG,
 * which it rounds to ten digits, becomes SUM / COUNT; a long IN, which it joins, becomes OR; and
 * decimal columns, which it takes for whole numbers when it compares them with literals, are cast
 * to their scale.
 */
public final class QueryRewrite extends SqlShuttle {

  /** Beam SQL makes a join of longer lists. */
  private static final int MAX_IN = 19;

  private QueryRewrite() {}

  public static SqlNode rewrite(SqlNode query) {
    SqlNode rewritten = query.accept(new QueryRewrite());
    return rewritten == null ? query : rewritten;
  }

  @Override
  public @Nullable SqlNode visit(SqlCall call) {
    SqlParserPos position = call.getParserPosition();
    if (call.getKind() == SqlKind.FILTER) {
      return conditional(call.operand(0), call.operand(1)).accept(this);
    } else if (isAverage(call)) {
      SqlNode operand = call.operand(0);
      SqlNode argument = operand.accept(this);
      return SqlStdOperatorTable.DIVIDE.createCall(
          position,
          SqlStdOperatorTable.SUM.createCall(position, argument),
          SqlStdOperatorTable.COUNT.createCall(position, argument));
    } else if ((call.getKind() == SqlKind.IN || call.getKind() == SqlKind.NOT_IN)
        && call.operand(1) instanceof SqlNodeList list
        && list.size() > MAX_IN) {
      return anyOf(call, list).accept(this);
    }
    return super.visit(call);
  }

  public static boolean isAverage(SqlCall call) {
    return SqlDialect.functionName(call).equals("AVG") && call.operandCount() == 1;
  }

  /** The aggregate over those rows only that the condition lets pass. */
  private static SqlNode conditional(SqlCall aggregate, SqlNode condition) {
    SqlParserPos position = aggregate.getParserPosition();
    SqlNode argument =
        aggregate.isCountStar()
            ? SqlLiteral.createExactNumeric("1", position)
            : aggregate.operand(0);
    SqlNode chosen =
        new SqlCase(
            position,
            null,
            SqlNodeList.of(condition),
            SqlNodeList.of(argument),
            SqlLiteral.createNull(position));
    return aggregate.getOperator().createCall(position, chosen);
  }

  private static SqlNode anyOf(SqlCall in, SqlNodeList values) {
    SqlParserPos position = in.getParserPosition();
    SqlNode value = in.operand(0);
    List<SqlNode> terms = new ArrayList<>();
    for (SqlNode candidate : values) {
      terms.add(SqlStdOperatorTable.EQUALS.createCall(position, value, candidate));
    }
    // A balanced tree, so that no stack grows with the length of the list.
    while (terms.size() > 1) {
      List<SqlNode> halves = new ArrayList<>();
      for (int i = 0; i + 1 < terms.size(); i += 2) {
        halves.add(SqlStdOperatorTable.OR.createCall(position, terms.get(i), terms.get(i + 1)));
      }
      if (terms.size() % 2 == 1) {
        halves.add(terms.get(terms.size() - 1));
      }
      terms = halves;
    }
    return in.getKind() == SqlKind.IN
        ? terms.get(0)
        : SqlStdOperatorTable.NOT.createCall(position, terms.get(0));
  }

  /** The name of the table that the SQL of {@link #typed} reads. */
  public static String baseTable(String table) {
    return table + "_in_beam";
  }

  /**
   * The query over {@link #baseTable}, whose decimal columns it casts to the types of {@code
   * columns}.
   *
   * @param query SQL of the query
   */
  public static String typed(String query, boolean isWith, String table, RecordSchema columns) {
    StringBuilder definition =
        new StringBuilder("WITH ").append(quoted(table)).append(" AS (SELECT ");
    String separator = "";
    for (Field field : columns.fields()) {
      definition.append(separator);
      String name = quoted(field.name());
      if (field.type() instanceof DecimalType decimal) {
        definition
            .append("CAST(")
            .append(name)
            .append(" AS DECIMAL(")
            .append(decimal.precision())
            .append(", ")
            .append(decimal.scale())
            .append(")) AS ")
            .append(name);
      } else {
        definition.append(name);
      }
      separator = ", ";
    }
    definition.append(" FROM ").append(quoted(baseTable(table))).append(")");
    return isWith
        ? definition + ", " + query.substring("WITH ".length())
        : definition + " " + query;
  }

  public static String typed(SqlNode query, String table, RecordSchema columns) {
    return typed(SqlDialect.print(query), query instanceof SqlWith, table, columns);
  }

  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /**
   * The columns with decimals as Beam SQL is to see them: with half of the digits that are left
   * before the point, for sums, and half after it, for comparisons with literals of a larger scale,
   * which it would cut.
   */
  public static RecordSchema widened(RecordSchema schema) {
    return new RecordSchema(
        schema.fields().stream()
            .map(
                field ->
                    new Field(
                        field.name(),
                        field.physicalName(),
                        widened(field.type()),
                        field.required()))
            .toList());
  }

  public static FieldType widened(FieldType type) {
    return type instanceof DecimalType decimal ? widened(decimal) : type;
  }

  static DecimalType widened(DecimalType type) {
    return new DecimalType(
        type.precision() + (DecimalType.MAX_PRECISION - type.precision()) / 2, type.scale());
  }
}
