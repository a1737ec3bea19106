package org.beammedallion.transforms.decode.change;

import org.beammedallion.quality.schema.Field;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.record.BatchDecoding;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of CSV files of AWS Database Migration Service, full loads and changes alike. A
 * delete becomes a row that is {@linkplain RowBatch#isDelete marked} and holds the key alone.
 */
public final class DmsDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final ChangeRows rows;
  private final DmsFormat format;
  private final CsvFormat csv;
  private final RowCheck check;
  private transient volatile @Nullable ObjectPlan plan;

  private DmsDecoder(ChangeRows rows, DmsFormat format, CsvFormat csv, RowCheck check) {
    this.rows = rows;
    this.format = format;
    this.csv = csv;
    this.check = check;
    this.plan = new ObjectPlan(rows.layout(), "", rows.fieldCount());
    for (Field field : rows.schema().fields()) {
      if (field.physicalName().equals(format.operationColumn())
          || field.physicalName().equals(format.timestampColumn())) {
        throw new IllegalArgumentException(
            "Field '"
                + field.name()
                + "' is '"
                + field.physicalName()
                + "' in the source, which is the name of a column that DMS adds: name another one in the pipeline file.");
      }
    }
  }

  /**
   * Decodes records of CSV files.
   *
   * @param check of rows of {@link ChangeRows#schema}; deletes are not checked
   * @throws IllegalArgumentException where a format of the schema is none, or a column has one name
   *     with another
   */
  public static DmsDecoder of(ChangeRows rows, DmsFormat format, CsvFormat csv, RowCheck check) {
    return new DmsDecoder(rows, format, csv, check);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    ObjectPlan prepared = plan();
    BatchDecoding decoding = new BatchDecoding(batch, check, prepared.layout.fixedBytes());
    DmsChange change =
        new DmsChange(
            rows, format, prepared.layout, decoding.builder(), decoding.faults(), batch.source());
    return decoding.with(
        new DmsCsvReader(
            rows,
            prepared,
            format,
            csv,
            batch.header(),
            change,
            decoding.builder(),
            decoding.faults()));
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
