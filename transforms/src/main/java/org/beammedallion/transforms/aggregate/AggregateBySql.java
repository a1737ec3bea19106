package org.beammedallion.transforms.aggregate;

import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.WindowText;
import org.jspecify.annotations.Nullable;

/**
 * Computes the touched windows of a gold table from batches of silver rows: takes rows of {@link
 * WindowedQuery#inputSchema()}, gives encoded rows of {@link WindowedQuery#outputSchema()} in the
 * global window. Bounded; deterministic but for the order of rows and the last digits of sums of
 * DOUBLE. What {@link FinishBySql} asks of its input holds here too.
 */
public final class AggregateBySql extends PTransform<PCollection<RowBatch>, PCollection<byte[]>> {

  private final WindowedQuery query;
  private final TouchedWindows touched;

  private AggregateBySql(WindowedQuery query, TouchedWindows touched) {
    this.query = query;
    this.touched = touched;
  }

  /**
   * @param touched the windows to compute, of the query's window specification
   */
  public static AggregateBySql of(WindowedQuery query, TouchedWindows touched) {
    if (!touched.window().equals(query.window())) {
      throw new IllegalArgumentException(
          "The touched windows are "
              + WindowText.of(touched.window())
              + ", the query's "
              + WindowText.of(query.window())
              + ".");
    } else if (query.recomputesWhole() && !touched.isAll()) {
      throw new IllegalArgumentException(
          "Sessions with HAVING are computed as a whole: pass TouchedWindows.all.");
    } else if (touched.isByKey()) {
      throw new IllegalArgumentException(
          "Only FinishBySql can be told which sessions stay: close the touched sessions over all of gold's.");
    }
    return new AggregateBySql(query, touched);
  }

  @Override
  public PCollection<byte[]> expand(PCollection<RowBatch> batches) {
    return batches
        .apply("AddUp", ParDo.of(new FeedFn(query, touched)))
        .setCoder(ByteArrayCoder.of())
        .apply("Finish", FinishBySql.of(query, touched));
  }

  /** Keeps one feed for a whole bundle, so that a group comes once and not once in each batch. */
  private static final class FeedFn extends DoFn<RowBatch, byte[]> {

    private final WindowedQuery query;
    private final TouchedWindows touched;
    private transient @Nullable RowFeed feed;

    FeedFn(WindowedQuery query, TouchedWindows touched) {
      this.query = query;
      this.touched = touched;
    }

    @ProcessElement
    public void process(@Element RowBatch batch, OutputReceiver<byte[]> blocks) {
      RowFeed rows = feed;
      if (rows == null) {
        rows = query.feed(touched);
        feed = rows;
      }
      byte[] bytes = batch.bytes();
      for (int header = 0; header < batch.length(); header = RowBatch.next(bytes, header)) {
        rows.add(
            bytes, header + RowBatch.HEADER, RowBatch.rowLength(bytes, header), blocks::output);
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      RowFeed rows = feed;
      if (rows != null) {
        rows.flush(
            block ->
                context.output(block, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
      }
    }
  }
}
