package org.beammedallion.io.star;

import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.bytes.Hashes;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;

/**
 * Collects wide rows for the buckets of a dimension's keys. A row without a key meets no dimension
 * anywhere, so such rows go to all buckets alike. Not thread-safe.
 */
final class FactBlocks {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 48L << 20;

  private final RowKey key;
  private final int buckets;
  private final BlockBuffers blocks;

  FactBlocks(RowKey key, int buckets) {
    this.key = key;
    this.buckets = buckets;
    this.blocks = new BlockBuffers(Block.Kind.ROWS, buckets, BLOCK_BYTES, HELD_BYTES);
  }

  /** Adds the last row of a builder, whose header starts at {@code header}. */
  void add(RowBuilder builder, int header, OutputReceiver<KV<Destination, Block>> output) {
    int row = header + RowBatch.HEADER;
    int length = builder.length() - header;
    int bucket;
    if (key.hasNull(builder.bytes(), row)) {
      long hash = Hashes.of(builder.bytes(), row, builder.length() - row, 0);
      bucket = (int) ((hash >>> 1) % buckets);
    } else {
      bucket = key.bucket(builder.bytes(), row, buckets);
    }
    blocks.add(
        bucket,
        builder.bytes(),
        header,
        length,
        (to, block) -> output.output(KV.of(Destination.bucket(to), block)));
  }

  void flush(BlockBuffers.Receiver receiver) {
    blocks.flush(receiver);
  }
}
