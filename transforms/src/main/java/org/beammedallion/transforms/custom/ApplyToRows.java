package org.beammedallion.transforms.custom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowEncoder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowViews;

/**
 * Opens batches as Beam rows, applies a user's transform, and closes the result into batches again.
 * Dead letters and figures pass it by. Bounded; in and out in the global window.
 */
public final class ApplyToRows extends PTransform<PCollection<RowBatch>, PCollection<RowBatch>> {

  private static final int BATCH_BYTES = 4 << 20;

  /** Of no plan; not negative, for the sign of a shard's number marks a delete. */
  private static final int UNKNOWN_SHARD = Integer.MAX_VALUE;

  private final RecordSchema schema;
  private final RowTransform transform;
  private final Map<String, String> options;

  private ApplyToRows(RecordSchema schema, RowTransform transform, Map<String, String> options) {
    this.schema = schema;
    this.transform = transform;
    this.options = options;
  }

  /** Applies a transform to rows of a schema. */
  public static ApplyToRows of(
      RecordSchema schema, RowTransform transform, Map<String, String> options) {
    return new ApplyToRows(schema, transform, options);
  }

  @Override
  public PCollection<RowBatch> expand(PCollection<RowBatch> batches) {
    Schema opened = RowViews.of(withProvenance(schema)).beamSchema();
    PCollection<RowBatch> figures =
        batches.apply("Keep figures", ParDo.of(new FiguresFn())).setCoder(RowBatchCoder.of());
    PCollection<Row> changed =
        batches
            .apply("Open rows", ParDo.of(new OpenFn(schema)))
            .setRowSchema(opened)
            .apply("Transform", transform.create(opened, options));
    requireFields(changed.getSchema());
    PCollection<RowBatch> closed =
        changed
            .apply("Global", Window.into(new GlobalWindows()))
            .apply("Close rows", ParDo.of(new CloseFn(schema)))
            .setCoder(RowBatchCoder.of());
    return PCollectionList.of(figures)
        .and(closed)
        .apply("Rows and figures", Flatten.pCollections());
  }

  private void requireFields(Schema changed) {
    List<String> missing = new ArrayList<>(schema.names());
    missing.removeAll(changed.getFieldNames());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The rows that "
              + transform.getClass().getName()
              + " makes have no fields "
              + missing
              + ", which the contract names. Have it keep them, or set them to null.");
    }
  }

  private static RecordSchema withProvenance(RecordSchema schema) {
    List<Field> fields = new ArrayList<>(schema.fields());
    fields.add(Field.optional(RowTransform.SHARD, FieldType.INT));
    fields.add(Field.optional(RowTransform.POSITION, FieldType.LONG));
    return new RecordSchema(fields);
  }

  /** Everything of a batch but its rows; how many they were stays. */
  private static final class FiguresFn extends DoFn<RowBatch, RowBatch> {
    @ProcessElement
    public void process(@Element RowBatch batch, OutputReceiver<RowBatch> output) {
      output.output(
          new RowBatch(
              batch.shard(),
              new byte[0],
              0,
              batch.count(),
              batch.read(),
              batch.ignored(),
              batch.rejects(),
              batch.measures(),
              batch.landed(),
              batch.unknown()));
    }
  }

  private static final class OpenFn extends DoFn<RowBatch, Row> {
    private final RowLayout from;
    private final RowLayout to;
    private final RowViews views;

    OpenFn(RecordSchema schema) {
      from = RowLayout.of(schema);
      to = RowLayout.of(withProvenance(schema));
      views = RowViews.of(withProvenance(schema));
    }

    @ProcessElement
    public void process(@Element RowBatch batch, OutputReceiver<Row> output) {
      byte[] bytes = batch.bytes();
      int fields = from.fieldCount();
      for (int header = 0; header < batch.length(); header = RowBatch.next(bytes, header)) {
        int source = header + RowBatch.HEADER;
        RowBuilder builder =
            new RowBuilder(RowBatch.rowLength(bytes, header) + Long.BYTES + Integer.BYTES + 1);
        int row = builder.beginRow(to);
        for (int field = 0; field < fields; field++) {
          if (!from.isNull(bytes, source, field)) {
            builder.copyField(from, bytes, source, field, to, row, field);
          }
        }
        builder.setInt(to, row, fields, RowBatch.rowShard(bytes, header));
        builder.setLong(to, row, fields + 1, RowBatch.rowPosition(bytes, header));
        output.output(views.view(builder.bytes(), row, builder.length()));
      }
    }
  }

  private static final class CloseFn extends DoFn<Row, RowBatch> {
    private final RecordSchema schema;
    private final RowLayout from;
    private final RowLayout to;
    private transient RowEncoder encoder;
    private transient RowBuilder opened;
    private transient RowBuilder closed;

    CloseFn(RecordSchema schema) {
      this.schema = schema;
      from = RowLayout.of(withProvenance(schema));
      to = RowLayout.of(schema);
    }

    @StartBundle
    public void start() {
      encoder = RowEncoder.of(withProvenance(schema));
      opened = new RowBuilder(1 << 10);
      closed = new RowBuilder(1 << 16);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<RowBatch> output) {
      opened.truncate(0);
      encoder.encode(row, opened);
      byte[] bytes = opened.bytes();
      int fields = to.fieldCount();
      boolean known = !from.isNull(bytes, 0, fields) && !from.isNull(bytes, 0, fields + 1);
      int header =
          RowBatch.beginHeader(
              closed,
              known ? from.intAt(bytes, 0, fields) : UNKNOWN_SHARD,
              known ? from.longAt(bytes, 0, fields + 1) : 0);
      int start = closed.beginRow(to);
      for (int field = 0; field < fields; field++) {
        if (!from.isNull(bytes, 0, field)) {
          closed.copyField(from, bytes, 0, field, to, start, field);
        }
      }
      RowBatch.endHeader(closed, header);
      if (closed.length() >= BATCH_BYTES) {
        output.output(take());
      }
    }

    /**
     * The rows so far; they count as no accepted ones, for those were counted before the transform.
     */
    private RowBatch take() {
      byte[] bytes = Arrays.copyOf(closed.bytes(), closed.length());
      closed.truncate(0);
      return new RowBatch(0, bytes, bytes.length, 0, 0, List.of(), new long[0]);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (closed.length() > 0) {
        context.output(take(), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
      }
    }
  }
}
