package org.beammedallion.transforms.decode.csv;

import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.json.MetadataFields;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of a CSV file (RFC 4180). With a header, columns are found by the physical names
 * of the fields in any order, and unknown ones are left out; without it they are the fields in the
 * contract's order. An empty unquoted field is null and an empty quoted one the empty string.
 * Objects and arrays are JSON texts.
 */
public final class CsvDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final RecordSchema schema;
  private final CsvFormat format;
  private final RowCheck check;
  private transient volatile @Nullable ObjectPlan plan;

  private CsvDecoder(RecordSchema schema, CsvFormat format, RowCheck check) {
    this.schema = schema;
    this.format = format;
    this.check = check;
    this.plan = new ObjectPlan(RowLayout.of(schema), "");
  }

  /**
   * Decodes records of a format into rows of a schema.
   *
   * @throws IllegalArgumentException where a format of the schema is none, or two fields have one
   *     physical name
   */
  public static CsvDecoder of(RecordSchema schema, CsvFormat format, RowCheck check) {
    return new CsvDecoder(schema, format, check);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    return decoding
        .filling(MetadataFields.of(prepared, decoding.builder(), decoding.faults()))
        .with(
            new CsvRecordReader(
                prepared, format, batch.header(), decoding.builder(), decoding.faults()));
  }

  private ObjectPlan plan() {
    ObjectPlan prepared = plan;
    if (prepared == null) {
      prepared = new ObjectPlan(RowLayout.of(schema), "");
      plan = prepared;
    }
    return prepared;
  }
}
