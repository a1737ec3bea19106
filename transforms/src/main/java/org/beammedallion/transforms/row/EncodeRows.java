package org.beammedallion.transforms.row;

import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.bytes.Hashes;

/** Encodes Beam's rows in batches. A row that does not fit the schema fails the bundle. */
public final class EncodeRows extends PTransform<PCollection<Row>, PCollection<RowBatch>> {

  private static final int BATCH_BYTES = 1 << 20;

  /** Where the position stands in a row's header. */
  private static final int POSITION = 8;

  private final RecordSchema schema;

  private EncodeRows(RecordSchema schema) {
    this.schema = schema;
  }

  /**
   * @param schema of the rows, whose fields have the same names in the same order
   */
  public static EncodeRows of(RecordSchema schema) {
    return new EncodeRows(schema);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<Row> rows) {
    return rows.apply("Encode rows", ParDo.of(new EncodeFn(schema))).setCoder(RowBatchCoder.of());
  }

  private static final class EncodeFn extends DoFn<Row, RowBatch> {
    private final RecordSchema schema;
    private transient RowEncoder encoder;
    private transient RowBuilder builder;
    private transient int count;

    EncodeFn(RecordSchema schema) {
      this.schema = schema;
    }

    @Setup
    public void setUp() {
      encoder = RowEncoder.of(schema);
    }

    @StartBundle
    public void start() {
      builder = new RowBuilder(1 << 16);
      count = 0;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<RowBatch> output) {
      int header = RowBatch.beginHeader(builder, 0, 0);
      int start = builder.length();
      encoder.encode(row, builder);
      RowBatch.endHeader(builder, header);
      // Rows without a key are spread by it. It follows from the row, so that a runner that
      // computes this again sends each row to where it has sent it before.
      long place = Hashes.of(builder.bytes(), start, builder.length() - start, 0) >>> 1;
      builder.putLong(header + POSITION, place);
      count++;
      if (builder.length() >= BATCH_BYTES) {
        output.output(take());
      }
    }

    private RowBatch take() {
      byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
      RowBatch batch = new RowBatch(0, bytes, bytes.length, count, count, List.of(), new long[0]);
      builder.truncate(0);
      count = 0;
      return batch;
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (count > 0) {
        context.output(take(), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
      }
    }
  }
}
