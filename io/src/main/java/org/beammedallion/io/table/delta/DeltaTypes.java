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
    return switch (type.kind()) {
      case STRING, TIME -> StringType.STRING;
      case BOOLEAN -> BooleanType.BOOLEAN;
      case INT -> IntegerType.INTEGER;
      case LONG -> LongType.LONG;
      case FLOAT -> FloatType.FLOAT;
      case DOUBLE -> DoubleType.DOUBLE;
      case DECIMAL -> {
        FieldType.DecimalType decimal = (FieldType.DecimalType) type;
        yield new DecimalType(decimal.precision(), decimal.scale());
      }
      case DATE -> DateType.DATE;
      case TIMESTAMP -> TimestampType.TIMESTAMP;
      case OBJECT -> structOf(((FieldType.ObjectType) type).schema());
      case ARRAY -> {
        Field element = ((FieldType.ArrayType) type).element();
        yield new ArrayType(typeOf(element.type()), !element.required());
      }
    };
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
