package org.beammedallion.io.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;

/** Some thousand rows that were read. Valid until the next one is asked for. */
public final class RowBlock {

  private final RowBuilder builder;
  private final int[] rows;
  private final int count;
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
      @Nullable FlatColumn sources,
      @Nullable FlatColumn positions) {
    this.builder = builder;
    this.rows = rows;
    this.count = count;
    this.first = first;
    this.sources = sources;
    this.positions = positions;
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
    return rows[index];
  }

  /** Bytes that the row takes. */
  public int length(int index) {
    return (index + 1 < count ? rows[index + 1] : builder.length()) - rows[index];
  }

  /** The row's number in the file, from 0. */
  public long filePosition(int index) {
    return first + index;
  }

  /** Where the row came from, or null where the file does not tell or it was not asked for. */
  public @Nullable String source(int index) {
    FlatColumn column = sources;
    if (column == null || column.isNull(index)) {
      return null;
    }
    int start = column.startOf(index);
    int end = column.endOf(index);
    if (lastSource == null
        || !Arrays.equals(column.bytes(), start, end, lastBytes, 0, lastBytes.length)) {
      lastBytes = Arrays.copyOfRange(column.bytes(), start, end);
      lastSource = new String(lastBytes, StandardCharsets.UTF_8);
    }
    return lastSource;
  }

  /** The row's position in its {@link #source}; 0 where that is null. */
  public long position(int index) {
    return positions == null || positions.isNull(index) ? 0 : positions.longAt(index);
  }
}
