package org.beammedallion.transforms.star;

import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.beammedallion.transforms.sql.ExpressionShape;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/**
 * Refuses expressions that are not about one row of a fact table, and finds the columns of others.
 */
final class FactShape extends ExpressionShape {

  private static final Set<String> AGGREGATES = Set.of("COUNT", "SUM", "MIN", "MAX", "AVG");

  private final FactNames names;
  private final Set<FactColumn.Plain> columns;

  /**
   * @param columns to which the columns that are read are added
   */
  FactShape(FactNames names, Set<FactColumn.Plain> columns) {
    this.names = names;
    this.columns = columns;
  }

  @Override
  protected void checkFunction(SqlCall call, String name) {
    if (AGGREGATES.contains(name)) {
      throw SqlDialect.invalid(
          name
              + " adds rows up, and a fact table has a row for each row of silver; a table of 'kind: aggregate' adds up.",
          call);
    }
  }

  @Override
  public @Nullable Void visit(SqlIdentifier identifier) {
    super.visit(identifier);
    columns.add(names.read(identifier).column());
    return null;
  }
}
