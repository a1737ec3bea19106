package org.beammedallion.io.table.delta;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/** A record's types as Delta has them. A time of day has no type there and is text in ISO-8601. */
final class DeltaTypes {

  private DeltaTypes() {}

  static StructType structOf(RecordSchema schema) {
    List<StructField> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      fields.add(new StructField(field.name(), typeOf(field.type()), !field.required()));
    }
    return new StructType(fields);
  }

  private static DataType typeOf(FieldType type) {
    if (type instanceof FieldType.BooleanType) {
      return BooleanType.BOOLEAN;
    } else if (type instanceof FieldType.IntegerType integer) {
      return integer.bits() == 32 ? IntegerType.INTEGER : LongType.LONG;
    } else if (type instanceof FieldType.FloatType number) {
      return number.bits() == 32 ? FloatType.FLOAT : DoubleType.DOUBLE;
    } else if (type instanceof FieldType.DecimalType decimal) {
      return new DecimalType(decimal.precision(), decimal.scale());
    } else if (type instanceof FieldType.DateType) {
      return DateType.DATE;
    } else if (type instanceof FieldType.TimestampType) {
      return TimestampType.TIMESTAMP;
    } else if (type instanceof FieldType.ObjectType object) {
      return structOf(object.schema());
    } else if (type instanceof FieldType.ArrayType array) {
      return new ArrayType(typeOf(array.element().type()), !array.element().required());
    }
    return StringType.STRING;
  }

  /**
   * What of the table differs from what is expected of it, one clause for each field; empty where
   * nothing does.
   */
  static List<String> differences(StructType expected, StructType actual) {
    List<String> differences = new ArrayList<>();
    compare("", expected, actual, differences);
    return differences;
  }

  private static void compare(
      String prefix, StructType expected, StructType actual, List<String> differences) {
    for (StructField field : expected.fields()) {
      String name = prefix + field.getName();
      if (actual.indexOf(field.getName()) < 0) {
        differences.add("'" + name + "' (" + text(field.getDataType()) + ") is not in the table");
        continue;
      }
      StructField found = actual.get(field.getName());
      compare(name, field.getDataType(), found.getDataType(), differences);
      if (field.isNullable() && !found.isNullable()) {
        differences.add("'" + name + "' may be null by the contract and may not in the table");
      }
    }
    for (StructField field : actual.fields()) {
      if (expected.indexOf(field.getName()) < 0) {
        differences.add("'" + prefix + field.getName() + "' is only in the table");
      }
    }
  }

  private static void compare(
      String name, DataType expected, DataType actual, List<String> differences) {
    if (expected instanceof StructType left && actual instanceof StructType right) {
      compare(name + ".", left, right, differences);
    } else if (expected instanceof ArrayType left && actual instanceof ArrayType right) {
      compare(name + "[]", left.getElementType(), right.getElementType(), differences);
      if (left.containsNull() && !right.containsNull()) {
        differences.add("'" + name + "[]' may be null by the contract and may not in the table");
      }
    } else if (!expected.equals(actual)) {
      differences.add(
          "'"
              + name
              + "' is "
              + text(expected)
              + " by the contract and "
              + text(actual)
              + " in the table");
    }
  }

  private static String text(DataType type) {
    return type.toString().toLowerCase(Locale.ROOT);
  }
}
