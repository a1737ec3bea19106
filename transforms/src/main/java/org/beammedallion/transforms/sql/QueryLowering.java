package org.beammedallion.transforms.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWith;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWithItem;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;

/** Turns a whole query of gold into that which Beam SQL is given, by {@link ExpressionLowering}. */
public final class QueryLowering {

  /** What the names of columns begin with to which the query gives none. */
  public static final String UNNAMED = "EXPR$";

  private final Map<String, List<Column>> tables = new HashMap<>();
  private int unnamed;

  private QueryLowering(String table, RecordSchema columns) {
    tables.put(
        table,
        columns.fields().stream().map(each -> new Column(each.name(), each.type())).toList());
  }

  /**
   * A column of a table or a result.
   *
   * @param type as gold's SQL sees it; times are whole numbers for Beam SQL
   */
  public record Column(String name, FieldType type) {}

  /**
   * A query as Beam SQL is given it.
   *
   * @param sql text, over {@link BeamTypes#schema} of the columns
   */
  public record Query(String sql, List<Column> columns) {
    public Query {
      columns = List.copyOf(columns);
    }
  }

  /**
   * @param query of a shape that is allowed
   * @param columns of the table; what Beam SQL sees may be stored otherwise, as long as {@link
   *     Lowered} says how
   * @throws InvalidQueryException where gold cannot compute it; says where and why
   */
  public static Query lower(SqlNode query, String table, RecordSchema columns) {
    return new QueryLowering(table, columns).query(query);
  }

  private Query query(SqlNode node) {
    if (node instanceof SqlSelect select) {
      return select(select);
    } else if (node instanceof SqlWith with) {
      return with(with);
    } else if (SqlKind.SET_QUERY.contains(node.getKind())) {
      return set((SqlCall) node);
    }
    throw SqlDialect.invalid("Expected a SELECT here, not " + node.getKind() + ".", node);
  }

  private Query with(SqlWith with) {
    StringBuilder sql = new StringBuilder();
    for (SqlNode node : with.withList) {
      SqlWithItem item = (SqlWithItem) node;
      if (item.columnList != null) {
        throw SqlDialect.invalid("Name the columns inside WITH, by AS.", item);
      }
      Query query = distinctNames(query(item.query), item);
      String name = item.name.getSimple();
      sql.append(sql.isEmpty() ? "WITH " : ", ")
          .append(quoted(name))
          .append(" AS (")
          .append(query.sql())
          .append(")");
      tables.put(name, query.columns());
    }
    Query body = query(with.body);
    return new Query(sql + " " + body.sql(), body.columns());
  }

