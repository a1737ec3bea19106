package org.beammedallion.transforms.deduplicate;

import java.util.List;
import org.beammedallion.transforms.bytes.Words;

/**
 * Counts rows whose values of some columns another row has already, by entries of 128 bits of a
 * hash: among a billion rows, two different values are taken for one with a chance of one to
 * 10<sup>20</sup>. As in SQL, rows with a null among the columns are like no other.
 */
public final class UniqueValues {

  /** Bytes of an entry. */
  public static final int ENTRY = 2 * Long.BYTES;

  private static final long FIRST_SEED = 0x9E3779B97F4A7C15L;
  private static final long SECOND_SEED = 0x2545F4914F6CDD1DL;

  private UniqueValues() {}

  /**
   * Writes the entry of a row into {@code entry}; entries of equal values are equal.
   *
   * @return the part, below {@code parts}, that all such entries belong to; -1 where there is none
   */
  public static int entry(UniqueColumns columns, byte[] bytes, int row, int parts, byte[] entry) {
    if (columns.hasNull(bytes, row)) {
      return -1;
    }
    long first = columns.hash(bytes, row, FIRST_SEED);
    Words.put(entry, 0, first);
    Words.put(entry, Long.BYTES, columns.hash(bytes, row, SECOND_SEED));
    return (int) ((first >>> Integer.SIZE) % parts);
  }

  /**
   * How many entries have an equal one before them.
   *
   * @param blocks of entries, each from its second byte on
   */
  public static long repeats(List<byte[]> blocks) {
    long count = 0;
    for (byte[] block : blocks) {
      count += block.length / ENTRY;
    }
    int size = Integer.highestOneBit((int) Math.min(1 << 28, Math.max(8, count))) << 2;
    long[] table = new long[size * 2];
    long repeats = 0;
    boolean zero = false;
    for (byte[] block : blocks) {
      for (int at = 1; at < block.length; at += ENTRY) {
        long first = Words.at(block, at);
        long second = Words.at(block, at + Long.BYTES);
        if (first == 0 && second == 0) {
          // An empty place looks the same.
          repeats += zero ? 1 : 0;
          zero = true;
          continue;
        }
        int slot = (int) first & (size - 1);
        while (isTaken(table, slot) && !holds(table, slot, first, second)) {
          slot = (slot + 1) & (size - 1);
        }
        if (isTaken(table, slot)) {
          repeats++;
        } else {
          table[2 * slot] = first;
          table[2 * slot + 1] = second;
        }
      }
    }
    return repeats;
  }

  private static boolean isTaken(long[] table, int slot) {
    return table[2 * slot] != 0 || table[2 * slot + 1] != 0;
  }

  private static boolean holds(long[] table, int slot, long first, long second) {
    return table[2 * slot] == first && table[2 * slot + 1] == second;
  }
}
