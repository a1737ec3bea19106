package org.beammedallion.transforms.decode.change;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The rows that changes become.
 *
 * @param schema the contract's fields, and as the last one the sequence: a text that tells where
 *     the change stands in the order of its source
 * @param keyFields positions of the primary key's fields
 * @param changedAt position of a timestamp in which a delete gets the time of its change, or -1
 */
public record ChangeRows(RecordSchema schema, List<Integer> keyFields, int changedAt)
    implements Serializable {

  /** Deletes tell no time. */
  public ChangeRows(RecordSchema schema, List<Integer> keyFields) {
    this(schema, keyFields, -1);
  }

  public ChangeRows {
    keyFields = List.copyOf(keyFields);
    if (keyFields.isEmpty()) {
      throw new IllegalArgumentException("Changes need a primary key: they replace rows by it.");
    }
  }

  /** Whether a row lacks the time of its change, as that of a delete does at first. */
  boolean wantsTime(RowLayout layout, byte[] bytes, int row) {
    return changedAt >= 0 && layout.isNull(bytes, row, changedAt);
  }

  public RowLayout layout() {
    return RowLayout.of(schema);
  }

  public int sequenceField() {
    return schema.fields().size() - 1;
  }

  /** Fields that a record may give: all but the sequence. */
  public int fieldCount() {
    return sequenceField();
  }

  /** The key's fields alone, which is what a delete tells. */
  RecordSchema keySchema() {
    List<Field> fields = new ArrayList<>();
    for (int field : keyFields) {
      Field key = schema.fields().get(field);
      fields.add(new Field(key.name(), key.physicalName(), key.type(), true));
    }
    return new RecordSchema(fields);
  }
}
