package org.beammedallion.transforms.decode.avro;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an Avro record in the types that silver has for them; names are the schema's. It is
 * what a contract can say of the records so that every value is taken.
 *
 * @param leftOut fields that no type of silver holds, and why not
 */
public record AvroOutline(RecordSchema schema, Map<String, String> leftOut) {

  /** Reads the schema of a record. */
  public static AvroOutline of(Schema record) {
    Reader reader = new Reader();
    return new AvroOutline(reader.fields(record, ""), Map.copyOf(reader.leftOut));
  }

  private static final class Reader {
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private final Set<String> open = new HashSet<>();

    RecordSchema fields(Schema record, String prefix) {
      List<Field> fields = new ArrayList<>();
      open.add(record.getFullName());
      for (Schema.Field member : record.getFields()) {
        FieldType type = type(member.schema(), prefix + member.name());
        if (type != null) {
          fields.add(new Field(member.name(), member.name(), type, !member.schema().isNullable()));
        }
      }
      open.remove(record.getFullName());
      return new RecordSchema(fields);
    }

    private @Nullable FieldType type(Schema schema, String path) {
      FieldType logical = logical(schema);
      if (logical != null) {
        return logical;
      }
      return switch (schema.getType()) {
        case INT -> FieldType.INT;
        case LONG -> FieldType.LONG;
        case FLOAT -> FieldType.FLOAT;
        case DOUBLE -> FieldType.DOUBLE;
        case BOOLEAN -> FieldType.BOOLEAN;
        case STRING, ENUM, BYTES -> FieldType.STRING;
        case FIXED ->
            schema.getLogicalType() != null && schema.getLogicalType().getName().equals("duration")
                ? leaveOut(path, "is a duration, which is no length of time without a calendar")
                : FieldType.STRING;
        case MAP -> FieldType.JSON_OBJECT;
        case ARRAY -> {
          FieldType element = type(schema.getElementType(), path);
          yield element == null
              ? null
              : new ArrayType(
                  new Field("element", "element", element, !schema.getElementType().isNullable()));
        }
        case RECORD -> {
          if (open.contains(schema.getFullName())) {
            yield leaveOut(path, "holds records of its own kind, and a row has a fixed depth");
          }
          RecordSchema members = fields(schema, path + ".");
          yield members.fields().isEmpty() ? null : new ObjectType(members);
        }
        case UNION -> union(schema, path);
        case NULL -> leaveOut(path, "is always null");
      };
    }

    private @Nullable FieldType union(Schema schema, String path) {
      List<Schema> branches =
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .toList();
      return branches.size() == 1
          ? type(branches.get(0), path)
          : leaveOut(path, "is a union of several types, and a column has one");
    }

    private @Nullable FieldType leaveOut(String path, String why) {
      leftOut.put(path, why);
      return null;
    }

    private static @Nullable FieldType logical(Schema schema) {
      LogicalType type = schema.getLogicalType();
      if (type == null) {
        return null;
      } else if (type instanceof LogicalTypes.Decimal decimal) {
        return FieldType.decimal(
            Math.min(decimal.getPrecision(), DecimalType.MAX_PRECISION), decimal.getScale());
      }
      return switch (type.getName()) {
        case "date" -> FieldType.DATE;
        case "time-millis", "time-micros" -> FieldType.TIME;
        case "timestamp-millis",
            "timestamp-micros",
            "timestamp-nanos",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "local-timestamp-nanos" ->
            FieldType.TIMESTAMP;
        case "uuid" -> FieldType.STRING;
        default -> null;
      };
    }
  }
}
