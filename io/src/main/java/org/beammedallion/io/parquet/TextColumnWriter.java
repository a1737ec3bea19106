package org.beammedallion.io.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/** Writes a column of texts, which are ordered by their bytes, unsigned. */
final class TextColumnWriter extends FlatColumnWriter {

  private static final int NONE = -1;

  private byte[] min = new byte[64];
  private int minLength = NONE;
  private byte[] max = new byte[64];
  private int maxLength;

  /** The array that {@link #writeSame} met last, and its number. */
  private byte[] same = {};

  private int sameNumber;

  TextColumnWriter(
      ColumnDescriptor column,
      PageWriter pages,
      ParquetProperties properties,
      CompactEncodings encodings) {
    super(column, pages, properties, encodings);
  }

  void write(byte[] bytes, int start, int length) {
    present();
    PageDictionary numbers = dictionary;
    if (numbers == null) {
      plain.writeBytes(Binary.fromReusedByteArray(bytes, start, length));
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
    if (minLength == NONE) {
      setMin(bytes, start, length);
      setMax(bytes, start, length);
    } else if (Arrays.compareUnsigned(bytes, start, start + length, min, 0, minLength) < 0) {
      setMin(bytes, start, length);
    } else if (Arrays.compareUnsigned(bytes, start, start + length, max, 0, maxLength) > 0) {
      setMax(bytes, start, length);
    }
  }

  private void setMin(byte[] bytes, int start, int length) {
    min = copy(bytes, start, length, min);
    minLength = length;
  }

  private void setMax(byte[] bytes, int start, int length) {
    max = copy(bytes, start, length, max);
    maxLength = length;
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
