package org.beammedallion.transforms.aggregate;

import org.apache.beam.sdk.extensions.sql.impl.utils.CalciteUtils;
import org.apache.beam.sdk.schemas.Schema;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * The types that Beam SQL sees for silver's columns. Whole numbers are BIGINT and floats DOUBLE, so
 * that sums do not overflow or round at 32 bits.
 */
final class BeamTypes {

  private BeamTypes() {}

  static Schema schema(RecordSchema record) {
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
    } else if (type instanceof FieldType.DecimalType) {
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
}
