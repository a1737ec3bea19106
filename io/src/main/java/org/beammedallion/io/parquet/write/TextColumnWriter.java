package org.beammedallion.io.parquet.write;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/** Writes a column of texts, which are ordered by their bytes, unsigned. */
final class TextColumnWriter extends FlatColumnWriter {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int NONE = -1;

  private final DeltaLengthTexts texts;

  private byte[] min = new byte[64];
  private int minLength = NONE;
  private byte[] max = new byte[64];
  private int maxLength;
  private long minPrefix;
  private long maxPrefix;

  /** The array that {@link #writeSame} met last, and its number. */
  private byte[] same = {};

  private int sameNumber;

  TextColumnWriter(
      ColumnDescriptor column,
      PageWriter pages,
      ParquetProperties properties,
      CompactEncodings encodings) {
    super(column, pages, properties, encodings);
    texts = (DeltaLengthTexts) plain;
  }

  void write(byte[] bytes, int start, int length) {
    present();
    PageDictionary numbers = dictionary;
    if (numbers == null) {
      texts.write(bytes, start, length);
      bound(bytes, start, length);
    } else if (numbers.append(numbers.numberOf(bytes, start, length, Integer.BYTES))) {
      bound(bytes, start, length);
    }
  }

  /**
   * Writes a text that is often the one before.
   *
   * @param text an array that never changes; the same text should be the same array
   */
  void writeSame(byte[] text) {
    PageDictionary numbers = dictionary;
    if (numbers == null) {
      write(text, 0, text.length);
      return;
    }
    present();
    if (text != same) {
      same = text;
      sameNumber = numbers.numberOf(text, 0, text.length, Integer.BYTES);
    }
    if (numbers.append(sameNumber)) {
      bound(text, 0, text.length);
    }
  }

  private void bound(byte[] bytes, int start, int length) {
    long prefix = prefixOf(bytes, start, length);
    if (minLength == NONE) {
      setMin(bytes, start, length, prefix);
      setMax(bytes, start, length, prefix);
      return;
    }
    int least = Long.compareUnsigned(prefix, minPrefix);
    int greatest = Long.compareUnsigned(prefix, maxPrefix);
    if (least < 0
        || (least == 0
            && Arrays.compareUnsigned(bytes, start, start + length, min, 0, minLength) < 0)) {
      setMin(bytes, start, length, prefix);
    } else if (greatest > 0
        || (greatest == 0
            && Arrays.compareUnsigned(bytes, start, start + length, max, 0, maxLength) > 0)) {
      setMax(bytes, start, length, prefix);
    }
  }

  /** The first eight bytes as an unsigned number, with zeros behind a shorter text. */
  private static long prefixOf(byte[] bytes, int start, int length) {
    if (length >= Long.BYTES) {
      return (long) BIG_ENDIAN.get(bytes, start);
    }
    long prefix = 0;
    for (int i = 0; i < length; i++) {
      prefix |= (bytes[start + i] & 0xFFL) << (Long.SIZE - Byte.SIZE * (i + 1));
    }
    return prefix;
  }

  private void setMin(byte[] bytes, int start, int length, long prefix) {
    min = copy(bytes, start, length, min);
    minLength = length;
    minPrefix = prefix;
  }

  private void setMax(byte[] bytes, int start, int length, long prefix) {
    max = copy(bytes, start, length, max);
    maxLength = length;
    maxPrefix = prefix;
  }

  private static byte[] copy(byte[] bytes, int start, int length, byte[] target) {
    byte[] enough = target.length >= length ? target : new byte[2 * length];
    System.arraycopy(bytes, start, enough, 0, length);
    return enough;
  }

  @Override
  void bounds(Statistics<?> statistics) {
    statistics.updateStats(Binary.fromConstantByteArray(Arrays.copyOf(min, minLength)));
    statistics.updateStats(Binary.fromConstantByteArray(Arrays.copyOf(max, maxLength)));
  }

  @Override
  void resetBounds() {
    minLength = NONE;
  }
}
