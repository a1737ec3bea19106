package org.beammedallion.transforms.decode.typed;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.change.ChangeRows;
import org.beammedallion.transforms.decode.change.DmsChange;
import org.beammedallion.transforms.decode.change.DmsDecoder;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * How records of a format whose schema tells the types of columns become rows: each is a row, or a
 * change of AWS Database Migration Service. The reader of the format brings the values, see {@link
 * TypedRecords}. Immutable.
 */
public final class TypedDecoder implements Serializable {

  private static final long serialVersionUID = 1L;

  private final RecordSchema schema;
  private final int fieldCount;
  private final RowCheck check;
  private final TypedSettings settings;
  private final @Nullable ChangeRows changes;
  private final @Nullable DmsFormat dms;
  private final int maxRecordBytes;

  private TypedDecoder(
      RecordSchema schema,
      int fieldCount,
      RowCheck check,
      TypedSettings settings,
      @Nullable ChangeRows changes,
      @Nullable DmsFormat dms,
      int maxRecordBytes) {
    this.schema = schema;
    this.fieldCount = fieldCount;
    this.check = check;
    this.settings = settings;
    this.changes = changes;
    this.dms = dms;
    this.maxRecordBytes = maxRecordBytes;
    plan();
  }

  /**
   * Records that are rows.
   *
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static TypedDecoder rows(RecordSchema schema, TypedSettings settings, RowCheck check) {
    return new TypedDecoder(
        schema, schema.fields().size(), check, settings, null, null, Integer.MAX_VALUE);
  }

  /**
   * Records that are changes of AWS Database Migration Service; see {@link DmsDecoder}.
   *
   * @throws IllegalArgumentException also where a column that says what a change is, is a field of
   *     the contract
   */
  public static TypedDecoder dms(
      ChangeRows rows, DmsFormat format, TypedSettings settings, RowCheck check) {
    TypedDecoder decoder =
        new TypedDecoder(
            rows.schema(), rows.fieldCount(), check, settings, rows, format, Integer.MAX_VALUE);
    List<String> own = decoder.ownColumns();
    for (FieldPlan field : decoder.plan().fields()) {
      if (own.contains(field.physicalName())) {
        throw new IllegalArgumentException(
            field.label()
                + " is the column '"
                + field.physicalName()
                + "', which says what a change is and is no column of the row. Take it out of the contract.");
      }
    }
    return decoder;
  }

  /** The same, with a limit to the size of a row. */
  public TypedDecoder withMaxRecordBytes(int bytes) {
    return new TypedDecoder(schema, fieldCount, check, settings, changes, dms, bytes);
  }

  public TypedSettings settings() {
    return settings;
  }

  /** The fields that are read from records. */
  public ObjectPlan plan() {
    return new ObjectPlan(RowLayout.of(schema), "", fieldCount);
  }

  /** Columns that are no fields of the contract and say what a change is; perhaps none. */
  public List<String> ownColumns() {
    return dms == null ? List.of() : dms.columns();
  }

  /** Whether a file may lack {@link #ownColumns}, for its records are the rows of a full load. */
  public boolean mayLackOwnColumns(String source) {
    return dms == null || DmsChange.isFullLoad(source);
  }

  /** Whether a field is one of those that tell which row a change is of. */
  public boolean isKey(int field) {
    return changes != null && changes.keyFields().contains(field);
  }

  /** What takes the records of a shard. */
  public TypedRecords open(String source, int shard) {
    return new TypedRecords(plan(), check, changes, dms, maxRecordBytes, source, shard);
  }
}
