package org.beammedallion.transforms.aggregate;

import java.util.HashSet;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWith;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWithItem;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.ExpressionShape;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what has no meaning in a gold table, and what Beam SQL would silently get wrong: each
 * refusal says why and what to write instead.
 */
final class QueryShape extends ExpressionShape {

  private static final Set<String> AGGREGATES = Set.of("COUNT", "SUM", "MIN", "MAX", "AVG");
  private static final Set<String> WINDOW_FUNCTIONS =
      Set.of(
          "TUMBLE",
          "TUMBLE_START",
          "TUMBLE_END",
          "HOP",
          "HOP_START",
          "HOP_END",
          "SESSION",
          "SESSION_START",
          "SESSION_END");
  private final RecordSchema silver;

  private QueryShape(RecordSchema silver) {
    this.silver = silver;
  }

  /**
   * @throws InvalidQueryException where the query cannot make a gold table
   */
  static void check(SqlNode query, String table, RecordSchema silver, WindowSpec window) {
    if (!query.isA(SqlKind.QUERY)
        || query.getKind() == SqlKind.VALUES
        || query.getKind() == SqlKind.EXPLICIT_TABLE) {
      throw SqlDialect.invalid(
          "A gold table is made by a SELECT, not by " + query.getKind() + ".", query);
    }
    new QueryShape(silver).checkQuery(query, table);
    if (window instanceof WindowSpec.Session) {
      checkSession(query);
    }
  }

  private static void checkSession(SqlNode query) {
    if (!(query instanceof SqlSelect select)
        || select.getFrom() == null
        || !isTable(select.getFrom())) {
      throw SqlDialect.invalid(
          "Session windows need one SELECT directly from silver's table, without subqueries and UNION.",
          query);
    }
    if (select.getGroup() == null || select.getGroup().isEmpty()) {
      throw SqlDialect.invalid(
          "Session windows need GROUP BY: a session belongs to the GROUP BY columns; name the columns whose rows make"
              + " a session together.",
          query);
    }
  }

  private static boolean isTable(SqlNode from) {
    return from instanceof SqlIdentifier
        || (from.getKind() == SqlKind.AS && ((SqlCall) from).operand(0) instanceof SqlIdentifier);
  }

  private void checkQuery(SqlNode query, String table) {
    if (query instanceof SqlSelect select) {
      checkSelect(select, table);
    } else if (query instanceof SqlWith with) {
      for (SqlNode node : with.withList) {
        SqlWithItem item = (SqlWithItem) node;
        if (item.recursive.booleanValue()) {
          throw SqlDialect.invalid("WITH RECURSIVE is not part of Beam SQL.", item);
        } else if (item.name.getSimple().equals(table)) {
          throw SqlDialect.invalid(
              "WITH cannot redefine silver's table '" + table + "'; choose another name.", item);
        }
        checkQuery(item.query, table);
      }
      checkQuery(with.body, table);
    } else if (query.getKind() == SqlKind.ORDER_BY) {
      throw SqlDialect.invalid(
          "ORDER BY and LIMIT have no effect here: a gold table has no order, and each window is computed by itself."
              + " Leave them out and sort where the table is read.",
          query);
    } else if (SqlKind.SET_QUERY.contains(query.getKind())) {
      ((SqlCall) query).getOperandList().forEach(operand -> checkQuery(operand, table));
    } else {
      throw SqlDialect.invalid("Expected a SELECT here, not " + query.getKind() + ".", query);
    }
  }

  private void checkSelect(SqlSelect select, String table) {
    SqlNode from = select.getFrom();
    if (from == null) {
      throw SqlDialect.invalid("The query reads no table; add FROM " + table + ".", select);
    }
    checkFrom(from, table);
    if (select.getOrderList() != null || select.getFetch() != null || select.getOffset() != null) {
      throw SqlDialect.invalid(
          "ORDER BY and LIMIT have no effect here: a gold table has no order.", select);
    }
    if (select.getQualify() != null || !select.getWindowList().isEmpty()) {
      throw SqlDialect.invalid("QUALIFY and WINDOW are not supported in gold SQL.", select);
    }
    select.getSelectList().accept(this);
    for (SqlNode node :
        new @Nullable SqlNode[] {select.getWhere(), select.getGroup(), select.getHaving()}) {
      if (node != null) {
        node.accept(this);
      }
    }
  }

