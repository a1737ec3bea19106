package org.beammedallion.io.table.iceberg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.TableColumn;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * A record's types as Iceberg has them. A time of day is text in ISO-8601, for Spark cannot read
 * Iceberg's own type.
 */
final class IcebergTypes {

  static final String ELEMENT = "element";

  private IcebergTypes() {}

  /**
   * The columns of a table, numbered as Iceberg numbers those of a table that it makes. Partitions
   * are hidden, so they add no columns.
   */
  static Schema schemaOf(TableLayout layout) {
    AtomicInteger any = new AtomicInteger();
    Schema unnumbered = new Schema(structOf(layout.stored(), any).fields());
    AtomicInteger last = new AtomicInteger();
    return TypeUtil.assignFreshIds(unnumbered, last::incrementAndGet);
  }

  private static Types.StructType structOf(RecordSchema schema, AtomicInteger ids) {
    List<NestedField> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      int id = ids.incrementAndGet();
      Type type = typeOf(field.type(), ids);
      fields.add(
          field.required()
              ? NestedField.required(id, field.name(), type)
              : NestedField.optional(id, field.name(), type));
    }
    return Types.StructType.of(fields);
  }

  private static Type typeOf(FieldType type, AtomicInteger ids) {
    return switch (type.kind()) {
      case STRING, TIME -> Types.StringType.get();
      case BOOLEAN -> Types.BooleanType.get();
      case INT -> Types.IntegerType.get();
      case LONG -> Types.LongType.get();
      case FLOAT -> Types.FloatType.get();
      case DOUBLE -> Types.DoubleType.get();
      case DECIMAL -> {
        FieldType.DecimalType decimal = (FieldType.DecimalType) type;
        yield Types.DecimalType.of(decimal.precision(), decimal.scale());
      }
      case DATE -> Types.DateType.get();
      case TIMESTAMP -> Types.TimestampType.withZone();
      case OBJECT -> structOf(((FieldType.ObjectType) type).schema(), ids);
      case ARRAY -> listOf(((FieldType.ArrayType) type).element(), ids);
    };
  }

  private static Type listOf(Field element, AtomicInteger ids) {
    int id = ids.incrementAndGet();
    Type type = typeOf(element.type(), ids);
    return element.required()
        ? Types.ListType.ofRequired(id, type)
        : Types.ListType.ofOptional(id, type);
  }

  static FieldIds idsOf(Schema schema) {
    Map<List<String>, Integer> ids = new HashMap<>();
    collect(schema.columns(), new ArrayList<>(), ids);
    return new FieldIds(ids);
  }

  private static void collect(
      List<NestedField> fields, List<String> path, Map<List<String>, Integer> ids) {
    for (NestedField field : fields) {
      path.add(field.name());
      ids.put(List.copyOf(path), field.fieldId());
      if (field.type().isNestedType()) {
        collect(field.type().asNestedType().fields(), path, ids);
      }
      path.remove(path.size() - 1);
    }
  }

  /** The columns of a table of any writer. */
  static List<TableColumn> columnsOf(List<NestedField> fields) {
    return fields.stream()
        .map(field -> columnOf(field.name(), field.type(), field.isRequired()))
        .toList();
  }

  private static TableColumn columnOf(String name, Type type, boolean required) {
    if (type.isStructType()) {
      return TableColumn.ofObject(name, required, columnsOf(type.asStructType().fields()));
    } else if (type.isListType()) {
      Types.ListType list = type.asListType();
      TableColumn element = columnOf(ELEMENT, list.elementType(), list.isElementRequired());
      return TableColumn.ofArray(name, required, element);
    }
    FieldType plain = plainOf(type);
    return plain == null
        ? TableColumn.ofForeign(name, type.toString(), required)
        : TableColumn.ofPlain(name, plain, required);
  }

  private static @Nullable FieldType plainOf(Type type) {
    if (type instanceof Types.DecimalType decimal) {
      return FieldType.decimal(decimal.precision(), decimal.scale());
    } else if (type instanceof Types.TimestampType timestamp) {
      return timestamp.shouldAdjustToUTC() ? FieldType.TIMESTAMP : null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case INTEGER -> FieldType.INT;
      case LONG -> FieldType.LONG;
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case DATE -> FieldType.DATE;
      case STRING -> FieldType.STRING;
      default -> null;
    };
  }

  /** The type of a new column; its numbers stand for none. */
  static Type typeOf(FieldType type) {
    return typeOf(type, new AtomicInteger());
  }
}
