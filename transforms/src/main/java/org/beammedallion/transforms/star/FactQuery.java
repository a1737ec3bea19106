package org.beammedallion.transforms.star;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.JoinType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJoin;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSnapshot;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.ExpressionShape;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/**
 * Reads the SQL of a fact table: columns of silver and of dimensions that are joined to it with
 * LEFT JOIN by their business keys, expressions over them, and a condition. The joins are our own,
 * so whatever else SQL knows is refused, and the refusal says why.
 */
public final class FactQuery {

  private final String silverName;
  private final RecordSchema silver;
  private final Map<String, DimensionSpec> dimensions;

  /** Tables of the query by their aliases, silver first. */
  private final Map<String, FactSource> sources = new LinkedHashMap<>();

  private FactQuery(String silverName, RecordSchema silver, List<DimensionSpec> dimensions) {
    this.silverName = silverName;
    this.silver = silver;
    this.dimensions = new LinkedHashMap<>();
    dimensions.forEach(dimension -> this.dimensions.put(dimension.table(), dimension));
  }

  /**
   * @param silverName by which the query calls silver's table
   * @param eventTime position in {@code silver} of the time at which a row happened
   * @param dimensions that the query may join
   * @throws InvalidQueryException where the query cannot make a fact table; says where and why
   */
  public static FactPlan plan(
      String sql,
      String silverName,
      RecordSchema silver,
      int eventTime,
      List<DimensionSpec> dimensions) {
    SqlNode query = SqlDialect.parse(sql);
    return new FactQuery(silverName, silver, dimensions)
        .plan(query, silver.fields().get(eventTime).name());
  }

  private FactPlan plan(SqlNode query, String eventTime) {
    SqlSelect select = select(query);
    from(select.getFrom(), select);
    FactNames names = new FactNames(sources);
    List<FactColumn> columns = new ArrayList<>();
    Set<FactColumn.Plain> read = new LinkedHashSet<>();
    FactShape shape = new FactShape(names, read);
    for (SqlNode node : select.getSelectList()) {
      FactColumn column = column(node, columns.size() + 1, names);
      columns.add(column);
      if (column instanceof FactColumn.Computed computed) {
        computed.expression().accept(shape);
      }
    }
    if (select.getWhere() != null) {
      select.getWhere().accept(shape);
    }
    requireDistinctNames(columns, select);
    if (columns.stream().noneMatch(each -> isEventTime(each, eventTime))) {
      throw SqlDialect.invalid(
          "A fact table is found again by its event time; select '" + eventTime + "' too.",
          select.getSelectList());
    }
    if (sources.size() == 1) {
      throw SqlDialect.invalid(
          "The query joins no dimension; add LEFT JOIN of one of "
              + String.join(", ", dimensions.keySet())
              + ".",
          select);
    }
    return new FactPlanner(List.copyOf(sources.values()), columns, read, select.getWhere(), names)
        .plan(eventTime);
  }

  private static boolean isEventTime(FactColumn column, String eventTime) {
    return column instanceof FactColumn.Plain plain
        && plain.source().isSilver()
        && plain.name().equals(eventTime);
  }

  private static SqlSelect select(SqlNode query) {
    if (!(query instanceof SqlSelect select)) {
      throw SqlDialect.invalid(
          "A fact table is made by one SELECT from silver's table, not by "
              + query.getKind()
              + ": it has one row for each row of silver.",
          query);
    }
    if (select.isDistinct() || select.getGroup() != null || select.getHaving() != null) {
      throw SqlDialect.invalid(
          "A fact table has one row for each row of silver, so it knows no DISTINCT, GROUP BY and HAVING;"
              + " a table of 'kind: aggregate' does.",
          select);
    } else if (select.getOrderList() != null
        || select.getFetch() != null
        || select.getOffset() != null
        || select.getQualify() != null) {
      throw SqlDialect.invalid(
          "ORDER BY and LIMIT have no effect here: a table has no order.", select);
    }
    return select;
  }

  private void from(@Nullable SqlNode from, SqlSelect select) {
    if (from instanceof SqlJoin join) {
      from(join.getLeft(), select);
      if (join.getJoinType() != JoinType.LEFT || join.isNatural()) {
        throw SqlDialect.invalid(
            "Dimensions are joined with LEFT JOIN … ON: a fact whose dimension row is not known yet stays, with NULL in"
                + " its place. Where it is not wanted, say WHERE and the surrogate key IS NOT NULL.",
            join);
      }
      add(join.getRight(), join.getCondition());
    } else if (from == null) {
      throw SqlDialect.invalid("The query reads no table; add FROM " + silverName + ".", select);
    } else {
      add(from, null);
    }
  }

