package org.beammedallion.transforms.aggregate;

import java.util.Arrays;
import java.util.function.Consumer;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Fills blocks of about a quarter of a megabyte: repeated, length of a row (4 bytes, little-endian)
 * and the row.
 */
final class RowBlock {

  private static final int FULL = 1 << 18;

  private final RowBuilder rows = new RowBuilder(1 << 12);
  private int row;

  RowBuilder rows() {
    return rows;
  }

  /** Opens a row, after giving the block away where it is full; returns where the row starts. */
  int begin(Consumer<byte[]> blocks) {
    if (rows.length() >= FULL) {
      flush(blocks);
    }
    rows.appendInt(0);
    row = rows.length();
    return row;
  }

  void end() {
    rows.putInt(row - Integer.BYTES, rows.length() - row);
  }

  void flush(Consumer<byte[]> blocks) {
    if (rows.length() > 0) {
      blocks.accept(Arrays.copyOf(rows.bytes(), rows.length()));
      rows.truncate(0);
    }
  }

  /** Where the row after the one that stands at {@code row} starts. */
  static int next(byte[] block, int row) {
    return row + RowLayout.littleEndianInt(block, row - Integer.BYTES) + Integer.BYTES;
  }
}
