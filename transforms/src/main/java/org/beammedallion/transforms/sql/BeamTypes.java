package org.beammedallion.transforms.sql;

import org.apache.beam.sdk.extensions.sql.impl.utils.CalciteUtils;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * The types that Beam SQL sees for silver's columns. Whole numbers are BIGINT and floats DOUBLE, so
 * that sums do not overflow or round at 32 bits.
 */
public final class BeamTypes {

  private BeamTypes() {}

  public static Schema schema(RecordSchema record) {
    Schema.Builder builder = Schema.builder();
    for (Field field : record.fields()) {
      builder.addField(
          Schema.Field.of(field.name(), type(field.type()).withNullable(!field.required())));
    }
    return builder.build();
  }

  private static Schema.FieldType type(FieldType type) {
    if (type instanceof FieldType.StringType) {
      return Schema.FieldType.STRING;
    } else if (type instanceof FieldType.BooleanType) {
      return Schema.FieldType.BOOLEAN;
    } else if (type instanceof FieldType.IntegerType) {
      return Schema.FieldType.INT64;
    } else if (type instanceof FieldType.FloatType) {
      return Schema.FieldType.DOUBLE;
    } else if (type instanceof DecimalType) {
      return Schema.FieldType.DECIMAL;
    } else if (type instanceof FieldType.DateType) {
      return CalciteUtils.DATE;
    } else if (type instanceof FieldType.TimeType) {
      return CalciteUtils.TIME;
    } else if (type instanceof FieldType.TimestampType) {
      return CalciteUtils.TIMESTAMP;
    } else if (type instanceof FieldType.ObjectType object) {
      return Schema.FieldType.row(schema(object.schema()));
    }
    throw new IllegalArgumentException("Arrays cannot be used in gold SQL.");
  }

  /**
   * The type in gold of what Beam SQL computes, or null where a gold table has none for it. Beam
   * SQL knows the scale of a decimal, and no precision.
   */
  public static @Nullable FieldType fieldType(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR -> FieldType.STRING;
      case TINYINT, SMALLINT, INTEGER, BIGINT -> FieldType.LONG;
      case FLOAT, REAL, DOUBLE -> FieldType.DOUBLE;
      case DECIMAL -> FieldType.decimal(DecimalType.MAX_PRECISION, type.getScale());
      case BOOLEAN -> FieldType.BOOLEAN;
      case DATE -> FieldType.DATE;
      case TIME -> FieldType.TIME;
      case TIMESTAMP -> FieldType.TIMESTAMP;
      default -> null;
    };
  }

  /** The same of an expression: a cast says itself what type its result has. */
  public static @Nullable FieldType fieldType(RelDataType type, SqlNode expression) {
    DecimalType cast = castTo(expression);
    return cast == null ? fieldType(type) : cast;
  }

  /** The type of decimals to which an expression is cast as a whole, or null. */
  public static @Nullable DecimalType castTo(SqlNode expression) {
    if (expression.getKind() == SqlKind.CAST
        && ((SqlCall) expression).operand(1) instanceof SqlDataTypeSpec spec
        && spec.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
        && basic.getTypeName().getSimple().equals(SqlTypeName.DECIMAL.getName())
        && basic.getPrecision() > 0
        && basic.getPrecision() <= DecimalType.MAX_PRECISION
        && basic.getScale() <= basic.getPrecision()) {
      return new DecimalType(basic.getPrecision(), Math.max(0, basic.getScale()));
    }
    return null;
  }

  /** Whether a column can be given to Beam SQL. */
  public static boolean isUsable(FieldType type) {
    return isUsable(type, true);
  }

  private static boolean isUsable(FieldType type, boolean top) {
    if (type instanceof FieldType.ObjectType object) {
      return object.schema().fields().stream().allMatch(field -> isUsable(field.type(), false));
    }
    return !(type instanceof FieldType.ArrayType) && (top || !(type instanceof DecimalType));
  }
}
