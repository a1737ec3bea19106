package org.beammedallion.io.star;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.io.writing.WriteRowsFn;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionRows;

/**
 * Makes a dimension of the versions of its keys and stages it whole. Bounded. Idempotent like
 * {@link org.beammedallion.io.silver.StageSilver}.
 */
public final class StageDimension extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param source folder of the table that holds the versions
   * @param files of that table
   * @param buckets into how many parts the keys go, each of which must fit in memory
   * @param resultUri where the result is written
   */
  public record Settings(
      DimensionPlan plan,
      String source,
      List<DataFile> files,
      int buckets,
      TableTarget target,
      String resultUri)
      implements Serializable {}

  /** Rows of a bucket; at some hundred bytes each they fit in memory beside others. */
  private static final long ROWS_PER_BUCKET = 250_000;

  private static final int MAX_BUCKETS = 4096;

  private final Settings settings;

  private StageDimension(Settings settings) {
    this.settings = settings;
  }

  public static StageDimension of(Settings settings) {
    return new StageDimension(settings);
  }

  /** How many buckets the rows of some files should go to. */
  public static int buckets(List<DataFile> files) {
    long rows = files.stream().mapToLong(file -> Math.max(0, file.rows())).sum();
    return (int) Math.min(MAX_BUCKETS, 1 + rows / ROWS_PER_BUCKET);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin
        .apply(
            "Version files",
            Create.of(settings.files()).withCoder(SerializableCoder.of(DataFile.class)))
        .apply(
            "Read versions",
            ReadKeyed.of(
                new ReadKeyed.Settings(
                    settings.source(), settings.plan().key(), Block.Kind.ROWS, settings.buckets())))
        .apply("Group by bucket", GroupByKey.create())
        .apply("Write history", ParDo.of(new WriteFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  /** Writes the rows of its keys. */
  private static final class WriteFn extends WriteRowsFn<KV<Destination, Iterable<Block>>> {
    private final DimensionPlan plan;

    WriteFn(Settings settings) {
      super(settings.target());
      this.plan = settings.plan();
    }

    @ProcessElement
    public void process(@Element KV<Destination, Iterable<Block>> bucket) throws IOException {
      DimensionRows rows = new DimensionRows(plan);
      for (Block block : bucket.getValue()) {
        rows.add(block.bytes(), Block.START);
      }
      rows.forEach(this::publish);
    }
  }
}
