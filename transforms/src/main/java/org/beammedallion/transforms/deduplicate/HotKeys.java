package org.beammedallion.transforms.deduplicate;

import java.util.Arrays;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Drops rows of a block that lose against another row of their key in the same block, so that a key
 * with very many rows neither travels nor fills the memory of its bucket. Only blocks are searched
 * whose first rows have a key twice: what a key with few rows costs is one hash in some thirty
 * rows. Which row stays does not depend on how rows are cut into blocks; see {@link Bucket}. Not
 * thread-safe.
 */
final class HotKeys {

  private static final int SAMPLE = 64;

  private final RowKey key;
  private final long[] hashes = new long[SAMPLE];
  private long dropped;

  HotKeys(RowKey key) {
    this.key = key;
  }

  /** Number of rows that were dropped so far. */
  long dropped() {
    return dropped;
  }

  /** The block, or one without the rows that lost. */
  Block latest(Block rows) {
    return isLikelyToRepeat(rows.bytes()) ? withoutOlder(rows) : rows;
  }

  private boolean isLikelyToRepeat(byte[] block) {
    int sampled = 0;
    for (int header = Block.START;
        header < block.length && sampled < SAMPLE;
        header = RowBatch.next(block, header)) {
      hashes[sampled++] = key.hash(block, header + RowBatch.HEADER);
    }
    if (sampled < SAMPLE) {
      return false;
    }
    Arrays.sort(hashes);
    for (int i = 1; i < SAMPLE; i++) {
      if (hashes[i] == hashes[i - 1]) {
        return true;
      }
    }
    return false;
  }

  private Block withoutOlder(Block rows) {
    byte[] block = rows.bytes();
    Bucket bucket = new Bucket(key);
    bucket.add(block, Block.START, block.length);
    if (bucket.duplicates() == 0) {
      return rows;
    }
    dropped += bucket.duplicates();
    byte[] kept = new byte[block.length];
    kept[0] = block[0];
    int[] length = {Block.START};
    bucket.forEach(
        (bytes, header) -> {
          int bytesOfRow = RowBatch.next(bytes, header) - header;
          System.arraycopy(bytes, header, kept, length[0], bytesOfRow);
          length[0] += bytesOfRow;
        });
    return Block.of(Arrays.copyOf(kept, length[0]));
  }
}
