package org.beammedallion.io.star;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.keys.KeySpread;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.io.writing.WriteRowsFn;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.RowExpressions;
import org.beammedallion.transforms.star.ComputeFacts;
import org.beammedallion.transforms.star.FactPlan;

/**
 * Computes the facts of touched panes of event time from silver's files and the dimensions, and
 * stages them, together with the rows of other panes that stand in the same files of the fact
 * table, for those files are replaced as a whole. Bounded. Idempotent like {@link
 * org.beammedallion.io.silver.StageSilver}.
 */
public final class StageFact extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param touched panes that are computed
   * @param paneMicros width of a pane
   * @param silver folder of the silver table
   * @param silverFiles those of its files that may hold rows of touched panes
   * @param dimensions the tables that the plan joins, in its order
   * @param factFiles files of the fact table that are replaced
   * @param buckets into how many parts rows go for a join, each of which must fit in memory
   * @param resultUri where the result is written
   */
  public record Settings(
      FactPlan plan,
      TouchedPanes touched,
      long paneMicros,
      String silver,
      List<DataFile> silverFiles,
      List<DimensionFiles> dimensions,
      List<DataFile> factFiles,
      int buckets,
      TableTarget target,
      String resultUri)
      implements Serializable {}

  /**
   * A version of a dimension.
   *
   * @param folder of its table
   */
  public record DimensionFiles(String folder, List<DataFile> files) implements Serializable {}

  /** Rows of a bucket; at some hundred bytes each they fit in memory beside others. */
  private static final long ROWS_PER_BUCKET = 250_000;

  private static final int MAX_BUCKETS = 4096;

  private final Settings settings;

  private StageFact(Settings settings) {
    this.settings = settings;
  }

  public static StageFact of(Settings settings) {
    return new StageFact(settings);
  }

  /** How many buckets the rows of some files should go to. */
  public static int buckets(List<DataFile> files) {
    long rows = files.stream().mapToLong(file -> Math.max(0, file.rows())).sum();
    return (int) Math.min(MAX_BUCKETS, 1 + rows / ROWS_PER_BUCKET);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    Coder<KV<Destination, Block>> blocks = BlockCoder.addressed();
    Coder<DataFile> files = SerializableCoder.of(DataFile.class);
    PCollection<KV<Destination, Block>> rows =
        begin
            .apply("Silver files", Create.of(settings.silverFiles()).withCoder(files))
            .apply("Read silver", ParDo.of(ReadFactsFn.of(settings)))
            .setCoder(blocks);
    int last = settings.plan().joins().size() - 1;
    for (int join = 0; join < last; join++) {
      rows = join(rows, join, begin, new JoinFacts.PassFn(settings, join)).setCoder(blocks);
    }
    RowExpressions expressions = settings.plan().expressions();
    PCollection<StageResult> written =
        expressions == null
            ? join(rows, last, begin, new JoinFacts.WriteFn(settings, last))
            : join(rows, last, begin, new JoinFacts.EmitFn(settings.plan(), last))
                .setCoder(ByteArrayCoder.of())
                .apply("Compute", ComputeFacts.of(settings.plan(), expressions))
                .apply("Write facts", ParDo.of(new WriteFn(settings.target())));
    PCollection<StageResult> kept =
        begin
            .apply("Fact files", Create.of(settings.factFiles()).withCoder(files))
            .apply("Keep other panes", ParDo.of(new KeepFn(settings)))
            .setCoder(WriteResult.staged());
    return PCollectionList.of(written.setCoder(WriteResult.staged()))
        .and(kept)
        .apply("All results", Flatten.pCollections())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private <T> PCollection<T> join(
      PCollection<KV<Destination, Block>> rows,
      int join,
      PBegin begin,
      DoFn<KV<Destination, Iterable<Block>>, T> joining) {
    return PCollectionList.of(rows)
        .and(dimension(begin, join, SerializableCoder.of(DataFile.class)))
        .apply("With dimension " + join, Flatten.pCollections())
        .apply("Group by key " + join, GroupByKey.create())
        .apply("Join " + join, ParDo.of(joining));
  }

  private PCollection<KV<Destination, Block>> dimension(
      PBegin begin, int join, Coder<DataFile> files) {
    DimensionFiles dimension = settings.dimensions().get(join);
    return begin
        .apply("Dimension files " + join, Create.of(dimension.files()).withCoder(files))
        .apply(
            "Read dimension " + join,
            ReadKeyed.of(
                new ReadKeyed.Settings(
                    dimension.folder(),
                    settings.plan().joins().get(join).key(),
                    Block.Kind.DIMENSION,
                    KeySpread.over(settings.buckets()))));
  }

  /** Writes facts that are ready. */
  private static final class WriteFn extends WriteRowsFn<byte[]> {

    WriteFn(TableTarget target) {
      super(target);
    }

    @ProcessElement
    public void process(@Element byte[] fact) throws IOException {
      publish(fact, 0);
    }
  }

  /** Writes the rows of panes that are not computed again. */
  private static final class KeepFn extends WriteRowsFn<DataFile> {
    private final Settings settings;

    KeepFn(Settings settings) {
      super(settings.target());
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element DataFile file) throws IOException {
      int time = settings.plan().outputTime();
      try (RowParquetReader reader =
          RowParquetReader.open(
              settings.target().folder(), file, settings.target().schema(), false)) {
        RowLayout layout = reader.layout();
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            long at = layout.timeAt(rows.bytes(), rows.row(i), time);
            if (!settings.touched().contain(at, settings.paneMicros())) {
              keep(rows.bytes(), rows.row(i));
            }
          }
        }
      }
    }
  }
}
