package org.beammedallion.transforms.decode.record;

import java.util.Arrays;
import java.util.List;
import org.beammedallion.transforms.bytes.Words;

/** Finds names by their bytes, with open addressing. Immutable. */
final class NameTable {

  static final int UNKNOWN = -1;

  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final byte[][] names;
  private final int[] table;
  private final int shift;

  /**
   * @param names that all differ
   */
  NameTable(List<byte[]> names) {
    this.names = names.toArray(new byte[0][]);
    int bits = Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(names.size() * 2));
    table = new int[1 << bits];
    shift = Long.SIZE - bits;
    Arrays.fill(table, UNKNOWN);
    for (int i = 0; i < this.names.length; i++) {
      int slot = slot(this.names[i], 0, this.names[i].length);
      while (table[slot] != UNKNOWN) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = i;
    }
  }

  /** The place of the name in {@code [from, to)}, or {@link #UNKNOWN}. */
  int indexOf(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    int index;
    while ((index = table[slot]) != UNKNOWN) {
      byte[] name = names[index];
      if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return index;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return UNKNOWN;
  }

  private int slot(byte[] bytes, int from, int to) {
    int length = to - from;
    long hash = length;
    if (length >= Long.BYTES) {
      hash ^= Words.at(bytes, from) ^ Long.rotateLeft(Words.at(bytes, to - Long.BYTES), 7);
    } else {
      for (int i = from; i < to; i++) {
        hash = hash * 31 + bytes[i];
      }
    }
    return (int) ((hash * MIX) >>> shift);
  }
}
