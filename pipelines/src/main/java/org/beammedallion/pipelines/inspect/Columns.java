package org.beammedallion.pipelines.inspect;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;

/** Columns by the names that a person gives. */
final class Columns {

  private Columns() {}

  /**
   * @throws NoSuchElementException where there is no such column; says which was probably meant
   */
  static Field field(RecordSchema schema, String name) {
    int index = schema.indexOf(name);
    if (index < 0) {
      String nearest = DidYouMean.nearest(name, schema.names());
      throw new NoSuchElementException(
          "There is no column '"
              + name
              + "'."
              + (nearest == null ? "" : " Did you mean " + nearest + "?")
              + " The columns are "
              + String.join(", ", schema.names())
              + ".");
    }
    return schema.fields().get(index);
  }

  /** Some of the columns, in the order of the schema. */
  static RecordSchema some(RecordSchema schema, Set<String> names) {
    List<Field> fields =
        schema.fields().stream().filter(field -> names.contains(field.name())).toList();
    return new RecordSchema(fields);
  }
}
