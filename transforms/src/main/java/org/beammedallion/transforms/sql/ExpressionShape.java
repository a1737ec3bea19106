package org.beammedallion.transforms.sql;

import java.util.Locale;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Refuses in expressions what Beam SQL cannot do, and what would give other rows each time; says
 * why.
 */
public class ExpressionShape extends SqlBasicVisitor<@Nullable Void> {

  private static final Set<String> VOLATILE_FUNCTIONS =
      Set.of(
          "CURRENT_TIMESTAMP",
          "CURRENT_DATE",
          "CURRENT_TIME",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "NOW",
          "RAND",
          "RAND_INTEGER");

  /**
   * @throws InvalidQueryException where an expression holds what no gold table can use
   */
  @Override
  public @Nullable Void visit(SqlCall call) {
    SqlKind kind = call.getKind();
    if (call.isA(SqlKind.QUERY)) {
      throw SqlDialect.invalid(
          "A subquery inside an expression becomes a join, which gold SQL does not support; the FROM of an aggregate may have one.",
          call);
    } else if (kind == SqlKind.OVER) {
      throw SqlDialect.invalid(
          "OVER is not supported: Beam SQL cannot order by timestamps there. A table of 'kind: aggregate' has GROUP BY.",
          call);
    }
    if (call.getOperator() instanceof SqlFunction) {
      String name = SqlDialect.functionName(call);
      checkFunction(call, name);
      if (VOLATILE_FUNCTIONS.contains(name)) {
        throw isVolatile(name, call);
      }
    }
    return super.visit(call);
  }

  /** Refuses more functions, by their names in upper case. */
  protected void checkFunction(SqlCall call, String name) {}

  @Override
  public @Nullable Void visit(SqlIdentifier identifier) {
    String name = identifier.isSimple() ? identifier.getSimple().toUpperCase(Locale.ROOT) : "";
    if (VOLATILE_FUNCTIONS.contains(name) && !identifier.isComponentQuoted(0)) {
      throw isVolatile(name, identifier);
    }
    return null;
  }

  private static InvalidQueryException isVolatile(String name, SqlNode where) {
    return SqlDialect.invalid(
        name
            + " gives another value each time: a cycle that is repeated would make other rows. Leave it out.",
        where);
  }
}
