package org.beammedallion.transforms.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
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
    return switch (type.kind()) {
      case STRING -> Schema.FieldType.STRING;
      case BOOLEAN -> Schema.FieldType.BOOLEAN;
      case INT -> Schema.FieldType.INT32;
      case LONG -> Schema.FieldType.INT64;
      case FLOAT -> Schema.FieldType.FLOAT;
      case DOUBLE -> Schema.FieldType.DOUBLE;
      case DECIMAL -> Schema.FieldType.DECIMAL;
      case DATE -> Schema.FieldType.logicalType(SqlTypes.DATE);
      case TIME -> Schema.FieldType.logicalType(SqlTypes.TIME);
      case TIMESTAMP -> timestamp;
      case OBJECT -> Schema.FieldType.row(of(((ObjectType) type).schema(), timestamp));
      case ARRAY -> Schema.FieldType.array(typeOf(((ArrayType) type).element(), timestamp));
    };
  }

  /**
   * The contract's schema for rows of a Beam schema.
   *
   * @param decimals digits of fields of type DECIMAL, by their names; those of objects and arrays
   *     by the name of the innermost field
   * @param required names of fields that are required although the schema lets them be null
   * @throws IllegalArgumentException where a field's type is none of a table, or its digits are not
   *     known
   */
  public static RecordSchema recordSchema(
      Schema schema, Map<String, DecimalType> decimals, List<String> required) {
    List<Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      String name = field.getName();
      boolean never = !field.getType().getNullable() || required.contains(name);
      fields.add(new Field(name, name, typeOf(name, field.getType(), decimals), never));
    }
    for (String name : required) {
      if (!schema.hasField(name)) {
        throw new IllegalArgumentException(
            "The rows have no field '" + name + "'. They have: " + schema.getFieldNames() + ".");
      }
    }
    return new RecordSchema(fields);
  }

  private static FieldType typeOf(
      String name, Schema.FieldType type, Map<String, DecimalType> decimals) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case BYTE, INT16, INT32 -> FieldType.INT;
      case INT64 -> FieldType.LONG;
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case STRING -> FieldType.STRING;
      case DATETIME -> FieldType.TIMESTAMP;
      case DECIMAL -> digits(name, decimals);
      case ROW -> new ObjectType(recordSchema(rowSchema(type), decimals, List.of()));
      case ARRAY, ITERABLE -> {
        Schema.FieldType element = elementType(type);
        yield new ArrayType(
            new Field(
                "element", "element", typeOf(name, element, decimals), !element.getNullable()));
      }
      case LOGICAL_TYPE -> logicalType(name, type);
      default -> throw noneOfATable(name, type);
    };
  }

  private static DecimalType digits(String name, Map<String, DecimalType> decimals) {
    DecimalType digits = decimals.get(name);
    if (digits == null) {
      throw new IllegalArgumentException(
          "The field '"
              + name
              + "' is a DECIMAL, and Beam's schema has neither its precision nor its scale. Set them: withDecimal(\""
              + name
              + "\", 12, 2).");
    }
    return digits;
  }

  private static IllegalArgumentException noneOfATable(String name, Schema.FieldType type) {
    return new IllegalArgumentException(
        "The field '"
            + name
            + "' is of type "
            + type
            + ", which no table of this program has. Convert it before the rows are written: bytes to a text, a map to"
            + " an array of rows.");
  }

  private static Schema rowSchema(Schema.FieldType type) {
    return java.util.Objects.requireNonNull(type.getRowSchema());
  }

  private static Schema.FieldType elementType(Schema.FieldType type) {
    return java.util.Objects.requireNonNull(type.getCollectionElementType());
  }

  private static FieldType logicalType(String name, Schema.FieldType type) {
    String identifier = java.util.Objects.requireNonNull(type.getLogicalType()).getIdentifier();
    if (identifier.equals(SqlTypes.TIMESTAMP.getIdentifier())) {
      return FieldType.TIMESTAMP;
    } else if (identifier.equals(SqlTypes.DATE.getIdentifier())) {
      return FieldType.DATE;
    } else if (identifier.equals(SqlTypes.TIME.getIdentifier())) {
      return FieldType.TIME;
    }
    throw noneOfATable(name, type);
  }
}
