package org.beammedallion.transforms.sql;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * Lets casts to DECIMAL round half up, as they do in Spark, Flink and PostgreSQL: Beam SQL cuts the
 * digits off.
 */
public final class RoundingCasts extends SqlShuttle {

  private RoundingCasts() {}

  /** The same query or expression, whose casts round. */
  public static SqlNode in(SqlNode query) {
    SqlNode rounding = query.accept(new RoundingCasts());
    return rounding == null ? query : rounding;
  }

  @Override
  public @Nullable SqlNode visit(SqlCall call) {
    SqlNode visited = super.visit(call);
    DecimalType type = visited == null ? null : BeamTypes.castTo(visited);
    if (type == null || type.scale() == DecimalType.MAX_PRECISION) {
      return visited;
    }
    // One digit more, cut off from whatever there is, decides about the half as all of them would;
    // and a cast takes text, doubles and decimals alike.
    SqlCall cast = (SqlCall) visited;
    SqlParserPos place = call.getParserPosition();
    SqlNode longer =
        SqlStdOperatorTable.CAST.createCall(
            place,
            cast.operand(0),
            decimal(
                Math.min(type.precision() + 1, DecimalType.MAX_PRECISION),
                type.scale() + 1,
                place));
    SqlNode rounded =
        SqlStdOperatorTable.ROUND.createCall(
            place, longer, SqlLiteral.createExactNumeric(Integer.toString(type.scale()), place));
    return SqlStdOperatorTable.CAST.createCall(
        place, rounded, decimal(type.precision(), type.scale(), place));
  }

  private static SqlNode decimal(int precision, int scale, SqlParserPos place) {
    return new SqlDataTypeSpec(
        new SqlBasicTypeNameSpec(SqlTypeName.DECIMAL, precision, scale, place), place);
  }
}