  private Query set(SqlCall call) {
    List<Query> branches = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      branches.add(query(operand));
    }
    Query first = branches.get(0);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < first.columns().size(); i++) {
      List<Lowered> values = new ArrayList<>();
      for (Query branch : branches) {
        if (branch.columns().size() != first.columns().size()) {
          throw SqlDialect.invalid(
              "The queries of "
                  + call.getOperator().getName()
                  + " have different numbers of columns.",
              call);
        }
        values.add(Lowered.of("", branch.columns().get(i).type()));
      }
      FieldType type = Objects.requireNonNull(Coercion.common(values, call));
      columns.add(new Column(first.columns().get(i).name(), type));
    }
    StringBuilder sql = new StringBuilder();
    for (Query branch : branches) {
      sql.append(sql.isEmpty() ? "" : " " + call.getOperator().getName() + " ")
          .append(converted(branch, columns, call));
    }
    return new Query(sql.toString(), columns);
  }

  /** A branch of a set operator with the types of the whole. */
  private String converted(Query branch, List<Column> columns, SqlNode where) {
    String alias = quoted("branch_" + unnamed++);
    StringBuilder sql = new StringBuilder("(SELECT ");
    for (int i = 0; i < columns.size(); i++) {
      Column own = branch.columns().get(i);
      Lowered value = Lowered.of(alias + "." + column(own.name()), own.type());
      sql.append(i == 0 ? "" : ", ")
          .append(Coercion.convert(value, columns.get(i).type(), where))
          .append(" AS ")
          .append(column(columns.get(i).name()));
    }
    return sql.append(" FROM (")
        .append(branch.sql())
        .append(") AS ")
        .append(alias)
        .append(")")
        .toString();
  }

  private Query select(SqlSelect select) {
    SqlNode from = Objects.requireNonNull(select.getFrom());
    String alias = null;
    if (from.getKind() == SqlKind.AS) {
      SqlCall as = (SqlCall) from;
      if (as.operandCount() > 2) {
        throw SqlDialect.invalid("Name the columns inside the subquery, by AS.", from);
      }
      alias = ((SqlIdentifier) as.operand(1)).getSimple();
      from = as.operand(0);
    }
    String source;
    List<Column> columns;
    if (from instanceof SqlIdentifier name) {
      columns = table(name);
      source = quoted(name.getSimple());
      alias = alias == null ? name.getSimple() : alias;
    } else {
      Query query = distinctNames(query(from), from);
      columns = query.columns();
      source = "(" + query.sql() + ")";
      alias = alias == null ? "query_" + unnamed++ : alias;
    }
    return select(select, source, new QueryScope(alias, columns));
  }

  /** What is named twice inside could not be told apart outside. */
  private static Query distinctNames(Query query, SqlNode where) {
    Set<String> names = new HashSet<>();
    for (Column column : query.columns()) {
      if (!names.add(column.name())) {
        throw SqlDialect.invalid(
            "Column '" + column.name() + "' appears twice in the subquery; rename it with AS.",
            where);
      }
    }
    return query;
  }

  private List<Column> table(SqlIdentifier name) {
    List<Column> columns = name.isSimple() ? tables.get(name.getSimple()) : null;
    if (columns == null) {
      throw SqlDialect.invalid(unknown(name.toString()), name);
    }
    return columns;
  }

  private String unknown(String name) {
    List<String> known = tables.keySet().stream().sorted().toList();
    return "there is no table '"
        + name
        + "'"
        + (DidYouMean.nearest(name, known) == null
            ? "; FROM takes " + String.join(", ", known) + "."
            : DidYouMean.ending(name, known));
  }

  private static Query select(SqlSelect select, String source, QueryScope scope) {
    ExpressionLowering expressions = new ExpressionLowering(scope::column);
    // In the order of a planner, for the first fault is told.
    String where =
        select.getWhere() == null ? "" : " WHERE " + expressions.condition(select.getWhere());
    String groups = select.getGroup() == null ? "" : groups(select, expressions);
    List<Column> columns = new ArrayList<>();
    List<String> items = new ArrayList<>();
    for (SqlNode item : select.getSelectList()) {
      if (item instanceof SqlIdentifier star && star.isStar()) {
        for (Column column : scope.all(star)) {
          columns.add(column);
          items.add(scope.sql(column) + " AS " + column(column.name()));
        }
        continue;
      }
      boolean named = item.getKind() == SqlKind.AS;
      SqlNode expression = named ? ((SqlCall) item).operand(0) : item;
      Lowered lowered = expressions.lower(expression);
      FieldType type = lowered.type();
      if (type == null) {
        throw SqlDialect.invalid("NULL has no type here; write CAST(NULL AS …).", item);
      }
      String name =
          named
              ? ((SqlIdentifier) ((SqlCall) item).operand(1)).getSimple()
              : expression instanceof SqlIdentifier identifier
                  ? identifier.names.get(identifier.names.size() - 1)
                  : UNNAMED + columns.size();
      columns.add(new Column(name, type));
      items.add(lowered.sql() + " AS " + column(name));
    }
    StringBuilder sql =
        new StringBuilder(select.isDistinct() ? "SELECT DISTINCT " : "SELECT ")
            .append(String.join(", ", items))
            .append(" FROM ")
            .append(source)
            .append(" AS ")
            .append(quoted(scope.alias()));
    sql.append(where).append(groups);
    if (select.getHaving() != null) {
      sql.append(" HAVING ").append(expressions.condition(select.getHaving()));
    }
    return new Query(sql.toString(), columns);
  }

  private static String groups(SqlSelect select, ExpressionLowering expressions) {
    List<String> groups = new ArrayList<>();
    for (SqlNode group : Objects.requireNonNull(select.getGroup())) {
      if (group instanceof SqlLiteral) {
        throw SqlDialect.invalid(
            "GROUP BY takes columns and expressions, not their positions.", group);
      }
      groups.add(expressions.lower(group).sql());
    }
    return groups.isEmpty() ? "" : " GROUP BY " + String.join(", ", groups);
  }

  /** How a column is written. */
  static String column(String name) {
    return quoted(BeamTypes.nameOf(name));
  }

  /** How a table or its alias is written. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
