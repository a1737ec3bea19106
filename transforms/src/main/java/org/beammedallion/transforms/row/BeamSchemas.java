package org.beammedallion.transforms.row;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.BooleanType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.FloatType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.TimeType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * The Beam schema of a contract's schema. A field is nullable unless it is required. Decimals lose
 * their precision and scale, which Beam's schemas cannot say.
 */
public final class BeamSchemas {

  private BeamSchemas() {}

  /**
   * The schema for transforms over {@code Row}s: a timestamp is a {@link java.time.Instant} of
   * microseconds ({@link SqlTypes#TIMESTAMP}), a date a {@link java.time.LocalDate}, a time a
   * {@link java.time.LocalTime}.
   */
  public static Schema of(RecordSchema schema) {
    return of(schema, Schema.FieldType.logicalType(SqlTypes.TIMESTAMP));
  }

  /**
   * The schema for Beam SQL, which knows no finer timestamps than those of {@link
   * Schema.TypeName#DATETIME}: a timestamp is a joda {@code Instant}, cut to milliseconds.
   */
  public static Schema forSql(RecordSchema schema) {
    return of(schema, Schema.FieldType.DATETIME);
  }

  private static Schema of(RecordSchema schema, Schema.FieldType timestamp) {
    Schema.Builder builder = Schema.builder();
    for (Field field : schema.fields()) {
      builder.addField(Schema.Field.of(field.name(), typeOf(field, timestamp)));
    }
    return builder.build();
  }

  private static Schema.FieldType typeOf(Field field, Schema.FieldType timestamp) {
    return typeOf(field.type(), timestamp).withNullable(!field.required());
  }

  private static Schema.FieldType typeOf(FieldType type, Schema.FieldType timestamp) {
    if (type instanceof BooleanType) {
      return Schema.FieldType.BOOLEAN;
    } else if (type instanceof IntegerType integer) {
      return integer.bits() == Integer.SIZE ? Schema.FieldType.INT32 : Schema.FieldType.INT64;
    } else if (type instanceof FloatType number) {
      return number.bits() == Float.SIZE ? Schema.FieldType.FLOAT : Schema.FieldType.DOUBLE;
    } else if (type instanceof DecimalType) {
      return Schema.FieldType.DECIMAL;
    } else if (type instanceof DateType) {
      return Schema.FieldType.logicalType(SqlTypes.DATE);
    } else if (type instanceof TimeType) {
      return Schema.FieldType.logicalType(SqlTypes.TIME);
    } else if (type instanceof TimestampType) {
      return timestamp;
    } else if (type instanceof ObjectType object) {
      return Schema.FieldType.row(of(object.schema(), timestamp));
    } else if (type instanceof ArrayType array) {
      return Schema.FieldType.array(typeOf(array.element(), timestamp));
    }
    return Schema.FieldType.STRING;
  }
}
