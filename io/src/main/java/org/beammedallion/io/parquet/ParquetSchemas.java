package org.beammedallion.io.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * How a record's types stand in Parquet: as Spark and Delta write them. A time of day has no type
 * there and is text in ISO-8601.
 */
public final class ParquetSchemas {

  public static final String SOURCE = "_source";
  public static final String POSITION = "_position";
  public static final String LIST = "list";
  public static final String ELEMENT = "element";

  /** Largest number of digits of a decimal in four bytes. */
  public static final int MAX_INT_PRECISION = 9;

  private ParquetSchemas() {}

  public static MessageType messageOf(RecordSchema schema, boolean provenance, FieldIds ids) {
    List<Type> fields = new ArrayList<>();
    List<String> path = new ArrayList<>();
    for (Field field : schema.fields()) {
      fields.add(typeOf(field, path, ids));
    }
    if (provenance) {
      fields.add(typeOf(Field.optional(SOURCE, FieldType.STRING), path, ids));
      fields.add(typeOf(Field.optional(POSITION, FieldType.LONG), path, ids));
    }
    return new MessageType("record", fields);
  }

  private static Type typeOf(Field field, List<String> parent, FieldIds ids) {
    List<String> path = new ArrayList<>(parent);
    path.add(field.name());
    Type type = typeOf(field, path, ids, ids.nameOf(path));
    Integer id = ids.of(path);
    return id == null ? type : type.withId(id);
  }

  private static Type typeOf(Field field, List<String> path, FieldIds ids, String name) {
    Repetition repetition = field.required() ? Repetition.REQUIRED : Repetition.OPTIONAL;
    FieldType type = field.type();
    return switch (type.kind()) {
      case STRING, TIME -> primitive(PrimitiveTypeName.BINARY, repetition, stringType(), name);
      case BOOLEAN -> primitive(PrimitiveTypeName.BOOLEAN, repetition, null, name);
      case INT -> primitive(PrimitiveTypeName.INT32, repetition, null, name);
      case LONG -> primitive(PrimitiveTypeName.INT64, repetition, null, name);
      case FLOAT -> primitive(PrimitiveTypeName.FLOAT, repetition, null, name);
      case DOUBLE -> primitive(PrimitiveTypeName.DOUBLE, repetition, null, name);
      case DECIMAL -> decimalOf((DecimalType) type, repetition, name);
      case DATE -> primitive(PrimitiveTypeName.INT32, repetition, dateType(), name);
      case TIMESTAMP ->
          primitive(PrimitiveTypeName.INT64, repetition, timestampType(true, MICROS), name);
      case OBJECT -> {
        Types.GroupBuilder<?> group = Types.buildGroup(repetition);
        for (Field each : ((ObjectType) type).schema().fields()) {
          group.addField(typeOf(each, path, ids));
        }
        yield (Type) group.named(name);
      }
      case ARRAY -> {
        Field element = ((ArrayType) type).element();
        Type elementType =
            typeOf(new Field(ELEMENT, ELEMENT, element.type(), element.required()), path, ids);
        yield Types.list(repetition).element(elementType).named(name);
      }
    };
  }

  private static Type primitive(
      PrimitiveTypeName primitive,
      Repetition repetition,
      @Nullable LogicalTypeAnnotation logical,
      String name) {
    return Types.primitive(primitive, repetition).as(logical).named(name);
  }

  private static Type decimalOf(DecimalType type, Repetition repetition, String name) {
    var annotation = decimalType(type.scale(), type.precision());
    if (type.precision() <= MAX_INT_PRECISION) {
      return primitive(PrimitiveTypeName.INT32, repetition, annotation, name);
    } else if (type.fitsLong()) {
      return primitive(PrimitiveTypeName.INT64, repetition, annotation, name);
    }
    return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
        .length(bytesFor(type.precision()))
        .as(annotation)
        .named(name);
  }

  /** Number of bytes that hold every number of this many digits in two's complement. */
  public static int bytesFor(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
  }
}
