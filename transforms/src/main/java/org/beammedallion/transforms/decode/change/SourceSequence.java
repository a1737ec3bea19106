package org.beammedallion.transforms.decode.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.beammedallion.transforms.row.ChangeSequence;
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
    return hex(value, 16);
  }

  /** Appends a number of either sign: those below 0 come before all others. */
  SourceSequence signed(long value) {
    if (value < 0) {
      room(1);
      bytes[length++] = '-';
    }
    return number(value);
  }

  /** Appends hexadecimal digits, with zeros before them up to a width. */
  SourceSequence digits(String digits, int width) {
    room(width);
    for (int i = digits.length(); i < width; i++) {
      bytes[length++] = '0';
    }
    for (int i = 0; i < digits.length(); i++) {
      bytes[length++] = (byte) digits.charAt(i);
    }
    return this;
  }

  private SourceSequence hex(long value, int digits) {
    room(digits);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[(int) (value >>> shift) & 15];
    }
    return this;
  }

  /** Starts the text of a change of another log than the first; see {@link ChangeSequence}. */
  SourceSequence epoch(long millis) {
    room(1);
    bytes[length++] = ChangeSequence.EPOCH;
    return hex(millis, ChangeSequence.TIME_DIGITS).dot();
  }

  /**
   * Appends what tells logs apart; see {@link ChangeSequence}.
   *
   * @param changedAt when the change was made, in milliseconds
   * @param processedAt when the connector processed it
   * @param server ASCII; empty where servers are not told apart
   */
  SourceSequence origin(long changedAt, long processedAt, boolean isSnapshot, String server) {
    room(1);
    bytes[length++] = ChangeSequence.ORIGIN;
    hex(changedAt, ChangeSequence.TIME_DIGITS).hex(processedAt, ChangeSequence.TIME_DIGITS);
    byte[] name = server.getBytes(StandardCharsets.UTF_8);
    room(name.length + 1);
    bytes[length++] = isSnapshot ? ChangeSequence.SNAPSHOT : ChangeSequence.CHANGE;
    System.arraycopy(name, 0, bytes, length, name.length);
    length += name.length;
    return this;
  }

  /** Appends one character, which puts a snapshot's row before a change. */
  SourceSequence snapshot(boolean isSnapshot) {
    room(1);
    bytes[length++] = isSnapshot ? ChangeSequence.READ_MARK : ChangeSequence.CHANGE_MARK;
    return this;
  }

  SourceSequence dot() {
    room(1);
    bytes[length++] = ChangeSequence.SEPARATOR;
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
