package org.beammedallion.transforms.bytes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The primitives that coders of batches are made of: numbers of fixed size, little-endian, and
 * arrays and texts behind their length. Reading fails with an {@link EOFException} where the stream
 * ends early.
 */
public final class Wire {

  private static final int ABSENT = -1;

  private Wire() {}

  /** The next byte, 0 to 255. */
  public static int readByte(InputStream in) throws IOException {
    return read(in, 1)[0] & 0xFF;
  }

  public static void writeInt(OutputStream out, int value) throws IOException {
    byte[] bytes = new byte[Integer.BYTES];
    littleEndian(bytes).putInt(value);
    out.write(bytes);
  }

  public static int readInt(InputStream in) throws IOException {
    return littleEndian(read(in, Integer.BYTES)).getInt();
  }

  public static void writeLong(OutputStream out, long value) throws IOException {
    byte[] bytes = new byte[Long.BYTES];
    littleEndian(bytes).putLong(value);
    out.write(bytes);
  }

  public static long readLong(InputStream in) throws IOException {
    return littleEndian(read(in, Long.BYTES)).getLong();
  }

  public static void writeBytes(OutputStream out, byte[] bytes, int offset, int length)
      throws IOException {
    writeInt(out, length);
    out.write(bytes, offset, length);
  }

  public static byte[] readBytes(InputStream in) throws IOException {
    return read(in, readInt(in));
  }

  public static long sizeOfBytes(int length) {
    return (long) Integer.BYTES + length;
  }

  public static void writeOptionalBytes(OutputStream out, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      writeInt(out, ABSENT);
    } else {
      writeBytes(out, bytes, 0, bytes.length);
    }
  }

  public static byte @Nullable [] readOptionalBytes(InputStream in) throws IOException {
    int length = readInt(in);
    return length == ABSENT ? null : read(in, length);
  }

  public static void writeText(OutputStream out, @Nullable String text) throws IOException {
    writeOptionalBytes(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  public static @Nullable String readOptionalText(InputStream in) throws IOException {
    byte[] utf8 = readOptionalBytes(in);
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  public static String readText(InputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  public static long sizeOfText(@Nullable String text) {
    return Integer.BYTES + (text == null ? 0L : text.getBytes(StandardCharsets.UTF_8).length);
  }

  /** Writes the first {@code count} of {@code values}, without saying how many they are. */
  public static void writeInts(OutputStream out, int[] values, int count) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(count, Integer.BYTES)];
    littleEndian(bytes).asIntBuffer().put(values, 0, count);
    out.write(bytes);
  }

  public static int[] readInts(InputStream in, int count) throws IOException {
    int[] values = new int[count];
    byte[] bytes = read(in, Math.multiplyExact(count, Integer.BYTES));
    littleEndian(bytes).asIntBuffer().get(values);
    return values;
  }

  /** Writes the first {@code count} of {@code values}, without saying how many they are. */
  public static void writeLongs(OutputStream out, long[] values, int count) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(count, Long.BYTES)];
    littleEndian(bytes).asLongBuffer().put(values, 0, count);
    out.write(bytes);
  }

  public static long[] readLongs(InputStream in, int count) throws IOException {
    long[] values = new long[count];
    byte[] bytes = read(in, Math.multiplyExact(count, Long.BYTES));
    littleEndian(bytes).asLongBuffer().get(values);
    return values;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] read(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "An encoded batch ends after " + bytes.length + " of " + length + " bytes.");
    }
    return bytes;
  }
}
