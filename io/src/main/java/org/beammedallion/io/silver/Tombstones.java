package org.beammedallion.io.silver;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;

/**
 * How deletes are remembered, so that an older change does not bring a row back: in a table with
 * the key, the version and the time of each delete.
 *
 * @param target the table, of {@link #schema}
 * @param deletedAt the cycle's time in microseconds
 * @param rewrite whether what the table holds is written again, so that it does not become many
 *     small files
 */
public record Tombstones(TableTarget target, long deletedAt, boolean rewrite)
    implements Serializable {

  /** The cycle's time in which a row was deleted. */
  public static final String DELETED_AT = "_deleted_at";

  /** The key's fields, the field that tells the version, and {@link #DELETED_AT}. */
  public static RecordSchema schema(RowKey key) {
    List<Field> fields = new ArrayList<>();
    for (int field : key.fields()) {
      fields.add(named(key.layout().schema().fields().get(field)));
    }
    fields.add(named(key.layout().schema().fields().get(key.latestBy())));
    fields.add(Field.required(DELETED_AT, FieldType.TIMESTAMP));
    return new RecordSchema(fields);
  }

  private static Field named(Field field) {
    return new Field(
        field.name(), field.name(), field.type(), field.required(), field.formerNames());
  }
}