  private void checkFrom(SqlNode from, String table) {
    if (from instanceof SqlIdentifier) {
      return;
    } else if (from.getKind() == SqlKind.AS) {
      checkFrom(((SqlCall) from).operand(0), table);
    } else if (from.getKind() == SqlKind.JOIN) {
      throw SqlDialect.invalid(
          "A gold query reads silver's table once: joins are not supported, for Beam SQL joins rows whose keys are NULL"
              + " with each other.",
          from);
    } else if (from.isA(SqlKind.QUERY)) {
      checkQuery(from, table);
    } else {
      throw SqlDialect.invalid(
          "FROM takes silver's table or a subquery, not " + from.getKind() + ".", from);
    }
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    SqlKind kind = call.getKind();
    if (kind == SqlKind.ROLLUP || kind == SqlKind.CUBE || kind == SqlKind.GROUPING_SETS) {
      throw SqlDialect.invalid(
          kind + " is not part of Beam SQL; write a UNION ALL of the groupings.", call);
    } else if (kind == SqlKind.FILTER) {
      checkFilter(call);
    }
    return super.visit(call);
  }

  private static void checkFilter(SqlCall filter) {
    SqlCall aggregate = filter.operand(0);
    if (!AGGREGATES.contains(SqlDialect.functionName(aggregate))) {
      throw SqlDialect.invalid(
          "FILTER works with COUNT, SUM, MIN, MAX and AVG only: Beam SQL ignores it. Use CASE inside the aggregate.",
          filter);
    }
  }

  @Override
  protected void checkFunction(SqlCall call, String name) {
    SqlLiteral quantifier = call.getFunctionQuantifier();
    if (quantifier != null
        && quantifier.symbolValue(SqlSelectKeyword.class) == SqlSelectKeyword.DISTINCT) {
      throw SqlDialect.invalid(
          name
              + "(DISTINCT …) is not part of Beam SQL; aggregate over a subquery instead: SELECT "
              + "…, "
              + name
              + "(x) FROM (SELECT DISTINCT …, x FROM …) GROUP BY ….",
          call);
    } else if (WINDOW_FUNCTIONS.contains(name)) {
      throw SqlDialect.invalid(
          name
              + " is not needed: the gold table's 'window' says how time is cut, and window_start and window_end are"
              + " added to the columns.",
          call);
    } else if ((name.equals("SUM") || name.equals("AVG"))
        && call.operandCount() == 1
        && isText(call.operand(0))) {
      throw SqlDialect.invalid(
          name
              + " needs numbers, and "
              + call.operand(0)
              + " is text; if it contains numbers, use CAST.",
          call);
    }
  }

  private boolean isText(SqlNode node) {
    int field =
        node instanceof SqlIdentifier column
            ? silver.indexOf(column.names.get(column.names.size() - 1))
            : -1;
    return field >= 0 && silver.fields().get(field).type() instanceof FieldType.StringType;
  }

  /**
   * Every name that a query mentions, be it a column's or not; {@code null} where it takes all
   * columns.
   */
  static @Nullable Set<String> names(SqlNode query) {
    Set<String> names = new HashSet<>();
    boolean[] star = new boolean[1];
    query.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlIdentifier identifier) {
            star[0] |= identifier.isStar();
            names.addAll(identifier.names);
            return null;
          }

          @Override
          public @Nullable Void visit(SqlCall call) {
            // The star of COUNT(*) takes no column.
            return call.isCountStar() ? null : super.visit(call);
          }
        });
    return star[0] ? null : names;
  }
}
