package org.beammedallion.io.star;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteRangeFn;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.star.DimensionPlan;
import org.beammedallion.transforms.star.DimensionRows;

/**
 * Makes a dimension, or some ranges of its keys, of the versions of these keys, and stages it by
 * range. Bounded. Idempotent like {@link org.beammedallion.io.silver.StageSilver}.
 */
public final class StageDimension extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param source folder of the table that holds the versions
   * @param ranges of its keys; each must fit in memory
   * @param made numbers of the ranges that are made
   * @param resultUri where the result is written
   */
  public record Settings(
      DimensionPlan plan,
      String source,
      KeyRanges ranges,
      Set<Integer> made,
      TableTarget target,
      String resultUri)
      implements Serializable {}

  private final Settings settings;

  private StageDimension(Settings settings) {
    this.settings = settings;
  }

  public static StageDimension of(Settings settings) {
    return new StageDimension(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    List<KV<Destination, Block>> ranges =
        settings.made().stream()
            .map(number -> KV.of(Destination.bucket(number), Block.Kind.ROWS.with(new byte[0])))
            .toList();
    PCollection<KV<Destination, Block>> spread =
        begin
            .apply(
                "Version files",
                Create.of(settings.ranges().spread())
                    .withCoder(SerializableCoder.of(DataFile.class)))
            .apply(
                "Read versions",
                ReadKeyed.of(
                    new ReadKeyed.Settings(
                        settings.source(),
                        settings.plan().key(),
                        Block.Kind.ROWS,
                        settings.ranges())));
    return PCollectionList.of(spread)
        .and(begin.apply("Ranges", Create.of(ranges).withCoder(BlockCoder.addressed())))
        .apply("All rows", Flatten.pCollections())
        .apply("Group by range", GroupByKey.create())
        .apply("Write history", ParDo.of(new WriteFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  /** Writes the dimension's rows of a range. */
  private static final class WriteFn extends WriteRangeFn {
    private final DimensionPlan plan;

    WriteFn(Settings settings) {
      super(
          settings.target(),
          settings.ranges().only(settings.made()),
          settings.source(),
          settings.plan().versions(),
          Block.Kind.ROWS);
      this.plan = settings.plan();
    }

    @Override
    protected Rows begin(StagedFiles files) {
      DimensionRows rows = new DimensionRows(plan);
      return new Rows() {
        @Override
        public void add(Block block) {
          rows.add(block.bytes(), Block.START);
        }

        @Override
        public long finish() throws IOException {
          long[] count = {0};
          rows.forEach(
              (bytes, row, length) -> {
                files.write(bytes, row, null, 0);
                count[0]++;
              });
          return count[0];
        }
      };
    }

    /** Files of the dimension are replaced by the driver, which knows them. */
    @Override
    protected List<String> replaced(List<DataFile> own) {
      return List.of();
    }
  }
}
