package org.beammedallion.transforms.bytes;

import java.util.Arrays;

/**
 * Bytes that grow as values are added, in Avro's binary encoding. Used again after {@link #clear},
 * it allocates nothing. Not thread-safe.
 */
public final class AvroBuffer {

  private static final int LONGEST_NUMBER = 10;

  /** Of an array, on every JVM. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int length;

  /**
   * @param capacity bytes for which there is room at first
   */
  public AvroBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** What was added is at its beginning, {@link #length} bytes. Valid until more is added. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public void clear() {
    length = 0;
  }

  /** A copy of what was added. */
  public byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Adds bytes as they are. */
  public void append(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  public void putBoolean(boolean value) {
    reserve(1);
    bytes[length++] = (byte) (value ? 1 : 0);
  }

  /** Adds a number, or the index of a union's branch: zig-zag, of variable length. */
  public void putLong(long value) {
    reserve(LONGEST_NUMBER);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** Adds a value of bytes, or a text in UTF-8. */
  public void putBytes(byte[] source, int from, int count) {
    putLong(count);
    append(source, from, count);
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      int needed = Math.addExact(length, count);
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, LARGEST)));
    }
  }
}
