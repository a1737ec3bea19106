package org.beammedallion.transforms.decode.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.jspecify.annotations.Nullable;

/** The table whose changes the tests decode, and what came of them. */
public final class Changes {

  public static final RecordSchema TABLE =
      RecordSchema.of(
          new Field("id", "id", FieldType.LONG, true),
          new Field("name", "full_name", FieldType.STRING, true),
          Field.optional("price", FieldType.decimal(10, 2)),
          Field.optional("weight", FieldType.decimal(30, 4)),
          Field.optional("day", FieldType.DATE),
          Field.optional("at", FieldType.TIMESTAMP),
          Field.optional("clock", FieldType.TIME),
          Field.optional("ok", FieldType.BOOLEAN),
          Field.optional("ratio", FieldType.DOUBLE),
          Field.optional("tags", new ArrayType(Field.optional("element", FieldType.STRING))));

  /** What PostgreSQL's connector writes unless it is told otherwise. */
  public static final DebeziumFormat FORMAT =
      new DebeziumFormat(DebeziumFormat.TimeUnit.MICROS, DebeziumFormat.Decimals.BYTES);

  public static final ChangeRows ROWS = rows(TABLE);
  public static final RowLayout LAYOUT = RowLayout.of(ROWS.schema());

  private Changes() {}

  static ChangeRows rows(RecordSchema table) {
    List<Field> fields = new ArrayList<>(table.fields());
    fields.add(Field.optional("_sequence", FieldType.STRING));
    return new ChangeRows(new RecordSchema(fields), List.of(0));
  }

  /** The rows of a batch, deletes among them. */
  public static List<Map<String, @Nullable Object>> all(RowBatch batch) {
    return RowValues.of(LAYOUT, batch);
  }

  /** Whether each row of a batch is a delete. */
  public static List<Boolean> deletes(RowBatch batch) {
    List<Boolean> deletes = new ArrayList<>();
    for (int header = 0; header < batch.length(); header = RowBatch.next(batch.bytes(), header)) {
      deletes.add(RowBatch.isDelete(batch.bytes(), header));
    }
    return deletes;
  }

  /** The only row of a batch without rejects. */
  public static Map<String, @Nullable Object> only(RowBatch batch) {
    if (!batch.rejects().isEmpty()) {
      throw new AssertionError(batch.rejects().get(0).detail());
    }
    return all(batch).get(0);
  }
}
