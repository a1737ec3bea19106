package org.beammedallion.transforms.deduplicate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.transforms.row.RowBatch;

/**
 * All rows of one bucket, of which the latest of each key stays. The result does not depend on the
 * order in which blocks are added. Blocks are kept as they come, so a bucket costs its bytes and
 * about 20 bytes a row. Not thread-safe.
 *
 * <p>Rows must all be added before one is removed.
 */
public final class Bucket {

  private static final int EMPTY = -1;
  private static final int REMOVED = -1;

  private final RowKey key;
  private final List<byte[]> blocks = new ArrayList<>();

  private int count;
  private int[] rowBlock = new int[1024];
  private int[] rowHeader = new int[1024];
  private int[] rowHash = new int[1024];
  private int[] table = new int[0];
  private long added;
  private long duplicates;
  private int removed;

  public Bucket(RowKey key) {
    this.key = key;
    resize(4096);
  }

  /** Receives the row that a bucket kept, in order of first arrival of its key. */
  @FunctionalInterface
  public interface Consumer {
    /**
     * @param header where the row's header starts in {@code bytes}, see {@link RowBatch}
     */
    void accept(byte[] bytes, int header);
  }

  /**
   * Adds the rows of a block between two positions; the block must not change afterwards.
   *
   * @param start where the first row's header starts
   * @param end where the last row ends
   */
  public void add(byte[] block, int start, int end) {
    int blockIndex = blocks.size();
    blocks.add(block);
    for (int header = start; header < end; header = RowBatch.next(block, header)) {
      put(block, blockIndex, header);
    }
  }

  private void put(byte[] block, int blockIndex, int header) {
    added++;
    int row = header + RowBatch.HEADER;
    int hash = (int) (key.hash(block, row) >>> 32);
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != EMPTY) {
      int candidate = table[slot];
      if (rowHash[candidate] == hash) {
        byte[] other = blocks.get(rowBlock[candidate]);
        int otherHeader = rowHeader[candidate];
        if (key.sameKey(block, row, other, otherHeader + RowBatch.HEADER)) {
          duplicates++;
          if (wins(block, header, other, otherHeader)) {
            rowBlock[candidate] = blockIndex;
            rowHeader[candidate] = header;
          }
          return;
        }
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = count;
    insert(blockIndex, header, hash);
    if (count * 2 > table.length) {
      resize(table.length * 2);
    }
  }

  private void insert(int blockIndex, int header, int hash) {
    if (count == rowBlock.length) {
      int capacity = count * 2;
      rowBlock = Arrays.copyOf(rowBlock, capacity);
      rowHeader = Arrays.copyOf(rowHeader, capacity);
      rowHash = Arrays.copyOf(rowHash, capacity);
    }
    rowBlock[count] = blockIndex;
    rowHeader[count] = header;
    rowHash[count] = hash;
    count++;
  }

  /**
   * Equal rows differ in provenance only: the earlier one stays, so that a repeat of the cycle
   * keeps the same.
   */
  private boolean wins(byte[] a, int headerA, byte[] b, int headerB) {
    int order = key.compareVersion(a, headerA + RowBatch.HEADER, b, headerB + RowBatch.HEADER);
    if (order == 0) {
      // One change of the source may delete a row and insert it again.
      order = Boolean.compare(RowBatch.isDelete(b, headerB), RowBatch.isDelete(a, headerA));
    }
    if (order == 0) {
      order = key.compare(a, headerA + RowBatch.HEADER, b, headerB + RowBatch.HEADER);
    }
    if (order != 0) {
      return order > 0;
    }
    int shard = Integer.compare(RowBatch.rowShard(a, headerA), RowBatch.rowShard(b, headerB));
    return shard != 0
        ? shard < 0
        : RowBatch.rowPosition(a, headerA) < RowBatch.rowPosition(b, headerB);
  }

  private void resize(int capacity) {
    table = new int[capacity];
    Arrays.fill(table, EMPTY);
    int mask = capacity - 1;
    for (int i = 0; i < count; i++) {
      int slot = rowHash[i] & mask;
      while (table[slot] != EMPTY) {
        slot = (slot + 1) & mask;
      }
      table[slot] = i;
    }
  }

  /**
   * Finds the row with the same key as another.
   *
   * @return its number for {@link #block} and {@link #header}, or -1
   */
  public int find(byte[] bytes, int row) {
    int hash = (int) (key.hash(bytes, row) >>> 32);
    int mask = table.length - 1;
    for (int slot = hash & mask; table[slot] != EMPTY; slot = (slot + 1) & mask) {
      int candidate = table[slot];
      if (rowHash[candidate] == hash
          && rowBlock[candidate] != REMOVED
          && key.sameKey(
              bytes,
              row,
              blocks.get(rowBlock[candidate]),
              rowHeader[candidate] + RowBatch.HEADER)) {
        return candidate;
      }
    }
    return -1;
  }

  /** Takes a row away again; its key is not found any more. */
  public void remove(int index) {
    rowBlock[index] = REMOVED;
    removed++;
  }

  public byte[] block(int index) {
    return blocks.get(rowBlock[index]);
  }

  public int header(int index) {
    return rowHeader[index];
  }

  /** Number of keys that are left. */
  public int size() {
    return count - removed;
  }

  /** Number of rows added. */
  public long added() {
    return added;
  }

  /**
   * Number of rows that lost against a row of their key, whether they repeat it or are an older
   * version.
   */
  public long duplicates() {
    return duplicates;
  }

  public void forEach(Consumer consumer) {
    for (int i = 0; i < count; i++) {
      if (rowBlock[i] != REMOVED) {
        consumer.accept(blocks.get(rowBlock[i]), rowHeader[i]);
      }
    }
  }
}
