package org.beammedallion.transforms.raw;

/** The byte order mark in UTF-8, which says nothing and may stand before any text. */
public final class Bom {

  /** How long it is. */
  public static final int BYTES = 3;

  private Bom() {}

  /** Whether it stands at the beginning of {@code [from, to)}. */
  public static boolean startsAt(byte[] bytes, int from, int to) {
    return to - from >= BYTES
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF;
  }

  /** Where the text begins in {@code [from, to)}: behind the mark, if it is there. */
  public static int skip(byte[] bytes, int from, int to) {
    return startsAt(bytes, from, to) ? from + BYTES : from;
  }
}
