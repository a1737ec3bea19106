package org.beammedallion.transforms.aggregate;

import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.Failing;
import org.beammedallion.transforms.sql.RowOpener;
import org.beammedallion.transforms.sql.SqlDialect;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Finishes the query from the blocks of its {@link RowFeed}s, by Beam SQL where more than a merge
 * is left to do, and gives encoded rows of {@link WindowedQuery#outputSchema()}, one for each row
 * of each touched window, in the global window. Bounded input only, in the global window, whose
 * elements carry the minimum timestamp as those of {@code Create} do: from later ones, rows of
 * earlier windows cannot be told, and the transform fails.
 */
public final class FinishBySql extends PTransform<PCollection<byte[]>, PCollection<byte[]>> {

  private final WindowedQuery query;
  private final TouchedWindows touched;

  private FinishBySql(WindowedQuery query, TouchedWindows touched) {
    this.query = query;
    this.touched = touched;
  }

  /**
   * @param touched the same as was given to the feeds
   */
  public static FinishBySql of(WindowedQuery query, TouchedWindows touched) {
    return new FinishBySql(query, touched);
  }

  @Override
  public PCollection<byte[]> expand(PCollection<byte[]> blocks) {
    PCollection<byte[]> gold =
        query.path() == WindowedQuery.Path.MERGED
            ? blocks.apply("MergePartials", new MergePartials(query, touched))
            : runSql(blocks);
    return gold.apply("IntoGlobal", Window.into(new GlobalWindows()));
  }

  private PCollection<byte[]> runSql(PCollection<byte[]> blocks) {
    PCollection<Row> windowed =
        blocks
            .apply("OpenRows", ParDo.of(new OpenRowsFn(query)))
            .setRowSchema(query.beamSchema())
            .apply("IntoWindows", Window.<Row>into(windowFn(query)));
    return PCollectionTuple.of(new TupleTag<>(query.table()), windowed)
        .apply("RunSql", SqlDialect.transform(query.sql(), Failing.at(FinishBySql::place)))
        .apply("CloseWindows", ParDo.of(new CloseWindowsFn(query, touched)))
        .setCoder(ByteArrayCoder.of());
  }

  private static String place(@Nullable Row row, BoundedWindow window) {
    String values = row == null ? "" : ", for the values " + Failing.values(row);
    return (window instanceof IntervalWindow interval ? WindowSealer.place(interval) : "") + values;
  }

  private static WindowFn<? super Row, ?> windowFn(WindowedQuery query) {
    WindowSpec window = query.window();
    if (window instanceof WindowSpec.Tumbling tumbling) {
      return new AlignedWindows(tumbling.size().toMillis(), tumbling.size().toMillis());
    } else if (window instanceof WindowSpec.Sliding sliding) {
      return new AlignedWindows(sliding.size().toMillis(), sliding.period().toMillis());
    }
    return new SessionWindows(((WindowSpec.Session) window).gap().toMillis(), query.endField());
  }

  private static final class OpenRowsFn extends DoFn<byte[], Row> {

    private final WindowedQuery query;
    private transient @Nullable RowLayout layout;
    private transient @Nullable RowOpener opener;

    OpenRowsFn(WindowedQuery query) {
      this.query = query;
    }

    @Setup
    public void setup() {
      Schema schema = query.beamSchema();
      RowLayout blockLayout = RowLayout.of(query.blockSchema());
      layout = blockLayout;
      opener = new RowOpener(blockLayout, schema);
    }

    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<Row> rows) {
      RowLayout blockLayout = layout;
      RowOpener rowOpener = opener;
      if (blockLayout == null || rowOpener == null) {
        throw new IllegalStateException("setup() was not called.");
      }
      int timeField = query.timeField();
      for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
        long millis = Math.floorDiv(blockLayout.timeAt(block, row, timeField), 1000L);
        if (query.hasWindow(millis)) {
          rows.outputWithTimestamp(rowOpener.open(block, row), new Instant(millis));
        }
      }
    }
  }

  private static final class CloseWindowsFn extends DoFn<Row, byte[]> {

    private final WindowedQuery query;
    private final TouchedWindows touched;
    private transient @Nullable WindowSealer sealer;

    CloseWindowsFn(WindowedQuery query, TouchedWindows touched) {
      this.query = query;
      this.touched = touched;
    }

    @ProcessElement
    public void process(@Element Row row, BoundedWindow window, OutputReceiver<byte[]> rows) {
      IntervalWindow interval = (IntervalWindow) window;
      if (!touched.contains(
          interval.start().getMillis() * 1000, interval.end().getMillis() * 1000)) {
        return;
      }
      WindowSealer windows = sealer;
      if (windows == null) {
        windows = new WindowSealer(query.outputSchema());
        sealer = windows;
      }
      rows.output(windows.seal(row, interval));
    }
  }
}
