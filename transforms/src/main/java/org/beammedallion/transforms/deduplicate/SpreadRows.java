package org.beammedallion.transforms.deduplicate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.DeadLetterCoder;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Spreads rows over buckets by the hash of their key, as blocks of many rows; rows of one key come
 * to one bucket. Dead letters and figures travel beside them under keys of their own, for a second
 * output would be computed twice on some runners. Bounded, global window.
 */
public final class SpreadRows
    extends PTransform<PCollection<RowBatch>, PCollection<KV<Integer, byte[]>>> {

  /** The key of encoded {@link BatchFigures}. */
  public static final int FIGURES = -1;

  private static final int FIRST_DEAD_LETTERS = -2;

  /** Well below half a region of the heap, from which on G1 allocates each array on its own. */
  private static final int BLOCK_BYTES = 1 << 18;

  private static final long HELD_BYTES = 48L << 20;
  private static final int DEAD_LETTER_BYTES = 4 << 20;

  private final @Nullable RowKey key;
  private final int buckets;
  private final int deadLetterParts;

  private SpreadRows(@Nullable RowKey key, int buckets, int deadLetterParts) {
    this.key = key;
    this.buckets = buckets;
    this.deadLetterParts = deadLetterParts;
  }

  /**
   * @param key what tells rows apart, or null to spread them by their position
   * @param buckets keys 0 to {@code buckets - 1} of the result
   * @param deadLetterParts into how many parts the dead letters go
   */
  public static SpreadRows of(@Nullable RowKey key, int buckets, int deadLetterParts) {
    return new SpreadRows(key, buckets, deadLetterParts);
  }

  /** Whether a key of the result stands for a part of the dead letters. */
  public static boolean isDeadLetters(int key) {
    return key <= FIRST_DEAD_LETTERS;
  }

  /** Number of the part of the dead letters that a key stands for. */
  public static int deadLetterPart(int key) {
    return FIRST_DEAD_LETTERS - key;
  }

  @Override
  public PCollection<KV<Integer, byte[]>> expand(PCollection<RowBatch> rows) {
    return rows.apply("Spread by key", ParDo.of(new SpreadFn(key, buckets, deadLetterParts)))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
  }

  private static final class SpreadFn extends DoFn<RowBatch, KV<Integer, byte[]>> {
    private final @Nullable RowKey key;
    private final int buckets;
    private final int deadLetterParts;
    private transient BlockBuffers blocks;
    private transient Map<Integer, List<DeadLetter>> deadLetters;
    private transient long deadLetterBytes;
    private transient BatchFigures figures;

    SpreadFn(@Nullable RowKey key, int buckets, int deadLetterParts) {
      this.key = key;
      this.buckets = buckets;
      this.deadLetterParts = deadLetterParts;
    }

    @StartBundle
    public void start() {
      blocks = new BlockBuffers(BlockBuffers.ROWS, buckets, BLOCK_BYTES, HELD_BYTES);
      deadLetters = new HashMap<>();
      deadLetterBytes = 0;
      figures = BatchFigures.NONE;
    }

    @ProcessElement
    public void process(@Element RowBatch batch, OutputReceiver<KV<Integer, byte[]>> output) {
      BlockBuffers.Receiver receiver = (bucket, block) -> output.output(KV.of(bucket, block));
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
        sendDeadLetters((part, block) -> output.output(KV.of(part, block)));
      }
    }

    private int bucket(byte[] bytes, int header) {
      if (key != null) {
        return key.bucket(bytes, header + RowBatch.HEADER, buckets);
      }
      long place = RowBatch.rowPosition(bytes, header) * 31 + RowBatch.rowShard(bytes, header);
      return (int) (((place * 0x9E3779B97F4A7C15L) >>> 32) % buckets);
    }

    private void sendDeadLetters(BlockBuffers.Receiver receiver) {
      for (Map.Entry<Integer, List<DeadLetter>> part : deadLetters.entrySet()) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
          DeadLetterCoder.encodeAll(part.getValue(), out);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        receiver.receive(FIRST_DEAD_LETTERS - part.getKey(), out.toByteArray());
      }
      deadLetters.clear();
      deadLetterBytes = 0;
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      BlockBuffers.Receiver receiver =
          (destination, block) ->
              context.output(
                  KV.of(destination, block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE);
      blocks.flush(receiver);
      sendDeadLetters(receiver);
      receiver.receive(FIGURES, figures.encode());
    }
  }
}