  private void add(SqlNode node, @Nullable SqlNode condition) {
    SqlNode table = node;
    String alias = null;
    if (node.getKind() == SqlKind.AS) {
      table = ((SqlCall) node).operand(0);
      alias = ((SqlCall) node).operand(1).toString();
    }
    SqlNode period = null;
    if (table instanceof SqlSnapshot snapshot) {
      table = snapshot.getTableRef();
      period = snapshot.getPeriod();
    }
    if (!(table instanceof SqlIdentifier identifier) || !identifier.isSimple()) {
      throw SqlDialect.invalid(
          "FROM takes silver's table '"
              + silverName
              + "' and LEFT JOIN dimensions, by their names.",
          table);
    }
    String name = identifier.getSimple();
    FactSource source = source(name, alias == null ? name : alias, condition, period, node);
    if (sources.putIfAbsent(source.alias(), source) != null) {
      throw SqlDialect.invalid(
          "'" + source.alias() + "' is there twice; give each table an alias of its own.", node);
    }
  }

  private FactSource source(
      String name,
      String alias,
      @Nullable SqlNode condition,
      @Nullable SqlNode period,
      SqlNode node) {
    if (sources.isEmpty()) {
      if (!name.equals(silverName)) {
        throw SqlDialect.invalid(
            "A fact table is made FROM silver's table, which is '" + silverName + "'.", node);
      } else if (period != null) {
        throw SqlDialect.invalid("FOR SYSTEM_TIME AS OF asks a dimension, not silver.", node);
      }
      return new FactSource(alias, silver, null, null, null, node);
    }
    DimensionSpec dimension = dimensions.get(name);
    if (dimension == null) {
      throw SqlDialect.invalid(
          "there is no dimension '"
              + name
              + "' in this pipeline file, nor in those that 'dimensions' names"
              + DidYouMean.ending(name, dimensions.keySet()),
          node);
    }
    if (dimension.keepsHistory() != (period != null)) {
      throw SqlDialect.invalid(
          dimension.keepsHistory()
              ? "'"
                  + name
                  + "' keeps history, so the join must say of when: LEFT JOIN "
                  + name
                  + " FOR SYSTEM_TIME AS OF "
                  + sources.keySet().iterator().next()
                  + ".<timestamp> AS "
                  + (alias.equals(name) ? "d" : alias)
                  + " ON …."
              : "'" + name + "' keeps no history (type 1); leave out FOR SYSTEM_TIME.",
          node);
    }
    SqlIdentifier asOf = null;
    if (period != null) {
      if (!(period instanceof SqlIdentifier column)) {
        throw SqlDialect.invalid("AS OF takes a timestamp or a date of silver.", period);
      }
      asOf = column;
    }
    return new FactSource(alias, dimension.schema(), dimension, condition, asOf, node);
  }

  private static FactColumn column(SqlNode node, int number, FactNames names) {
    SqlNode expression = node;
    String as = null;
    if (node.getKind() == SqlKind.AS) {
      expression = ((SqlCall) node).operand(0);
      as = ((SqlCall) node).operand(1).toString();
    }
    if (expression instanceof SqlIdentifier identifier) {
      if (identifier.isStar()) {
        throw SqlDialect.invalid(
            "A fact table has the columns that its query names: name each, without *.", node);
      }
      identifier.accept(new ExpressionShape());
      FactNames.Found found = names.read(identifier);
      if (found.inside().isEmpty()) {
        FactColumn.Plain column = found.column();
        return new FactColumn.Plain(
            column.source(), column.name(), as == null ? column.name() : as);
      }
      as = as == null ? found.inside().get(found.inside().size() - 1) : as;
    }
    if (as == null) {
      throw SqlDialect.invalid(
          "Column " + number + " of the query has no name; give it one with AS.", node);
    }
    return new FactColumn.Computed(expression, as);
  }

  private static void requireDistinctNames(List<FactColumn> columns, SqlSelect select) {
    Set<String> names = new LinkedHashSet<>();
    for (FactColumn column : columns) {
      if (!names.add(column.as())) {
        throw SqlDialect.invalid(
            "two columns are called '" + column.as() + "'; rename one with AS.",
            select.getSelectList());
      }
    }
  }
}
