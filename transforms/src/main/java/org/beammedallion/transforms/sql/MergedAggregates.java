package org.beammedallion.transforms.sql;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;

/** Aggregates of partial results, which no query of a user can name. */
public final class MergedAggregates {

  /** Of the partial counts. */
  public static final SqlFunction COUNT = function(AggregateLowering.MERGED_COUNT);

  /** Of the partial sums and the partial counts. */
  public static final SqlFunction AVERAGE = function(AggregateLowering.MERGED_AVERAGE);

  private MergedAggregates() {}

  private static SqlFunction function(String name) {
    return new SqlUnresolvedFunction(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        null,
        null,
        null,
        null,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }
}
