package org.beammedallion.transforms.aggregate;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.core.Aggregate;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.core.SetOp;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.beammedallion.transforms.sql.SqlDialect;

/**
 * Finds what rows are grouped by, in GROUP BY, DISTINCT and set operators, that Beam refuses when
 * it runs.
 */
final class GroupKeys {

  private GroupKeys() {}

  /**
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where rows are grouped by a
   *     binary floating point number
   */
  static void check(RelNode plan) {
    if (plan instanceof Aggregate aggregate) {
      for (int key : aggregate.getGroupSet()) {
        check(aggregate.getInput().getRowType().getFieldList().get(key));
      }
    } else if (plan instanceof SetOp set && !set.all) {
      set.getRowType().getFieldList().forEach(GroupKeys::check);
    }
    plan.getInputs().forEach(GroupKeys::check);
  }

  private static void check(RelDataTypeField key) {
    if (SqlTypeName.APPROX_TYPES.contains(key.getType().getSqlTypeName())) {
      throw SqlDialect.invalid(
          "Rows cannot be grouped by '"
              + key.getName()
              + "', a DOUBLE, nor made DISTINCT with it, because its encoding is not unique; cast it to DECIMAL(p, s).");
    }
  }
}
