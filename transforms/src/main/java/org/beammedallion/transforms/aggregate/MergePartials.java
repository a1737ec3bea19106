package org.beammedallion.transforms.aggregate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.EventTimeFilter;
import org.beammedallion.transforms.window.TimeRange;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.WindowCycle;

/**
 * Puts partial results together, for queries in which nothing stands around the aggregates, over
 * tumbling or sliding windows: a partial row goes to each of its windows, and the groups of a
 * bucket are merged in one hash table.
 */
final class MergePartials extends PTransform<PCollection<byte[]>, PCollection<byte[]>> {

  /**
   * The most that work in parallel on the last step; also what a bucket's share of gold in memory
   * is.
   */
  private static final int BUCKETS = 32;

  private final WindowedQuery query;
  private final TouchedWindows touched;

  MergePartials(WindowedQuery query, TouchedWindows touched) {
    this.query = query;
    this.touched = touched;
  }

  @Override
  public PCollection<byte[]> expand(PCollection<byte[]> blocks) {
    return blocks
        .apply("SpreadByGroup", ParDo.of(new SpreadFn(query, touched)))
        .setCoder(BlockCoder.addressed())
        .apply("GroupByBucket", GroupByKey.create())
        .apply("Merge", ParDo.of(new MergeFn(query)))
        .setCoder(ByteArrayCoder.of());
  }

  /** Puts each partial row into the block of its bucket, once for each touched window. */
  private static final class SpreadFn extends DoFn<byte[], KV<Destination, Block>> {

    private final WindowedQuery query;
    private final TouchedWindows touched;

    SpreadFn(WindowedQuery query, TouchedWindows touched) {
      this.query = query;
      this.touched = touched;
    }

    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<KV<Destination, Block>> buckets) {
      RowLayout layout = RowLayout.of(query.blockSchema());
      GroupTable groups =
          new GroupTable(
              layout, query.plan().merging().groupFields(), layout, GroupTable.UNLIMITED);
      WindowCycle windows = WindowCycle.of(query.window());
      Map<Integer, RowBlock> byBucket = new HashMap<>();
      for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
        long pane = layout.longAt(block, row, PartialPlan.START);
        int length = RowBlock.next(block, row) - row - Integer.BYTES;
        for (long start = windows.last(pane);
            windows.holds(start, pane);
            start -= windows.period()) {
          if (touched.contains(start, start + windows.size())) {
            int bucket = Math.floorMod(groups.hash(block, row, start), BUCKETS);
            RowBlock target = byBucket.computeIfAbsent(bucket, key -> new RowBlock());
            int copy = target.begin(full -> buckets.output(addressed(bucket, full)));
            target.rows().append(block, row, length);
            target.rows().setLong(layout, copy, PartialPlan.START, start);
            target.end();
          }
        }
      }
      byBucket.forEach(
          (bucket, rows) -> rows.flush(full -> buckets.output(addressed(bucket, full))));
    }

    /** In the blocks between the steps each row stands behind its length, as before. */
    private static KV<Destination, Block> addressed(int bucket, byte[] rows) {
      return KV.of(Destination.bucket(bucket), Block.Kind.ROWS.with(rows));
    }
  }

  private static final class MergeFn extends DoFn<KV<Destination, Iterable<Block>>, byte[]> {

    private final WindowedQuery query;

    MergeFn(WindowedQuery query) {
      this.query = query;
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> bucket, OutputReceiver<byte[]> rows) {
      RowLayout layout = RowLayout.of(query.blockSchema());
      WindowCycle windows = WindowCycle.of(query.window());
      RowFeed merged =
          new PartialAggregation(
              query.plan().merging(),
              layout,
              PartialPlan.START,
              new EventTimeFilter(List.of(TimeRange.ALL)),
              windows.starts(),
              GroupTable.UNLIMITED);
      for (Block block : bucket.getValue()) {
        byte[] bytes = block.bytes();
        for (int row = Block.START + Integer.BYTES;
            row < bytes.length;
            row = RowBlock.next(bytes, row)) {
          merged.add(bytes, row, RowBlock.next(bytes, row) - row - Integer.BYTES, full -> {});
        }
      }
      PartialSealer sealer = new PartialSealer(query);
      merged.flush(
          block -> {
            for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
              rows.output(sealer.seal(block, row));
            }
          });
    }
  }
}
