package org.beammedallion.transforms.deduplicate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.block.BatchFigures;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Spreads rows over buckets by the hash of their key, as blocks of many rows; rows of one key come
 * to one bucket. Dead letters and figures travel beside them to destinations of their own, for a
 * second output would be computed twice on some runners. Bounded, global window.
 *
 * <p>Of a key with very many rows, those that lose against another one of their block stay behind
 * and are counted in {@link Block.Figures#duplicates}, unless {@link #withEveryVersion}.
 */
public final class SpreadRows
    extends PTransform<PCollection<RowBatch>, PCollection<KV<Destination, Block>>> {

  /** Well below half a region of the heap, from which on G1 allocates each array on its own. */
  private static final int BLOCK_BYTES = 1 << 18;

  private static final long HELD_BYTES = 48L << 20;
  private static final int DEAD_LETTER_BYTES = 4 << 20;

  private final @Nullable RowKey key;
  private final int buckets;
  private final int deadLetterParts;
  private final boolean everyVersion;

  private SpreadRows(@Nullable RowKey key, int buckets, int deadLetterParts, boolean everyVersion) {
    this.key = key;
    this.buckets = buckets;
    this.deadLetterParts = deadLetterParts;
    this.everyVersion = everyVersion;
  }

  /**
   * @param key what tells rows apart, or null to spread them by their position
   * @param buckets number of buckets, from 0
   * @param deadLetterParts into how many parts the dead letters go
   */
  public static SpreadRows of(@Nullable RowKey key, int buckets, int deadLetterParts) {
    return new SpreadRows(key, buckets, deadLetterParts, key == null);
  }

  /** Sends every row, for a consumer that needs more than the latest of each key. */
  public SpreadRows withEveryVersion() {
    return new SpreadRows(key, buckets, deadLetterParts, true);
  }

  @Override
  public PCollection<KV<Destination, Block>> expand(PCollection<RowBatch> rows) {
    return rows.apply("Spread by key", ParDo.of(new SpreadFn(this)))
        .setCoder(BlockCoder.addressed());
  }

  private static final class SpreadFn extends DoFn<RowBatch, KV<Destination, Block>> {
    private final @Nullable RowKey key;
    private final int buckets;
    private final int deadLetterParts;
    private final boolean everyVersion;
    private transient BlockBuffers blocks;
    private transient @Nullable HotKeys hotKeys;
    private transient Map<Integer, List<DeadLetter>> deadLetters;
    private transient long deadLetterBytes;
    private transient BatchFigures figures;

    SpreadFn(SpreadRows settings) {
      this.key = settings.key;
      this.buckets = settings.buckets;
      this.deadLetterParts = settings.deadLetterParts;
      this.everyVersion = settings.everyVersion;
    }

    @StartBundle
    public void start() {
      blocks = new BlockBuffers(Block.Kind.ROWS, buckets, BLOCK_BYTES, HELD_BYTES);
      hotKeys = key == null || everyVersion ? null : new HotKeys(key);
      deadLetters = new HashMap<>();
      deadLetterBytes = 0;
      figures = BatchFigures.NONE;
    }

    @ProcessElement
    public void process(@Element RowBatch batch, OutputReceiver<KV<Destination, Block>> output) {
      BlockBuffers.Receiver receiver =
          (bucket, block) -> output.output(KV.of(Destination.bucket(bucket), latest(block)));
      byte[] bytes = batch.bytes();
      for (int header = 0; header < batch.length(); ) {
        int next = RowBatch.next(bytes, header);
        blocks.add(bucket(bytes, header), bytes, header, next - header, receiver);
        header = next;
      }
      figures = figures.plus(batch);
      for (DeadLetter letter : batch.rejects()) {
        deadLetters
            .computeIfAbsent(batch.shard() % deadLetterParts, part -> new ArrayList<>())
            .add(letter);
        deadLetterBytes += letter.payload().length + letter.detail().length();
      }
      if (deadLetterBytes >= DEAD_LETTER_BYTES) {
        sendDeadLetters(
            (part, block) -> output.output(KV.of(Destination.deadLetters(part), block)));
      }
    }

    private Block latest(Block block) {
      return hotKeys == null ? block : hotKeys.latest(block);
    }

    private int bucket(byte[] bytes, int header) {
      if (key != null) {
        return key.bucket(bytes, header + RowBatch.HEADER, buckets);
      }
      long place = RowBatch.rowPosition(bytes, header) * 31 + RowBatch.rowShard(bytes, header);
      return (int) (((place * 0x9E3779B97F4A7C15L) >>> 32) % buckets);
    }

    private void sendDeadLetters(BlockBuffers.Receiver receiver) {
      deadLetters.forEach((part, letters) -> receiver.receive(part, Block.DeadLetters.of(letters)));
      deadLetters.clear();
      deadLetterBytes = 0;
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush((bucket, block) -> send(context, Destination.bucket(bucket), latest(block)));
      sendDeadLetters((part, block) -> send(context, Destination.deadLetters(part), block));
      long duplicates = hotKeys == null ? 0 : hotKeys.dropped();
      send(context, Destination.FIGURES, Block.Figures.of(figures, duplicates));
    }

    private static void send(FinishBundleContext context, Destination destination, Block block) {
      context.output(
          KV.of(destination, block), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
    }
  }
}
