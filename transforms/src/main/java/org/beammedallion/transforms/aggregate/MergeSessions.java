package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Puts the partial results of sessions together: takes blocks of partial rows and gives blocks with
 * one partial row for each session. Those that are a part of a session that stays are left out. A
 * bucket of GROUP BY columns is sorted and merged in memory.
 */
final class MergeSessions extends PTransform<PCollection<byte[]>, PCollection<byte[]>> {

  private static final int FEWEST_BUCKETS = 32;
  private static final int MOST_BUCKETS = 4096;

  /** Of silver: as many partial rows, at most, are in a bucket, some 50 megabytes. */
  private static final long ROWS_PER_BUCKET = 250_000;

  private final WindowedQuery query;
  private final @Nullable PCollection<byte[]> kept;
  private final int buckets;

  /**
   * @param kept see {@link FinishBySql#leaving}
   * @param rows how many rows of silver there are, as far as it is known
   */
  MergeSessions(WindowedQuery query, @Nullable PCollection<byte[]> kept, long rows) {
    this.query = query;
    this.kept = kept;
    buckets = (int) Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, rows / ROWS_PER_BUCKET));
  }

  @Override
  public PCollection<byte[]> expand(PCollection<byte[]> blocks) {
    PCollection<KV<Destination, Block>> spread = spread("SpreadPartials", blocks, Block.Kind.ROWS);
    if (kept != null) {
      spread =
          PCollectionList.of(spread)
              .and(spread("SpreadKept", kept, Block.Kind.KEPT))
              .apply("WithKept", Flatten.pCollections());
    }
    return spread
        // The start of a session is before the end of the global window, which is the time of a
        // group otherwise.
        .apply(
            "Earliest",
            Window.<KV<Destination, Block>>configure()
                .withTimestampCombiner(TimestampCombiner.EARLIEST))
        .apply("GroupByBucket", GroupByKey.create())
        .apply("Merge", ParDo.of(new MergeFn(query)))
        .setCoder(ByteArrayCoder.of());
  }

  private PCollection<KV<Destination, Block>> spread(
      String name, PCollection<byte[]> blocks, Block.Kind kind) {
    return blocks
        .apply(name, ParDo.of(new SpreadFn(query, kind, buckets)))
        .setCoder(BlockCoder.addressed());
  }

  private static GroupTable groups(WindowedQuery query, RowLayout layout) {
    return new GroupTable(
        layout, query.plan().merging().groupFields(), layout, GroupTable.UNLIMITED);
  }

  /** Puts each row into the block of its bucket. */
  private static final class SpreadFn extends DoFn<byte[], KV<Destination, Block>> {

    private final WindowedQuery query;
    private final Block.Kind kind;
    private final int buckets;

    SpreadFn(WindowedQuery query, Block.Kind kind, int buckets) {
      this.query = query;
      this.kind = kind;
      this.buckets = buckets;
    }

    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<KV<Destination, Block>> output) {
      GroupTable groups = groups(query, RowLayout.of(query.blockSchema()));
      Map<Integer, RowBlock> byBucket = new HashMap<>();
      for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
        int bucket = Math.floorMod(groups.hash(block, row, 0), buckets);
        RowBlock target = byBucket.computeIfAbsent(bucket, key -> new RowBlock());
        target.begin(full -> output.output(addressed(bucket, full)));
        target.rows().append(block, row, RowBlock.next(block, row) - row - Integer.BYTES);
        target.end();
      }
      byBucket.forEach(
          (bucket, rows) -> rows.flush(full -> output.output(addressed(bucket, full))));
    }

    private KV<Destination, Block> addressed(int bucket, byte[] rows) {
      return KV.of(Destination.bucket(bucket), kind.with(rows));
    }
  }

  /**
   * A partial row, or a session that stays.
   *
   * @param group number of its GROUP BY columns
   * @param start in microseconds
   * @param end in microseconds
   * @param bytes of the block that holds it
   * @param row where it begins there
   */
  @SuppressWarnings("ArrayRecordComponent") // Parts are never compared by their bytes.
  private record Part(int group, long start, long end, boolean isKept, byte[] bytes, int row) {

    /** A session that stays comes before the rows that it holds. */
    static final Comparator<Part> ORDER =
        Comparator.comparingInt(Part::group)
            .thenComparingLong(Part::start)
            .thenComparing(Part::isKept, Comparator.reverseOrder());

    int length() {
      return RowBlock.next(bytes, row) - row - Integer.BYTES;
    }
  }

  private static final class MergeFn extends DoFn<KV<Destination, Iterable<Block>>, byte[]> {

    private final WindowedQuery query;

    MergeFn(WindowedQuery query) {
      this.query = query;
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> bucket, OutputReceiver<byte[]> sessions) {
      new Merge(query).run(sorted(bucket.getValue()), sessions);
    }

    private List<Part> sorted(Iterable<Block> blocks) {
      RowLayout layout = RowLayout.of(query.blockSchema());
      GroupTable groups = groups(query, layout);
      List<Part> parts = new ArrayList<>();
      for (Block block : blocks) {
        byte[] bytes = block.bytes();
        for (int row = Block.START + Integer.BYTES;
            row < bytes.length;
            row = RowBlock.next(bytes, row)) {
          int found = groups.find(bytes, row, 0);
          parts.add(
              new Part(
                  found < 0 ? groups.insert(bytes, row, 0) : found,
                  layout.longAt(bytes, row, PartialPlan.START),
                  layout.longAt(bytes, row, PartialPlan.END),
                  block instanceof Block.Kept,
                  bytes,
                  row));
        }
      }
      parts.sort(Part.ORDER);
      return parts;
    }
  }

  /** The sessions of one bucket, from parts in their order. Used once. */
  private static final class Merge {

    private final RowLayout layout;
    private final int groupFields;
    private final PartialAggregation merged;
    private final RowBuilder copy = new RowBuilder(256);

    private int group = -1;

    /** The session that is being put together; none where it ends before it begins. */
    private long start;

    private long end;

    /** Where the sessions that stay, of this group and so far, end. */
    private long keptEnd;

    Merge(WindowedQuery query) {
      layout = RowLayout.of(query.blockSchema());
      groupFields = query.plan().groupFields().length;
      merged =
          PartialAggregation.ofSessions(query.plan(), layout, (WindowSpec.Session) query.window());
    }

    void run(List<Part> parts, DoFn.OutputReceiver<byte[]> sessions) {
      for (Part part : parts) {
        if (part.group() != group) {
          group = part.group();
          end = Long.MIN_VALUE;
          keptEnd = Long.MIN_VALUE;
        }
        if (part.isKept()) {
          require(part.start() >= end, part);
          keptEnd = Math.max(keptEnd, part.end());
        } else if (part.start() >= keptEnd) {
          add(part);
        } else {
          // Part of a session that stays, of which gold has counted it.
          require(part.end() <= keptEnd, part);
        }
      }
      merged.flush(sessions::output);
    }

    private void add(Part part) {
      if (part.start() >= end) {
        start = part.start();
      }
      end = Math.max(end, part.end());
      copy.truncate(0);
      copy.append(part.bytes(), part.row(), part.length());
      copy.setLong(layout, 0, PartialPlan.START, start);
      merged.add(copy.bytes(), 0, copy.length(), full -> {});
    }

    private void require(boolean isInStep, Part part) {
      if (!isInStep) {
        throw new SessionsOutOfStepException(
            part.start(), part.end(), GroupText.of(layout, part.bytes(), part.row(), groupFields));
      }
    }
  }
}
