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
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

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
    List<Field> fields = new ArrayList<>(layout.schema().fields());
    if (layout.provenance()) {
      fields.add(Field.optional(TableLayout.SOURCE, FieldType.STRING));
      fields.add(Field.optional(TableLayout.POSITION, FieldType.LONG));
    }
    AtomicInteger any = new AtomicInteger();
    Schema unnumbered = new Schema(structOf(new RecordSchema(fields), any).fields());
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
    if (type instanceof FieldType.BooleanType) {
      return Types.BooleanType.get();
    } else if (type instanceof FieldType.IntegerType integer) {
      return integer.bits() == 32 ? Types.IntegerType.get() : Types.LongType.get();
    } else if (type instanceof FieldType.FloatType number) {
      return number.bits() == 32 ? Types.FloatType.get() : Types.DoubleType.get();
    } else if (type instanceof FieldType.DecimalType decimal) {
      return Types.DecimalType.of(decimal.precision(), decimal.scale());
    } else if (type instanceof FieldType.DateType) {
      return Types.DateType.get();
    } else if (type instanceof FieldType.TimestampType) {
      return Types.TimestampType.withZone();
    } else if (type instanceof FieldType.ObjectType object) {
      return structOf(object.schema(), ids);
    } else if (type instanceof FieldType.ArrayType array) {
      int id = ids.incrementAndGet();
      Type element = typeOf(array.element().type(), ids);
      return array.element().required()
          ? Types.ListType.ofRequired(id, element)
          : Types.ListType.ofOptional(id, element);
    }
    return Types.StringType.get();
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

  /**
   * What of the table differs from what is expected of it, one clause for each field; empty where
   * nothing does.
   */
  static List<String> differences(Schema expected, Schema actual) {
    List<String> differences = new ArrayList<>();
    compare("", expected.asStruct(), actual.asStruct(), differences);
    return differences;
  }

  private static void compare(
      String prefix, Types.StructType expected, Types.StructType actual, List<String> differences) {
    for (NestedField field : expected.fields()) {
      String name = prefix + field.name();
      NestedField found = actual.field(field.name());
      if (found == null) {
        differences.add("'" + name + "' (" + field.type() + ") is not in the table");
        continue;
      }
      compare(name, field.type(), found.type(), differences);
      if (field.isOptional() && found.isRequired()) {
        differences.add("'" + name + "' may be null by the contract and may not in the table");
      }
      if (found.initialDefault() != null) {
        differences.add(
            "'"
                + name
                + "' has a default for rows that were there before it, which is not supported");
      }
    }
    for (NestedField field : actual.fields()) {
      if (expected.field(field.name()) == null) {
        differences.add("'" + prefix + field.name() + "' is only in the table");
      }
    }
  }

  private static void compare(String name, Type expected, Type actual, List<String> differences) {
    if (expected.isStructType() && actual.isStructType()) {
      compare(name + ".", expected.asStructType(), actual.asStructType(), differences);
    } else if (expected.isListType() && actual.isListType()) {
      Types.ListType left = expected.asListType();
      Types.ListType right = actual.asListType();
      compare(name + "[]", left.elementType(), right.elementType(), differences);
      if (left.isElementOptional() && right.isElementRequired()) {
        differences.add("'" + name + "[]' may be null by the contract and may not in the table");
      }
    } else if (!expected.equals(actual)) {
      differences.add(
          "'" + name + "' is " + expected + " by the contract and " + actual + " in the table");
    }
  }

  /**
   * Columns that older files may know by another name, or by the same name with another number.
   * They are read by name here, so their values would be mixed up.
   */
  static List<String> renamed(Schema current, Iterable<Schema> earlier) {
    List<String> renamed = new ArrayList<>();
    Map<List<String>, Integer> now = idsOf(current).byPath();
    for (Schema schema : earlier) {
      Map<List<String>, Integer> then = idsOf(schema).byPath();
      now.forEach(
          (path, id) -> {
            Integer old = then.get(path);
            boolean otherName = then.containsValue(id) && old == null;
            String name = String.join(".", path);
            if ((otherName || (old != null && !old.equals(id))) && !renamed.contains(name)) {
              renamed.add(name);
            }
          });
    }
    return renamed;
  }
}
