package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.quality.schema.RecordSchema;

/** The columns of a file that has a schema of its own. */
final class SchemaColumns {

  private SchemaColumns() {}

  static List<ColumnDraft> of(RecordSchema schema) {
    List<ColumnDraft> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      ColumnDraft column = of(field.physicalName(), field.type());
      column.required = field.required();
      columns.add(column);
    }
    return columns;
  }

  private static ColumnDraft of(String name, FieldType type) {
    ColumnDraft column = new ColumnDraft(List.of(name), logical(type));
    switch (type.kind()) {
      case INT -> column.physical = "int";
      case FLOAT -> column.physical = "real";
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        column.physical = "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      }
      case OBJECT -> column.properties.addAll(of(((ObjectType) type).schema()));
      case ARRAY -> {
        Field element = ((ArrayType) type).element();
        column.items = of("items", element.type());
        column.items.required = element.required();
      }
      default -> {
        // The logical type says it all.
      }
    }
    return column;
  }

  private static Logical logical(FieldType type) {
    return switch (type.kind()) {
      case STRING ->
          switch (((StringType) type).content()) {
            case TEXT, SCALAR -> Logical.STRING;
            case JSON_OBJECT -> Logical.OBJECT;
            case JSON_ARRAY -> Logical.ARRAY;
          };
      case BOOLEAN -> Logical.BOOLEAN;
      case INT, LONG -> Logical.INTEGER;
      case FLOAT, DOUBLE, DECIMAL -> Logical.NUMBER;
      case DATE -> Logical.DATE;
      case TIME -> Logical.TIME;
      case TIMESTAMP -> Logical.TIMESTAMP;
      case OBJECT -> Logical.OBJECT;
      case ARRAY -> Logical.ARRAY;
    };
  }
}
