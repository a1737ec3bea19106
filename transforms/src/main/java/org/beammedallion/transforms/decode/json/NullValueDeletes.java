package org.beammedallion.transforms.decode.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.record.Faults;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Decodes messages, of which those without a value become rows that are {@linkplain
 * RowBatch#isDelete marked} as deletes and hold the key and what orders it. A delete whose key does
 * not fit is a dead letter.
 */
public final class NullValueDeletes implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final RecordSchema schema;
  private final ArrayList<Integer> told;
  private final RecordDecoder decoder;

  private NullValueDeletes(RecordSchema schema, List<Integer> told, RecordDecoder decoder) {
    this.schema = schema;
    this.told = new ArrayList<>(told);
    this.decoder = decoder;
  }

  /**
   * @param schema of the rows
   * @param told positions of the fields of a delete, which are filled from metadata
   * @param decoder of messages with a value
   */
  public static NullValueDeletes of(
      RecordSchema schema, List<Integer> told, RecordDecoder decoder) {
    return new NullValueDeletes(schema, told, decoder);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    int[] valued = new int[batch.count()];
    int[] deletes = new int[batch.count()];
    int values = 0;
    int nulls = 0;
    for (int i = 0; i < batch.count(); i++) {
      if (batch.hasValue(i)) {
        valued[values++] = i;
      } else {
        deletes[nulls++] = i;
      }
    }
    if (nulls == 0) {
      return decoder.decode(batch);
    }
    return decoder
        .decode(batch.only(Arrays.copyOf(valued, values)))
        .plus(deletes(batch, Arrays.copyOf(deletes, nulls)));
  }

  private RowBatch deletes(RawBatch batch, int[] records) {
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder =
        new RowBuilder(records.length * (RowBatch.HEADER + layout.fixedBytes() + Long.BYTES));
    Faults faults = new Faults();
    MetadataFields fill = MetadataFields.ofSome(new ObjectPlan(layout, ""), told, builder, faults);
    List<DeadLetter> rejects = new ArrayList<>();
    int rows = 0;
    for (int record : records) {
      int header = RowBatch.beginHeader(builder, batch.shard(), batch.positions()[record]);
      int row = builder.beginRow(layout);
      faults.clear();
      fill.fill(row, batch, record);
      Reason fault = faults.reason();
      if (fault == null) {
        RowBatch.endHeader(builder, header);
        RowBatch.markDelete(builder.bytes(), header);
        rows++;
      } else {
        builder.truncate(header);
        rejects.add(
            new DeadLetter(
                fault,
                faults.detail(),
                null,
                batch.payload(record),
                batch.lengths()[record],
                batch.provenance(record)));
      }
    }
    return new RowBatch(
        batch.shard(),
        builder.bytes(),
        builder.length(),
        rows,
        records.length,
        rejects,
        new long[0]);
  }
}
