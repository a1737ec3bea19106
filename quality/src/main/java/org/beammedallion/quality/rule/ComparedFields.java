package org.beammedallion.quality.rule;

import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/** Which fields of a record rows can be compared by: those that have one value in each row. */
public final class ComparedFields {

  private static final String NO_EQUALITY =
      "objects, arrays and floating point numbers cannot be compared reliably";

  private ComparedFields() {}

  /**
   * The field that a contract calls {@code name}: its own name, or inside an object the names that
   * lead there, such as {@code address.email}; null where there is none.
   */
  public static @Nullable FieldPath find(RecordSchema schema, String name) {
    if (schema.indexOf(name) >= 0) {
      return FieldPath.of(name);
    }
    for (Field field : schema.fields()) {
      FieldPath path = FieldPath.of(field.name());
      FieldType type = field.type();
      String rest = name.startsWith(field.name()) ? name.substring(field.name().length()) : "";
      while (type instanceof ArrayType array) {
        path = path.then(FieldPath.EACH);
        type = array.element().type();
        rest = rest.startsWith(FieldPath.EACH) ? rest.substring(FieldPath.EACH.length()) : rest;
      }
      if (type instanceof ObjectType object && rest.startsWith(".")) {
        FieldPath inner = find(object.schema(), rest.substring(1));
        if (inner != null) {
          return inner.steps().stream().reduce(path, FieldPath::then, (a, b) -> b);
        }
      }
    }
    return null;
  }

  /**
   * Why rows cannot be compared by the field, or null where they can.
   *
   * @param path of a field that is there
   */
  public static @Nullable String obstacle(RecordSchema schema, FieldPath path) {
    if (path.steps().contains(FieldPath.EACH)) {
      return "it is inside an array, of which a row has many elements; 'uniqueItems' of the array"
          + " compares those";
    }
    RecordSchema within = schema;
    FieldType type = FieldType.STRING;
    for (String step : path.steps()) {
      type = within.field(step).type();
      if (type instanceof ObjectType object) {
        within = object.schema();
      }
    }
    return hasEquality(type) ? null : NO_EQUALITY;
  }

  /** Whether all engines agree which values of the type are equal. */
  public static boolean hasEquality(FieldType type) {
    return switch (type.kind()) {
      case STRING -> !((FieldType.StringType) type).isJson();
      case BOOLEAN, INT, LONG, DECIMAL, DATE, TIME, TIMESTAMP -> true;
      case FLOAT, DOUBLE, OBJECT, ARRAY -> false;
    };
  }
}
