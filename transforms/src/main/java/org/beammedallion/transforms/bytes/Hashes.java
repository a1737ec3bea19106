package org.beammedallion.transforms.bytes;

/** Hashes of bytes, eight at a time. They are the same in every process and never change. */
public final class Hashes {

  private Hashes() {}

  /** The hash of {@code length} bytes, going on from {@code seed}. */
  public static long of(byte[] bytes, int start, int length, long seed) {
    long hash = seed ^ length;
    int position = start;
    int end = start + length;
    for (; position + Long.BYTES <= end; position += Long.BYTES) {
      hash = mix(hash ^ Words.at(bytes, position));
    }
    long tail = 0;
    for (int shift = 0; position < end; position++, shift += Byte.SIZE) {
      tail |= (bytes[position] & 0xFFL) << shift;
    }
    return mix(hash ^ tail);
  }

  /** The finaliser of MurmurHash3's 64-bit variant. */
  public static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
