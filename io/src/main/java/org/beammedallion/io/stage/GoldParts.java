package org.beammedallion.io.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.transforms.aggregate.WindowSpec;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.deduplicate.BlockBuffers;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * Writes the rows of a gold table in parts, so that no task need hold them all; parts too small for
 * a file of their own are written together. Between the steps travel blocks: a byte that tells
 * their kind, then rows, each behind its length in four bytes, or an encoded {@link StageResult}.
 */
final class GoldParts {

  /** Rows that were computed in this cycle. */
  static final byte COMPUTED = 0;

  /** Rows of other windows, which stood in a file that is replaced. */
  static final byte KEPT = 1;

  private static final byte RESULT = 2;

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 16L << 20;

  /** Encoded rows that are worth files of their own. */
  private static final long OWN_FILE_BYTES = 16L << 20;

  private static final long ROWS_PER_PART = 1_000_000;
  private static final int MAX_PARTS = 1024;

  private GoldParts() {}

  /**
   * How many parts there are: even if every row of silver made a row of gold in each of its
   * windows, a part would have about a million.
   */
  static int count(StageGold.Settings settings) {
    long rows = 0;
    for (DataFile file : settings.silverFiles()) {
      rows += Math.max(0, file.rows());
    }
    long windows =
        settings.query().window() instanceof WindowSpec.Sliding sliding
            ? Math.max(1, sliding.size().toMillis() / sliding.period().toMillis())
            : 1;
    return (int) Math.min(MAX_PARTS, 1 + rows * windows / ROWS_PER_PART);
  }

  /** Spreads encoded rows over the parts. */
  static final class SpreadFn extends DoFn<byte[], KV<Integer, byte[]>> {
    private final byte kind;
    private final int parts;
    private transient BlockBuffers blocks;
    private transient byte[] entry;

    SpreadFn(byte kind, int parts) {
      this.kind = kind;
      this.parts = parts;
    }

    @StartBundle
    public void start() {
      blocks = new BlockBuffers(kind, parts, BLOCK_BYTES, HELD_BYTES);
      entry = new byte[256];
    }

    @ProcessElement
    public void process(@Element byte[] row, OutputReceiver<KV<Integer, byte[]>> output) {
      int length = Integer.BYTES + row.length;
      if (entry.length < length) {
        entry = new byte[2 * length];
      }
      ByteBuffer.wrap(entry).putInt(row.length).put(row);
      int part = Math.floorMod((int) (Hashes.of(row, 0, row.length, 0) >>> 32), parts);
      blocks.add(part, entry, 0, length, (to, block) -> output.output(KV.of(to, block)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (part, block) ->
              context.output(
                  KV.of(part, block), GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
    }
  }

  /** Writes a part that is large enough, and passes on the blocks of all others. */
  static final class WritePartFn extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, byte[]>> {
    private final TableTarget target;

    WritePartFn(TableTarget target) {
      this.target = target;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> part, OutputReceiver<KV<Integer, byte[]>> output)
        throws IOException {
      List<byte[]> blocks = new ArrayList<>();
      long bytes = 0;
      for (byte[] block : part.getValue()) {
        blocks.add(block);
        bytes += block.length;
      }
      if (bytes >= OWN_FILE_BYTES) {
        byte[] json = StagedJson.encode(write(target, blocks));
        byte[] block = new byte[1 + json.length];
        block[0] = RESULT;
        System.arraycopy(json, 0, block, 1, json.length);
        output.output(KV.of(0, block));
      } else {
        blocks.forEach(block -> output.output(KV.of(0, block)));
      }
    }
  }

  /** Writes what is left, adds all results up, and writes the sum for the driver. */
  static final class FinishFn extends DoFn<KV<Integer, Iterable<byte[]>>, String> {
    private final TableTarget target;
    private final String resultUri;

    FinishFn(TableTarget target, String resultUri) {
      this.target = target;
      this.resultUri = resultUri;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> blocks, OutputReceiver<String> output)
        throws IOException {
      StageResult sum = StageResult.NONE;
      List<byte[]> rest = new ArrayList<>();
      for (byte[] block : blocks.getValue()) {
        if (block[0] == RESULT) {
          sum = sum.plus(StagedJson.decode(Arrays.copyOfRange(block, 1, block.length)));
        } else {
          rest.add(block);
        }
      }
      sum = sum.plus(write(target, rest));
      try (AtomicOutput out = Storage.of(resultUri).create(resultUri)) {
        out.write(StagedJson.encode(sum));
      }
      output.output(resultUri);
    }
  }

  /** Writes rows in order of their windows, so that row groups hold few of them. */
  private static StageResult write(TableTarget target, List<byte[]> blocks) throws IOException {
    List<Long> rows = new ArrayList<>();
    long computed = 0;
    for (int i = 0; i < blocks.size(); i++) {
      byte[] block = blocks.get(i);
      ByteBuffer lengths = ByteBuffer.wrap(block);
      for (int at = 1; at < block.length; at += Integer.BYTES + lengths.getInt(at)) {
        rows.add((long) i << Integer.SIZE | (at + Integer.BYTES));
        computed += block[0] == COMPUTED ? 1 : 0;
      }
    }
    RowLayout layout = RowLayout.of(target.schema());
    rows.sort(
        (a, b) ->
            RowOrder.compare(
                layout, blocks.get(blockOf(a)), startOf(a), blocks.get(blockOf(b)), startOf(b)));
    try (StagedFiles files = new StagedFiles(target)) {
      for (long row : rows) {
        files.write(blocks.get(blockOf(row)), startOf(row), null, 0);
      }
      return StageResult.ofFiles(files.finish(), computed);
    }
  }

  private static int blockOf(long row) {
    return (int) (row >>> Integer.SIZE);
  }

  private static int startOf(long row) {
    return (int) row;
  }
}
