package org.beammedallion.transforms.sql;

import java.util.Arrays;

/**
 * Orders UTF-8 as {@link String#compareTo} orders the same texts, which is how Beam SQL compares:
 * characters beyond U+FFFF, lead bytes from 0xF0 on, stand between U+D7FF and U+E000.
 */
public final class Utf8Order {

  private Utf8Order() {}

  public static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int common = Arrays.mismatch(a, aFrom, aTo, b, bFrom, bTo);
    if (common < 0) {
      return 0;
    }
    if (aFrom + common == aTo || bFrom + common == bTo) {
      return Integer.compare(aTo - aFrom, bTo - bFrom);
    }
    return Integer.compare(rank(a[aFrom + common] & 0xFF), rank(b[bFrom + common] & 0xFF));
  }

  private static int rank(int unsigned) {
    return unsigned == 0xEE || unsigned == 0xEF ? unsigned + 0x100 : unsigned;
  }
}
