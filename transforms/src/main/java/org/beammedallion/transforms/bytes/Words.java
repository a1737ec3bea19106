package org.beammedallion.transforms.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Searches bytes eight at a time (SWAR). A word is little-endian, so the lowest byte of it is the
 * first in memory. The matching functions return a mask whose <em>lowest</em> set bit is exact;
 * bits above it may be false.
 */
public final class Words {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Words() {}

  /** The eight bytes from {@code index} on. */
  public static long at(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /** Writes a word that {@link #at} reads back. */
  public static void put(byte[] bytes, int index, long word) {
    LONG.set(bytes, index, word);
  }

  /** A word of eight times the same ASCII byte. */
  public static long repeat(int ascii) {
    return ONES * ascii;
  }

  /** Where {@code word} holds the byte of which {@code repeated} consists. */
  public static long equal(long word, long repeated) {
    long difference = word ^ repeated;
    return (difference - ONES) & ~difference & HIGH_BITS;
  }

  /**
   * Where {@code word} holds a byte (unsigned) below that of which {@code repeated} consists, at
   * most 0x80.
   */
  public static long below(long word, long repeated) {
    return (word - repeated) & ~word & HIGH_BITS;
  }

  /** Where {@code word} holds a byte that is not ASCII; every bit is exact. */
  public static long notAscii(long word) {
    return word & HIGH_BITS;
  }

  /** The index, 0 to 7, of the first byte that a mask names; 8 where it names none. */
  public static int first(long mask) {
    return Long.numberOfTrailingZeros(mask) >>> 3;
  }

  /**
   * The index of the first {@code ascii} in {@code [from, to)}, or {@code to} where there is none.
   */
  public static int indexOf(byte[] bytes, int from, int to, int ascii) {
    long repeated = repeat(ascii);
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long mask = equal(at(bytes, i), repeated);
      if (mask != 0) {
        return i + first(mask);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == ascii) {
        return i;
      }
    }
    return to;
  }

  /**
   * The index of the first {@code one} or {@code other} in {@code [from, to)}, or {@code to} where
   * there is none.
   */
  public static int indexOf(byte[] bytes, int from, int to, int one, int other) {
    long ones = repeat(one);
    long others = repeat(other);
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long word = at(bytes, i);
      long mask = equal(word, ones) | equal(word, others);
      if (mask != 0) {
        return i + first(mask);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == one || bytes[i] == other) {
        return i;
      }
    }
    return to;
  }

  /**
   * The index of the first {@code ascii}, or byte (unsigned) below {@code bound}, in {@code [from,
   * to)}, or {@code to} where there is none.
   *
   * @param bound at most 0x80
   */
  public static int indexOfBelowOr(byte[] bytes, int from, int to, int bound, int ascii) {
    long bounds = repeat(bound);
    long repeated = repeat(ascii);
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long word = at(bytes, i);
      long mask = below(word, bounds) | equal(word, repeated);
      if (mask != 0) {
        return i + first(mask);
      }
    }
    for (; i < to; i++) {
      if ((bytes[i] >= 0 && bytes[i] < bound) || bytes[i] == ascii) {
        return i;
      }
    }
    return to;
  }
}
