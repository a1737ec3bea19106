package org.beammedallion.io.star;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
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
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.ReadKeyed;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.star.DimensionLookup;
import org.beammedallion.transforms.star.FactPlan;

/**
 * Finds the panes whose facts another version of a dimension changes. Asked without files of
 * silver, it tells the stretch of time, by the dimension's own time, in which the versions differ
 * at all; with them, the panes of event time of the rows that differ. Bounded.
 */
public final class FindTouchedFacts extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param join number of the plan's join
   * @param earlier the dimension as the facts know it
   * @param now the dimension as it is
   * @param silver folder of the silver table
   * @param silverFiles files of it, or none
   * @param paneMicros width of a pane
   * @param resultUri where the result is written, in which only the touched panes are set
   */
  public record Settings(
      FactPlan plan,
      int join,
      StageFact.DimensionFiles earlier,
      StageFact.DimensionFiles now,
      String silver,
      List<DataFile> silverFiles,
      long paneMicros,
      int buckets,
      String resultUri)
      implements Serializable {

    FactPlan.Join joined() {
      return plan.joins().get(join);
    }
  }

  private final Settings settings;

  private FindTouchedFacts(Settings settings) {
    this.settings = settings;
  }

  public static FindTouchedFacts of(Settings settings) {
    return new FindTouchedFacts(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    Coder<KV<Destination, Block>> blocks = BlockCoder.addressed();
    PCollection<KV<Destination, Block>> facts =
        begin
            .apply(
                "Silver files",
                Create.of(settings.silverFiles()).withCoder(SerializableCoder.of(DataFile.class)))
            .apply(
                "Read silver",
                ParDo.of(
                    new ReadFactsFn(
                        settings.plan(),
                        settings.joined().factKey(),
                        settings.silver(),
                        TouchedPanes.ALL,
                        settings.paneMicros(),
                        settings.buckets())))
            .setCoder(blocks);
    return PCollectionList.of(facts)
        .and(dimension(begin, "Earlier", settings.earlier(), Block.Kind.EARLIER_DIMENSION))
        .and(dimension(begin, "Now", settings.now(), Block.Kind.DIMENSION))
        .apply("All rows", Flatten.pCollections())
        .apply("Group by key", GroupByKey.create())
        .apply("Compare", ParDo.of(new CompareFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private PCollection<KV<Destination, Block>> dimension(
      PBegin begin, String name, StageFact.DimensionFiles dimension, Block.Kind kind) {
    return begin
        .apply(
            name + " files",
            Create.of(dimension.files()).withCoder(SerializableCoder.of(DataFile.class)))
        .apply(
            name,
            ReadKeyed.of(
                new ReadKeyed.Settings(
                    dimension.folder(),
                    settings.joined().key(),
                    kind,
                    KeySpread.over(settings.buckets()))));
  }

  private static final class CompareFn extends DoFn<KV<Destination, Iterable<Block>>, StageResult> {
    private final Settings settings;

    CompareFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> bucket, OutputReceiver<StageResult> output) {
      DimensionLookup earlier = new DimensionLookup(settings.joined());
      DimensionLookup now = new DimensionLookup(settings.joined());
      List<byte[]> facts = new ArrayList<>();
      for (Block block : bucket.getValue()) {
        if (block instanceof Block.EarlierDimension) {
          earlier.add(block.bytes(), Block.START);
        } else if (block instanceof Block.Dimension) {
          now.add(block.bytes(), Block.START);
        } else {
          facts.add(block.bytes());
        }
      }
      TouchedPanes touched =
          settings.silverFiles().isEmpty() ? stretch(earlier, now) : panes(facts, earlier, now);
      output.output(StageResult.NONE.withRemoved(List.of(), touched));
    }

    private TouchedPanes stretch(DimensionLookup earlier, DimensionLookup now) {
      long[] bounds = {Long.MAX_VALUE, Long.MIN_VALUE};
      earlier.compareWith(
          now,
          (from, to) -> {
            bounds[0] = Math.min(bounds[0], from);
            bounds[1] = Math.max(bounds[1], to);
          });
      return bounds[0] >= bounds[1]
          ? TouchedPanes.NONE
          : TouchedPanes.between(bounds[0], bounds[1] - 1, settings.paneMicros());
    }

    private TouchedPanes panes(List<byte[]> facts, DimensionLookup earlier, DimensionLookup now) {
      TouchedPanes.Collector panes = new TouchedPanes.Collector(settings.paneMicros());
      for (byte[] block : facts) {
        for (int header = Block.START;
            header < block.length;
            header = RowBatch.next(block, header)) {
          int row = header + RowBatch.HEADER;
          if (!earlier.sameForFacts(earlier.find(block, row), now, now.find(block, row))) {
            panes.add(settings.plan().wide().timeAt(block, row, settings.plan().eventTime()));
          }
        }
      }
      return panes.collected();
    }
  }
}
