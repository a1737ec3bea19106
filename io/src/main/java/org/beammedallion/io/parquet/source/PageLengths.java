package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Walks over the lengths inside of a page's run-length and delta encodings, for which the library
 * makes room before it has read what they promise. Costs a step for each run or block.
 */
final class PageLengths {

  private static final ByteBufferAllocator ALLOCATOR = new HeapByteBufferAllocator();

  /** Values of a packed run that writers may add to fill it. */
  private static final int PADDING = 512;

  private static final int MAX_BLOCK = 1 << 16;

  private final ByteBuffer bytes;
  private final int values;

  private PageLengths(ByteBuffer bytes, int values) {
    this.bytes = bytes;
    this.values = values;
  }

  /**
   * Refuses a page with a length that its bytes or its number of values do not allow.
   *
   * @throws ParquetDecodingException says which
   */
  static void check(DataPage page, ColumnDescriptor column) throws IOException {
    int repetition = BytesUtils.getWidthFromMaxInt(column.getMaxRepetitionLevel());
    int definition = BytesUtils.getWidthFromMaxInt(column.getMaxDefinitionLevel());
    int count = page.getValueCount();
    if (page instanceof DataPageV1 v1) {
      PageLengths lengths = new PageLengths(bytes(v1.getBytes()), count);
      lengths.levels(v1.getRlEncoding(), repetition);
      lengths.levels(v1.getDlEncoding(), definition);
      lengths.values(v1.getValueEncoding());
    } else if (page instanceof DataPageV2 v2) {
      new PageLengths(bytes(v2.getRepetitionLevels()), count).runs(repetition);
      new PageLengths(bytes(v2.getDefinitionLevels()), count).runs(definition);
      new PageLengths(bytes(v2.getData()), count).values(v2.getDataEncoding());
    }
  }

  private static ByteBuffer bytes(BytesInput input) throws IOException {
    // The allocator is asked only where the bytes lie in several pieces.
    return input.toByteBuffer(ALLOCATOR, unused -> {}).slice();
  }

  private void levels(Encoding encoding, int width) {
    if (width == 0) {
      return;
    } else if (encoding == Encoding.RLE) {
      behindLength().runs(width);
    } else {
      skip((values * (long) width + 7) / 8);
    }
  }

  private void values(Encoding encoding) {
    if (!bytes.hasRemaining()) {
      return;
    }
    switch (encoding) {
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        int width = bytes.get() & 0xFF;
        if (width > Integer.SIZE) {
          throw new ParquetDecodingException("numbers of a dictionary have " + width + " bits");
        }
        runs(width);
      }
      case RLE -> behindLength().runs(1);
      case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY -> blocks();
      case DELTA_BYTE_ARRAY -> {
        blocks();
        if (bytes.hasRemaining()) {
          blocks();
        }
      }
      default -> {}
    }
  }

  /** The bytes behind a length, of that length. */
  private PageLengths behindLength() {
    if (bytes.remaining() < Integer.BYTES) {
      throw new ParquetDecodingException("a page ends within a length");
    }
    int length = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new ParquetDecodingException(
          "a part of a page is " + length + " bytes long, and there are " + bytes.remaining());
    }
    ByteBuffer part = bytes.slice().limit(length);
    skip(length);
    return new PageLengths(part, values);
  }

  private void skip(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw new ParquetDecodingException(
          "a part of a page is " + count + " bytes long, and there are " + bytes.remaining());
    }
    bytes.position(bytes.position() + (int) count);
  }

  /** Runs of equal or of packed values, up to the end. */
  private void runs(int width) {
    long seen = 0;
    // What is behind the last value is not read.
    while (bytes.hasRemaining() && seen < values) {
      long header = varint();
      long run = header >>> 1;
      if ((header & 1) == 0) {
        skip(Math.min((width + 7) / 8, bytes.remaining()));
        seen += run;
        continue;
      }
      // Values of no bits take no bytes: there are as many as the page says, in groups of eight.
      long held = width == 0 ? values + 8L : bytes.remaining() * 8L / width + 8;
      if (run > Integer.MAX_VALUE / 8 || run * 8 > Math.max(held, PADDING)) {
        throw new ParquetDecodingException(
            "a run of "
                + run * 8
                + " values of "
                + width
                + " bits is longer than its page, which has "
                + bytes.remaining()
                + " more bytes");
      }
      skip(Math.min(run * width, bytes.remaining()));
      seen += run * 8;
    }
  }

  /** Blocks of differences of whole numbers. */
  private void blocks() {
    long blockSize = varint();
    long parts = varint();
    long total = varint();
    varint();
    if (blockSize <= 0
        || blockSize > MAX_BLOCK
        || parts <= 0
        || parts > blockSize
        || blockSize % parts != 0
        || blockSize / parts % 8 != 0) {
      throw new ParquetDecodingException(
          "blocks of " + blockSize + " differences in " + parts + " parts are not of the format");
    } else if (total < 0 || total > values) {
      throw new ParquetDecodingException(
          "differences of " + total + " values are in a page of " + values);
    }
    int part = (int) (blockSize / parts);
    long left = total - 1;
    while (left > 0) {
      varint();
      if (parts > bytes.remaining()) {
        throw new ParquetDecodingException("a page ends within its differences");
      }
      byte[] widths = new byte[(int) parts];
      bytes.get(widths);
      for (int i = 0; i < parts && left > 0; i++) {
        if ((widths[i] & 0xFF) > Long.SIZE) {
          throw new ParquetDecodingException("differences have " + (widths[i] & 0xFF) + " bits");
        }
        // The last part may end with its last value.
        skip(Math.min(part / 8L * (widths[i] & 0xFF), bytes.remaining()));
        left -= part;
      }
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw new ParquetDecodingException("a page ends within a number");
      }
      int octet = bytes.get() & 0xFF;
      value |= (long) (octet & 0x7F) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw new ParquetDecodingException("a page has a number of more than 64 bits");
  }
}
