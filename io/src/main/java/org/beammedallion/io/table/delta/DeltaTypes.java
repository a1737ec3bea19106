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
import java.util.Map;
import org.beammedallion.io.table.TableColumn;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/** A record's types as Delta has them. A time of day has no type there and is text in ISO-8601. */
final class DeltaTypes {

  private static final Map<DataType, FieldType> PLAIN =
      Map.of(
          BooleanType.BOOLEAN, FieldType.BOOLEAN,
          IntegerType.INTEGER, FieldType.INT,
          LongType.LONG, FieldType.LONG,
          FloatType.FLOAT, FieldType.FLOAT,
          DoubleType.DOUBLE, FieldType.DOUBLE,
          DateType.DATE, FieldType.DATE,
          TimestampType.TIMESTAMP, FieldType.TIMESTAMP);

  private DeltaTypes() {}

  static StructType structOf(RecordSchema schema) {
    List<StructField> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      fields.add(new StructField(field.name(), typeOf(field.type()), !field.required()));
    }
    return new StructType(fields);
  }

  static DataType typeOf(FieldType type) {
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

  /** The columns of a table of any writer. */
  static List<TableColumn> columnsOf(StructType table) {
    List<TableColumn> columns = new ArrayList<>();
    for (StructField field : table.fields()) {
      columns.add(columnOf(field.getName(), field.getDataType(), !field.isNullable()));
    }
    return columns;
  }

  private static TableColumn columnOf(String name, DataType type, boolean required) {
    if (type instanceof StructType struct) {
      return TableColumn.ofObject(name, required, columnsOf(struct));
    } else if (type instanceof ArrayType array) {
      TableColumn element =
          columnOf(TableColumn.ELEMENT, array.getElementType(), !array.containsNull());
      return TableColumn.ofArray(name, required, element);
    }
    FieldType plain = plainOf(type);
    return plain == null
        ? TableColumn.ofForeign(name, type.toString(), required)
        : TableColumn.ofPlain(name, plain, required);
  }

  private static @Nullable FieldType plainOf(DataType type) {
    if (type instanceof DecimalType decimal) {
      return FieldType.decimal(decimal.getPrecision(), decimal.getScale());
    } else if (type instanceof StringType) {
      return FieldType.STRING;
    }
    return PLAIN.get(type);
  }
}
