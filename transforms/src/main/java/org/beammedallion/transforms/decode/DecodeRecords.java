package org.beammedallion.transforms.decode;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;

/**
 * Decodes and checks records: each becomes a row or a dead letter of its batch. Bounded or
 * unbounded; never fails because of what a record holds.
 */
public final class DecodeRecords extends PTransform<PCollection<RawBatch>, PCollection<RowBatch>> {

  private final RecordDecoder decoder;

  private DecodeRecords(RecordDecoder decoder) {
    this.decoder = decoder;
  }

  public static DecodeRecords with(RecordDecoder decoder) {
    return new DecodeRecords(decoder);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<RawBatch> records) {
    return records
        .apply("Decode and check", ParDo.of(new DecodeFn(decoder)))
        .setCoder(RowBatchCoder.of());
  }

  private static final class DecodeFn extends DoFn<RawBatch, RowBatch> {
    private final RecordDecoder decoder;

    DecodeFn(RecordDecoder decoder) {
      this.decoder = decoder;
    }

    @ProcessElement
    public void process(@Element RawBatch records, OutputReceiver<RowBatch> output) {
      RowBatch rows = decoder.decode(records);
      Landed landed = records.landed();
      output.output(landed == null ? rows : rows.withLanded(landed));
    }
  }
}
