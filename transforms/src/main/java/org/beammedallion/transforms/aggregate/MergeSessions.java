package org.beammedallion.transforms.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.PValues;
import org.apache.beam.sdk.values.TupleTag;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
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

  /** A number of rows that nobody knows. */
  static final long UNKNOWN = -1;

  private static final int FEWEST_BUCKETS = 32;
  private static final int BUCKETS_OF_UNKNOWN = 512;
  private static final int MOST_BUCKETS = 4096;

  /** Rows of silver for each bucket, which make as many partial rows at most: some 50 megabytes. */
  private static final long ROWS_PER_BUCKET = 250_000;

  private static final int BLOCK_BYTES = 1 << 18;

  /** Of all blocks that a task fills at the same time. */
  private static final long HELD_BYTES = 16L << 20;

  private final WindowedQuery query;
  private final @Nullable PCollection<byte[]> kept;
  private final int buckets;

  /**
   * @param kept see {@link FinishBySql#keeping}
   * @param rows how many rows of silver there are, or {@link #UNKNOWN}
   */
  MergeSessions(WindowedQuery query, @Nullable PCollection<byte[]> kept, long rows) {
    this.query = query;
    this.kept = kept;
    buckets =
        rows < 0
            ? BUCKETS_OF_UNKNOWN
            : (int) Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, rows / ROWS_PER_BUCKET));
  }

  @Override
  public Map<TupleTag<?>, PValue> getAdditionalInputs() {
    return kept == null ? Map.of() : Map.copyOf(PValues.expandInput(kept));
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
    if (query.path() != WindowedQuery.Path.MERGED) {
      // Beam SQL gets each row at the start of its session, which is before the time that a group
      // has otherwise: the end of the global window.
      spread =
          spread.apply(
              "Earliest",
              Window.<KV<Destination, Block>>configure()
                  .withTimestampCombiner(TimestampCombiner.EARLIEST));
    }
    return spread
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
    private transient @Nullable BlockBuffers blocks;
    private transient @Nullable GroupTable hashes;

    SpreadFn(WindowedQuery query, Block.Kind kind, int buckets) {
      this.query = query;
      this.kind = kind;
      this.buckets = buckets;
    }

    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<KV<Destination, Block>> output) {
      BlockBuffers buffers = blocks;
      GroupTable groups = hashes;
      if (buffers == null || groups == null) {
        buffers = new BlockBuffers(kind, buckets, BLOCK_BYTES, HELD_BYTES);
        groups = groups(query, RowLayout.of(query.blockSchema()));
        blocks = buffers;
        hashes = groups;
      }
      int next;
      for (int row = Integer.BYTES; row < block.length; row = next) {
        next = RowBlock.next(block, row);
        buffers.add(
            Math.floorMod(groups.hash(block, row, 0), buckets),
            block,
            row - Integer.BYTES,
            next - row,
            (bucket, full) -> output.output(KV.of(Destination.bucket(bucket), full)));
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      BlockBuffers buffers = blocks;
      if (buffers != null) {
        buffers.flush(
            (bucket, block) ->
                context.output(
                    KV.of(Destination.bucket(bucket), block),
                    BoundedWindow.TIMESTAMP_MIN_VALUE,
                    GlobalWindow.INSTANCE));
      }
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

    /** By group and start; a session that stays comes before the rows that it holds. */
    int compareTo(Part other) {
      int order = Integer.compare(group, other.group);
      if (order == 0) {
        order = Long.compare(start, other.start);
      }
      return order == 0 ? Boolean.compare(other.isKept, isKept) : order;
    }

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
      new Merge(query).run(sorted(bucket.getValue()), sessions::output);
    }

    private List<Part> sorted(Iterable<Block> blocks) {
      RowLayout layout = RowLayout.of(query.blockSchema());
      GroupTable groups = groups(query, layout);
      List<Part> parts = new ArrayList<>();
      for (Block block : blocks) {
        byte[] bytes = block.bytes();
        int next;
        for (int row = Block.START + Integer.BYTES; row < bytes.length; row = next) {
          next = RowBlock.next(bytes, row);
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
      parts.sort(Part::compareTo);
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

    /** The one of the sessions that stay, of this group and so far, that ends last. */
    private @Nullable Part kept;

    Merge(WindowedQuery query) {
      layout = RowLayout.of(query.blockSchema());
      groupFields = query.plan().groupFields().length;
      merged =
          PartialAggregation.ofSessions(query.plan(), layout, (WindowSpec.Session) query.window());
    }

    void run(List<Part> parts, Consumer<byte[]> sessions) {
      for (Part part : parts) {
        if (part.group() != group) {
          group = part.group();
          end = Long.MIN_VALUE;
          kept = null;
        }
        Part last = kept;
        if (part.isKept()) {
          if (part.start() < end) {
            throw outOfStep(part);
          }
          kept = last == null || last.end() < part.end() ? part : last;
        } else if (last == null || part.start() >= last.end()) {
          add(part, sessions);
        } else if (part.end() > last.end()) {
          throw outOfStep(last);
        }
        // Otherwise gold has counted it in a session that stays.
      }
      merged.flush(sessions);
    }

    private void add(Part part, Consumer<byte[]> sessions) {
      if (part.start() >= end) {
        start = part.start();
      }
      end = Math.max(end, part.end());
      copy.truncate(0);
      copy.append(part.bytes(), part.row(), part.length());
      copy.setLong(layout, 0, PartialPlan.START, start);
      merged.add(copy.bytes(), 0, copy.length(), sessions);
    }

    private SessionsOutOfStepException outOfStep(Part session) {
      return new SessionsOutOfStepException(
          session.start(),
          session.end(),
          GroupText.of(layout, session.bytes(), session.row(), groupFields));
    }
  }
}
