package org.beammedallion.io.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * A column as a table has it, whatever the format.
 *
 * @param type how messages call its type
 * @param plain the type of a column that is neither object nor array, if there is such a type here;
 *     else null
 * @param fields of an object
 * @param element of an array
 */
public record TableColumn(
    String name,
    String type,
    @Nullable FieldType plain,
    boolean required,
    List<TableColumn> fields,
    @Nullable TableColumn element) {

  /** What the element of an array is called in a path. */
  public static final String ELEMENT = "element";

  public TableColumn {
    fields = List.copyOf(fields);
  }

  public static TableColumn ofPlain(String name, FieldType type, boolean required) {
    FieldType stored = storedAs(type);
    return new TableColumn(name, nameOf(stored), stored, required, List.of(), null);
  }

  /** A column of a type that we never write. */
  public static TableColumn ofForeign(String name, String type, boolean required) {
    return new TableColumn(name, type.toLowerCase(Locale.ROOT), null, required, List.of(), null);
  }

  public static TableColumn ofObject(String name, boolean required, List<TableColumn> fields) {
    return new TableColumn(name, "object", null, required, fields, null);
  }

  public static TableColumn ofArray(String name, boolean required, TableColumn element) {
    return new TableColumn(name, "array", null, required, List.of(), element);
  }

  /** The columns that a table of that schema has. */
  static List<TableColumn> of(RecordSchema schema) {
    List<TableColumn> columns = new ArrayList<>();
    schema.fields().forEach(field -> columns.add(of(field, field.name())));
    return columns;
  }

  private static TableColumn of(Field field, String name) {
    if (field.type() instanceof FieldType.ObjectType object) {
      return ofObject(name, field.required(), of(object.schema()));
    } else if (field.type() instanceof FieldType.ArrayType array) {
      return ofArray(name, field.required(), of(array.element(), ELEMENT));
    }
    return ofPlain(name, field.type(), field.required());
  }

  boolean isObject() {
    return type.equals("object");
  }

  /** How a value is kept does not depend on how it is written at the source. */
  private static FieldType storedAs(FieldType type) {
    return switch (type.kind()) {
      case STRING, TIME -> FieldType.STRING;
      case DATE -> FieldType.DATE;
      case TIMESTAMP -> FieldType.TIMESTAMP;
      case BOOLEAN, INT, LONG, FLOAT, DOUBLE, DECIMAL, OBJECT, ARRAY -> type;
    };
  }

  private static String nameOf(FieldType type) {
    return switch (type.kind()) {
      case STRING, TIME -> "string";
      case BOOLEAN -> "boolean";
      case INT -> "int";
      case LONG -> "long";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield "decimal(" + decimal.precision() + ", " + decimal.scale() + ")";
      }
      case DATE -> "date";
      case TIMESTAMP -> "timestamp";
      case OBJECT -> "object";
      case ARRAY -> "array";
    };
  }

  /** Whether every value of the one type is one of the other, in a wider form. */
  static boolean widens(@Nullable FieldType from, @Nullable FieldType to) {
    if (from instanceof FieldType.IntegerType narrow && to instanceof FieldType.IntegerType wide) {
      return narrow.bits() < wide.bits();
    } else if (from instanceof FieldType.FloatType narrow
        && to instanceof FieldType.FloatType wide) {
      return narrow.bits() < wide.bits();
    }
    return from instanceof DecimalType narrow
        && to instanceof DecimalType wide
        && narrow.scale() == wide.scale()
        && narrow.precision() < wide.precision();
  }
}
