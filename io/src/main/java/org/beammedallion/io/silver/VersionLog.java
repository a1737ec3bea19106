package org.beammedallion.io.silver;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * How every accepted version of a row is kept, for dimensions with history: in a table with the
 * row's fields and {@link #DELETED}.
 *
 * @param target the table, of {@link #schema}
 */
public record VersionLog(TableTarget target) implements Serializable {

  /** Whether the version says that the row is gone; then other fields than the key may be null. */
  public static final String DELETED = "_deleted";

  /**
   * @param rows the fields of silver's rows
   */
  public static RecordSchema schema(RecordSchema rows) {
    List<Field> fields = new ArrayList<>();
    for (Field field : rows.fields()) {
      fields.add(new Field(field.name(), field.physicalName(), field.type(), false));
    }
    fields.add(Field.required(DELETED, FieldType.BOOLEAN));
    return new RecordSchema(fields);
  }
}
