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
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.beammedallion.transforms.sql.SqlDialect;
import org.beammedallion.transforms.star.FactSource.Column;
import org.jspecify.annotations.Nullable;

/**
 * Reads the SQL of a fact table: columns of silver and of dimensions that are joined to it with
 * LEFT JOIN by their business keys. We run it ourselves, so whatever else SQL knows is refused, and
 * the refusal says why.
 */
public final class FactQuery {

  private static final Set<String> CHANGING =
      Set.of(DimensionSpec.VALID_TO, DimensionSpec.IS_CURRENT);

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
    List<Column> columns = new ArrayList<>();
    for (SqlNode node : select.getSelectList()) {
      columns.add(column(node));
    }
    requireDistinctNames(columns, select);
    if (columns.stream()
        .noneMatch(each -> each.source().isSilver() && each.name().equals(eventTime))) {
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
    return new FactPlanner(List.copyOf(sources.values()), columns, this::resolve).plan(eventTime);
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
    } else if (select.getWhere() != null) {
      throw SqlDialect.invalid(
          "A fact table has one row for each row of silver; leave out WHERE, and filter where it is read.",
          select.getWhere());
    } else if (select.getOrderList() != null
        || select.getFetch() != null
        || select.getOffset() != null
        || select.getQualify() != null) {
      throw SqlDialect.invalid(
          "ORDER BY and LIMIT mean nothing here: a table has no order.", select);
    }
    return select;
  }

  private void from(@Nullable SqlNode from, SqlSelect select) {
    if (from instanceof SqlJoin join) {
      from(join.getLeft(), select);
      if (join.getJoinType() != JoinType.LEFT || join.isNatural()) {
        throw SqlDialect.invalid(
            "Dimensions are joined with LEFT JOIN … ON: a fact whose dimension row is not known yet stays, with NULL in"
                + " its place.",
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
        throw SqlDialect.invalid("AS OF takes a timestamp of silver.", period);
      }
      asOf = column;
    }
    return new FactSource(alias, dimension.schema(), dimension, condition, asOf, node);
  }

  private Column column(SqlNode node) {
    SqlNode expression = node;
    String as = null;
    if (node.getKind() == SqlKind.AS) {
      expression = ((SqlCall) node).operand(0);
      as = ((SqlCall) node).operand(1).toString();
    }
    if (!(expression instanceof SqlIdentifier identifier) || identifier.isStar()) {
      throw SqlDialect.invalid(
          "A fact table takes columns as they are: name each, without * and expressions.", node);
    }
    Column found = resolve(identifier);
    if (!found.source().isSilver() && CHANGING.contains(found.name())) {
      throw SqlDialect.invalid(
          "'"
              + found.name()
              + "' of a dimension changes when a later version comes, long after the fact; join the dimension by "
              + found.source().requiredDimension().surrogateKey()
              + " where it is wanted.",
          node);
    }
    return as == null ? found : new Column(found.source(), found.name(), as);
  }

  private Column resolve(SqlIdentifier identifier) {
    String name = identifier.names.get(identifier.names.size() - 1);
    if (identifier.names.size() == 2) {
      FactSource source = sources.get(identifier.names.get(0));
      if (source == null) {
        throw SqlDialect.invalid(
            "there is no table '"
                + identifier.names.get(0)
                + "' in FROM"
                + DidYouMean.ending(identifier.names.get(0), sources.keySet()),
            identifier);
      } else if (source.schema().indexOf(name) < 0) {
        throw SqlDialect.invalid(
            "'"
                + identifier.names.get(0)
                + "' has no column '"
                + name
                + "'"
                + DidYouMean.ending(name, source.schema().names()),
            identifier);
      }
      return new Column(source, name, name);
    } else if (identifier.names.size() > 2) {
      throw SqlDialect.invalid(
          "Fields inside objects cannot be selected; take the whole column.", identifier);
    }
    List<FactSource> having =
        sources.values().stream().filter(each -> each.schema().indexOf(name) >= 0).toList();
    if (having.size() != 1) {
      Set<String> all = new LinkedHashSet<>();
      sources.values().forEach(each -> all.addAll(each.schema().names()));
      throw SqlDialect.invalid(
          having.isEmpty()
              ? "no table in FROM has a column '" + name + "'" + DidYouMean.ending(name, all)
              : "several tables have a column '"
                  + name
                  + "'; write "
                  + having.get(0).alias()
                  + "."
                  + name
                  + " or another.",
          identifier);
    }
    return new Column(having.get(0), name, name);
  }

  private static void requireDistinctNames(List<Column> columns, SqlSelect select) {
    Set<String> names = new LinkedHashSet<>();
    for (Column column : columns) {
      if (!names.add(column.as())) {
        throw SqlDialect.invalid(
            "two columns are called '" + column.as() + "'; rename one with AS.",
            select.getSelectList());
      }
    }
  }
}
