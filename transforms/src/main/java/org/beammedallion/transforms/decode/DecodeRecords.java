package org.beammedallion.transforms.decode;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;

/**
 * Decodes and checks records: each becomes a row or a dead letter of its batch. Bounded or
 * unbounded; never fails because of what a record holds.
 */
public final class DecodeRecords extends PTransform<PCollection<RawBatch>, PCollection<RowBatch>> {

  private final RecordDecoder decoder;
  private final boolean refusesFiles;

  private DecodeRecords(RecordDecoder decoder, boolean refusesFiles) {
    this.decoder = decoder;
    this.refusesFiles = refusesFiles;
  }

  public static DecodeRecords with(RecordDecoder decoder) {
    return new DecodeRecords(decoder, false);
  }

  /**
   * Where the program itself fails at a record, as where a library of it is missing, its file is
   * refused with {@link Landed#refused}, for a consumer that looks at it. Else the pipeline fails.
   */
  public DecodeRecords refusingFiles() {
    return new DecodeRecords(decoder, true);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<RawBatch> records) {
    return records
        .apply("Decode and check", ParDo.of(new DecodeFn(decoder, refusesFiles)))
        .setCoder(RowBatchCoder.of());
  }

  private static final class DecodeFn extends DoFn<RawBatch, RowBatch> {
    private final boolean refusesFiles;
    private RecordDecoder decoder;

    DecodeFn(RecordDecoder decoder, boolean refusesFiles) {
      this.decoder = decoder;
      this.refusesFiles = refusesFiles;
    }

    @ProcessElement
    public void process(@Element RawBatch records, OutputReceiver<RowBatch> output) {
      output.output(decode(records));
    }

    private RowBatch decode(RawBatch records) {
      RowBatch rows;
      try {
        rows = decoder.decode(records);
      } catch (Error e) {
        if (!refusesFiles) {
          throw e;
        }
        // It was left in the middle of a record.
        decoder = SerializableUtils.clone(decoder);
        return refused(records, RefusedFileException.of(e));
      }
      Landed landed = records.landed();
      return landed == null ? rows : rows.withLanded(landed);
    }

    private static RowBatch refused(RawBatch records, RefusedFileException refusal) {
      long passedOn = Math.max(1, records.count());
      return RowBatch.closing(
          Landed.refused(records.shard(), records.source(), passedOn, refusal.why()));
    }
  }
}
