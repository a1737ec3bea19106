package org.beammedallion.io.parquet.read;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Some thousand rows that were read, without deleted ones. Valid until the next one is asked for.
 */
public final class RowBlock {

  private final RowBuilder builder;
  private final int[] rows;
  private final int physicalCount;
  private final int count;

  /** Which of the rows are not deleted, or null where all are there. */
  private final int @Nullable [] kept;

  private final long first;
  private final @Nullable FlatColumn sources;
  private final @Nullable FlatColumn positions;
  private byte[] lastBytes = new byte[0];
  private @Nullable String lastSource;

  RowBlock(
      RowBuilder builder,
      int[] rows,
      int count,
      long first,
      BitSet deleted,
      @Nullable FlatColumn sources,
      @Nullable FlatColumn positions) {
    this.builder = builder;
    this.rows = rows;
    this.physicalCount = count;
    this.kept = kept(count, first, deleted);
    this.count = kept == null ? count : kept.length;
    this.first = first;
    this.sources = sources;
    this.positions = positions;
  }

  private static int @Nullable [] kept(int count, long first, BitSet deleted) {
    int begin = Math.toIntExact(first);
    int next = deleted.nextSetBit(begin);
    if (next < 0 || next >= begin + count) {
      return null;
    }
    int[] kept = new int[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      if (!deleted.get(begin + i)) {
        kept[size++] = i;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private int physical(int index) {
    return kept == null ? index : kept[index];
  }

  public int count() {
    return count;
  }

  /** Holds the rows; do not write into it. */
  public byte[] bytes() {
    return builder.bytes();
  }

  /** Where the row stands in {@link #bytes}. */
  public int row(int index) {
    return rows[physical(index)];
  }

  /** Bytes that the row takes. */
  public int length(int index) {
    int row = physical(index);
    return (row + 1 < physicalCount ? rows[row + 1] : builder.length()) - rows[row];
  }

  /** The row's number in the file, from 0. */
  public long filePosition(int index) {
    return first + physical(index);
  }

  /** Where the row came from, or null where the file does not tell or it was not asked for. */
  public @Nullable String source(int index) {
    FlatColumn column = sources;
    int row = physical(index);
    if (column == null || column.isNull(row)) {
      return null;
    }
    int start = column.startOf(row);
    int end = column.endOf(row);
    if (lastSource == null
        || !Arrays.equals(column.bytes(), start, end, lastBytes, 0, lastBytes.length)) {
      lastBytes = Arrays.copyOfRange(column.bytes(), start, end);
      lastSource = new String(lastBytes, StandardCharsets.UTF_8);
    }
    return lastSource;
  }

  /** The row's position in its {@link #source}; 0 where that is null. */
  public long position(int index) {
    int row = physical(index);
    return positions == null || positions.isNull(row) ? 0 : positions.longAt(row);
  }
}
