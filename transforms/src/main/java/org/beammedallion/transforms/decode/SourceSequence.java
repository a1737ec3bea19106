package org.beammedallion.transforms.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Composes the text that tells where a change stands in the order of its source: numbers as
 * hexadecimal digits of fixed width, so that texts compare byte by byte as what they stand for. Not
 * thread-safe.
 */
final class SourceSequence {

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[64];
  private int length;

  /** Starts a new text. */
  SourceSequence clear() {
    length = 0;
    return this;
  }

  /** Appends a number from 0 on, in 16 digits. */
  SourceSequence number(long value) {
    room(16);
    for (int shift = 60; shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[(int) (value >>> shift) & 15];
    }
    return this;
  }

  /** Appends a separator and one character: 0 for a snapshot, 1 for a change. */
  SourceSequence snapshot(boolean isSnapshot) {
    room(1);
    bytes[length++] = (byte) (isSnapshot ? '0' : '1');
    return this;
  }

  SourceSequence dot() {
    room(1);
    bytes[length++] = '.';
    return this;
  }

  /**
   * Appends a file's name and a position in it. The blank between them is less than any character
   * of a name, so a name comes before its extensions.
   */
  SourceSequence place(byte[] file, long position) {
    room(file.length + 1);
    System.arraycopy(file, 0, bytes, length, file.length);
    length += file.length;
    bytes[length++] = ' ';
    return number(position);
  }

  /** The last part of a URI. */
  static byte[] fileName(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
  }

  void writeTo(RowBuilder builder, RowLayout layout, int row, int field) {
    builder.setBytes(layout, row, field, bytes, 0, length);
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
