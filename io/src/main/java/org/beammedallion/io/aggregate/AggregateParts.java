package org.beammedallion.io.aggregate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.bytes.Hashes;

/**
 * Writes the rows of a gold table in parts, so that no task need hold them all; parts too small for
 * a file of their own are written together. In the blocks between the steps each row stands behind
 * its length in four bytes.
 */
final class AggregateParts {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 16L << 20;

  /** Encoded rows that are worth files of their own. */
  private static final long OWN_FILE_BYTES = 16L << 20;

  private static final long ROWS_PER_PART = 1_000_000;
  private static final int MAX_PARTS = 1024;

  /** Where blocks go whose parts are too small for files of their own. */
  private static final Destination REST = Destination.bucket(0);

  private AggregateParts() {}

  /**
   * How many parts there are: even if every row of silver made a row of gold in each of its
   * windows, a part would have about a million.
   */
  static int count(StageAggregate.Settings settings) {
    long rows = silverRows(settings);
    long windows =
        settings.query().window() instanceof WindowSpec.Sliding sliding
            ? Math.max(1, sliding.size().toMillis() / sliding.period().toMillis())
            : 1;
    return (int) Math.min(MAX_PARTS, 1 + rows * windows / ROWS_PER_PART);
  }

  /** Rows of the files of silver that are read. */
  static long silverRows(StageAggregate.Settings settings) {
    return settings.silverFiles().stream().mapToLong(file -> Math.max(0, file.rows())).sum();
  }

  /** Spreads encoded rows over the parts. */
  static final class SpreadFn extends DoFn<byte[], KV<Destination, Block>> {
    private final Block.Kind kind;
    private final int parts;
    private transient BlockBuffers blocks;
    private transient byte[] entry;

    SpreadFn(Block.Kind kind, int parts) {
      this.kind = kind;
      this.parts = parts;
    }

    @StartBundle
    public void start() {
      blocks = new BlockBuffers(kind, parts, BLOCK_BYTES, HELD_BYTES);
      entry = new byte[256];
    }

    @ProcessElement
    public void process(@Element byte[] row, OutputReceiver<KV<Destination, Block>> output) {
      int length = Integer.BYTES + row.length;
      if (entry.length < length) {
        entry = new byte[2 * length];
      }
      ByteBuffer.wrap(entry).putInt(row.length).put(row);
      int part = Math.floorMod((int) (Hashes.of(row, 0, row.length, 0) >>> 32), parts);
      blocks.add(
          part,
          entry,
          0,
          length,
          (to, block) -> output.output(KV.of(Destination.bucket(to), block)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (part, block) ->
              context.output(
                  KV.of(Destination.bucket(part), block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }

  /** Writes a part that is large enough, and passes on the blocks of all others. */
  static final class WritePartFn
      extends DoFn<KV<Destination, Iterable<Block>>, KV<Destination, Block>> {
    private final PartWriter writer;

    WritePartFn(PartWriter writer) {
      this.writer = writer;
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> part,
        OutputReceiver<KV<Destination, Block>> output)
        throws IOException {
      List<Block> blocks = new ArrayList<>();
      long bytes = 0;
      for (Block block : part.getValue()) {
        blocks.add(block);
        bytes += block.bytes().length;
      }
      if (bytes >= OWN_FILE_BYTES) {
        byte[] written = StagedJson.encode(writer.write(blocks));
        output.output(KV.of(REST, Block.Kind.RESULT.with(written)));
      } else {
        blocks.forEach(block -> output.output(KV.of(REST, block)));
      }
    }
  }

  /** Writes what is left, and passes on what was written before. */
  static final class WriteRestFn extends DoFn<KV<Destination, Iterable<Block>>, StageResult> {
    private final PartWriter writer;

    WriteRestFn(PartWriter writer) {
      this.writer = writer;
    }

    @ProcessElement
    public void process(
        @Element KV<Destination, Iterable<Block>> blocks, OutputReceiver<StageResult> output)
        throws IOException {
      StageResult sum = StageResult.NONE;
      List<Block> rest = new ArrayList<>();
      for (Block block : blocks.getValue()) {
        if (block instanceof Block.Result) {
          sum = sum.plus(StagedJson.decode(block.content()));
        } else {
          rest.add(block);
        }
      }
      output.output(sum.plus(writer.write(rest)));
    }
  }
}
