package org.beammedallion.transforms.decode.change;

import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.json.MetadataFields;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records that are Debezium's change events in JSON: an insert, update or snapshot becomes
 * a row, a delete becomes a row that is {@linkplain RowBatch#isDelete marked} and holds the key
 * alone. Tombstones and messages are ignored; what cannot be applied to a row is a dead letter.
 */
public final class DebeziumDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final ChangeRows rows;
  private final DebeziumFormat format;
  private final RowCheck check;
  private transient volatile @Nullable ObjectPlan plan;

  private DebeziumDecoder(ChangeRows rows, DebeziumFormat format, RowCheck check) {
    this.rows = rows;
    this.format = format;
    this.check = check;
    this.plan = new ObjectPlan(rows.layout(), "", rows.fieldCount());
  }

  /**
   * Decodes change events.
   *
   * @param check of rows of {@link ChangeRows#schema}; deletes are not checked
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static DebeziumDecoder of(ChangeRows rows, DebeziumFormat format, RowCheck check) {
    return new DebeziumDecoder(rows, format, check);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    return decoding
        .filling(MetadataFields.of(prepared, decoding.builder(), decoding.faults()))
        .with(
            new DebeziumJsonReader(rows, prepared, format, decoding.builder(), decoding.faults()));
  }

  private ObjectPlan plan() {
    ObjectPlan prepared = plan;
    if (prepared == null) {
      prepared = new ObjectPlan(rows.layout(), "", rows.fieldCount());
      plan = prepared;
    }
    return prepared;
  }
}
