package org.beammedallion.transforms.aggregate;

import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.PValues;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.Failing;
import org.beammedallion.transforms.sql.RowOpener;
import org.beammedallion.transforms.sql.SqlDialect;
import org.beammedallion.transforms.window.AlignedWindows;
import org.beammedallion.transforms.window.SessionWindows;
import org.beammedallion.transforms.window.TouchedWindows;
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
  private final long rows;
  private final @Nullable PCollection<byte[]> kept;

  private FinishBySql(
      WindowedQuery query, TouchedWindows touched, long rows, @Nullable PCollection<byte[]> kept) {
    this.query = query;
    this.touched = touched;
    this.rows = rows;
    this.kept = kept;
  }

  /**
   * @param touched the same as was given to the feeds
   */
  public static FinishBySql of(WindowedQuery query, TouchedWindows touched) {
    return new FinishBySql(query, touched, MergeSessions.UNKNOWN, null);
  }

  /**
   * @param rows how many rows the feeds get at most, by which the work is spread; negative where
   *     nobody knows
   */
  public FinishBySql ofRows(long rows) {
    return new FinishBySql(query, touched, rows, kept);
  }

  /**
   * The same without the rows of sessions that stay in gold.
   *
   * @param sessions what {@link WindowedQuery#sessionFeed} gives of all sessions of gold in {@link
   *     TouchedWindows#keptRanges}
   */
  public FinishBySql keeping(PCollection<byte[]> sessions) {
    return new FinishBySql(query, touched, rows, sessions);
  }

  @Override
  public Map<TupleTag<?>, PValue> getAdditionalInputs() {
    return kept == null ? Map.of() : Map.copyOf(PValues.expandInput(kept));
  }

  /**
   * @throws IllegalStateException for sessions that are told apart by key, unless it is said which
   *     stay
   */
  @Override
  public PCollection<byte[]> expand(PCollection<byte[]> blocks) {
    if (touched.isByKey() == (kept == null)) {
      throw new IllegalStateException(
          "Sessions that stay are given where touched sessions are told apart by key, and only there: call keeping().");
    } else if (touched.isByKey() && !query.tellsSessionsApart()) {
      throw new IllegalStateException(
          "Gold does not tell whose its sessions are: close the touched sessions over all of gold's.");
    }
    PCollection<byte[]> merged =
        query.mergesSessions()
            ? blocks.apply("MergeSessions", new MergeSessions(query, kept, rows))
            : blocks;
    return gold(merged)
        .apply(
            "IntoGlobal",
            Window.<byte[]>into(new GlobalWindows())
                .withTimestampCombiner(TimestampCombiner.END_OF_WINDOW));
  }

  private PCollection<byte[]> gold(PCollection<byte[]> blocks) {
    if (query.path() != WindowedQuery.Path.MERGED) {
      return runSql(blocks);
    } else if (query.mergesSessions()) {
      return blocks.apply("Seal", ParDo.of(new SealFn(query))).setCoder(ByteArrayCoder.of());
    }
    return blocks.apply("MergePartials", new MergePartials(query, touched));
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

  private static final class SealFn extends DoFn<byte[], byte[]> {

    private final WindowedQuery query;

    SealFn(WindowedQuery query) {
      this.query = query;
    }

    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<byte[]> rows) {
      PartialSealer sealer = new PartialSealer(query);
      for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
        rows.output(sealer.seal(block, row));
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
      // Of sessions only whole ones came here.
      if (!(query.window() instanceof WindowSpec.Session)
          && !touched.contains(
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
