package org.beammedallion.io.aggregate;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.FinishBySql;
import org.beammedallion.transforms.aggregate.RowFeed;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.TouchedWindows;

/**
 * Computes the touched windows of a gold table from silver's files and stages them, together with
 * the rows of other windows that stand in the same files of gold, for those files are replaced as a
 * whole. Bounded. Idempotent like {@link org.beammedallion.io.silver.StageSilver}.
 */
public final class StageAggregate extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param silver folder of the silver table
   * @param silverFiles those of its files that may hold rows of touched windows
   * @param tableFiles files of the gold table that are replaced
   * @param keptFiles files of the gold table with sessions that stay, though rows near them are
   *     read; some of them may be replaced, too
   * @param resultUri where the result is written
   */
  public record Settings(
      WindowedQuery query,
      TouchedWindows touched,
      String silver,
      List<DataFile> silverFiles,
      List<DataFile> tableFiles,
      List<DataFile> keptFiles,
      TableTarget target,
      String resultUri)
      implements Serializable {}

  private final Settings settings;

  private StageAggregate(Settings settings) {
    this.settings = settings;
  }

  public static StageAggregate of(Settings settings) {
    return new StageAggregate(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    int parts = AggregateParts.count(settings);
    PartWriter writer = PartWriter.of(settings.target(), settings.touched());
    Coder<KV<Destination, Block>> blocks = BlockCoder.addressed();
    PCollection<KV<Destination, Block>> computed =
        begin
            .apply("Silver files", files(settings.silverFiles()))
            .apply("Read silver", ParDo.of(FeedFn.ofSilver(settings)))
            .setCoder(ByteArrayCoder.of())
            .apply("Aggregate", finish(begin))
            .apply("Spread computed", ParDo.of(new AggregateParts.SpreadFn(Block.Kind.ROWS, parts)))
            .setCoder(blocks);
    PCollection<KV<Destination, Block>> kept =
        begin
            .apply("Gold files", files(settings.tableFiles()))
            .apply("Keep other windows", ParDo.of(new KeepFn(settings)))
            .setCoder(ByteArrayCoder.of())
            .apply("Spread kept", ParDo.of(new AggregateParts.SpreadFn(Block.Kind.KEPT, parts)))
            .setCoder(blocks);
    return PCollectionList.of(computed)
        .and(kept)
        .apply("All rows", Flatten.pCollections())
        .apply("Group by part", GroupByKey.create())
        .apply("Write parts", ParDo.of(new AggregateParts.WritePartFn(writer)))
        .setCoder(blocks)
        .apply("Group the rest", GroupByKey.create())
        .apply("Write the rest", ParDo.of(new AggregateParts.WriteRestFn(writer)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private FinishBySql finish(PBegin begin) {
    FinishBySql finish =
        FinishBySql.of(settings.query(), settings.touched())
            .ofRows(
                settings.silverFiles().stream().anyMatch(file -> file.rows() < 0)
                    ? -1
                    : AggregateParts.silverRows(settings));
    if (!settings.touched().isByKey()) {
      return finish;
    }
    return finish.keeping(
        begin
            .apply("Files of sessions", files(settings.keptFiles()))
            .apply("Read sessions", ParDo.of(FeedFn.ofSessions(settings)))
            .setCoder(ByteArrayCoder.of()));
  }

  private static Create.Values<DataFile> files(List<DataFile> files) {
    return Create.of(files).withCoder(SerializableCoder.of(DataFile.class));
  }

  /** Makes the feed of a bundle. */
  private interface NewFeed extends Supplier<RowFeed>, Serializable {}

  /** Feeds rows of files, of which it reads the columns that are needed. */
  private static final class FeedFn extends DoFn<DataFile, byte[]> {
    private final String table;
    private final RecordSchema schema;
    private final NewFeed newFeed;
    private transient RowFeed feed;

    private FeedFn(String table, RecordSchema schema, NewFeed newFeed) {
      this.table = table;
      this.schema = schema;
      this.newFeed = newFeed;
    }

    /** Adds silver's rows up as far as a bundle reaches. */
    static FeedFn ofSilver(Settings settings) {
      WindowedQuery query = settings.query();
      TouchedWindows touched = settings.touched();
      return new FeedFn(settings.silver(), query.inputSchema(), () -> query.feed(touched));
    }

    /** Gives the sessions that stay. */
    static FeedFn ofSessions(Settings settings) {
      WindowedQuery query = settings.query();
      TouchedWindows touched = settings.touched();
      return new FeedFn(
          settings.target().folder(), query.sessionSchema(), () -> query.sessionFeed(touched));
    }

    @StartBundle
    public void start() {
      feed = newFeed.get();
    }

    @ProcessElement
    public void process(@Element DataFile file, OutputReceiver<byte[]> output) throws IOException {
      Consumer<byte[]> blocks = output::output;
      try (RowParquetReader reader = RowParquetReader.open(table, file, schema, false)) {
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            feed.add(rows.bytes(), rows.row(i), rows.length(i), blocks);
          }
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      feed.flush(
          block -> context.output(block, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
    }
  }

  /** Passes on the rows of windows that are not computed again. */
  private static final class KeepFn extends DoFn<DataFile, byte[]> {
    private final Settings settings;

    KeepFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element DataFile file, OutputReceiver<byte[]> output) throws IOException {
      try (RowParquetReader reader =
          RowParquetReader.open(
              settings.target().folder(), file, settings.target().schema(), false)) {
        RowLayout layout = reader.layout();
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            int row = rows.row(i);
            long start = layout.longAt(rows.bytes(), row, TableWindows.START);
            long end = layout.longAt(rows.bytes(), row, TableWindows.END);
            if (!settings.touched().contains(start, end)) {
              output.output(Arrays.copyOfRange(rows.bytes(), row, row + rows.length(i)));
            }
          }
        }
      }
    }
  }
}
