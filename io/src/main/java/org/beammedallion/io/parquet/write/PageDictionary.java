package org.beammedallion.io.parquet.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.beammedallion.transforms.bytes.Hashes;

/**
 * The dictionary of a column of a row group, and the numbers of the values of the page at work. Its
 * values stand one after the other in Parquet's plain encoding: texts with their length, numbers
 * without. Not thread-safe.
 */
final class PageDictionary {

  private static final int MAX_BYTES = 1 << 20;

  private final ByteBufferAllocator allocator;
  private byte[] values = new byte[1 << 10];
  private int used;
  private int[] starts = new int[64];
  private int[] lengths = new int[64];
  private int[] pageOf = new int[64];
  private long[] hashes = new long[64];
  private int size;

  /** Numbers plus one, by hash, with open addressing. */
  private int[] table = new int[256];

  private int page = 1;
  private int[] numbers = new int[1 << 10];
  private int count;

  PageDictionary(ByteBufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * The number of a value, which is added where it is new.
   *
   * @param prefix bytes of the plain encoding that stand before the value: its length, or nothing
   */
  int numberOf(byte[] bytes, int start, int length, int prefix) {
    long hash = Hashes.of(bytes, start, length, 0);
    int slot = (int) hash & (table.length - 1);
    int entry;
    while ((entry = table[slot]) != 0) {
      int number = entry - 1;
      if (hashes[number] == hash
          && Arrays.equals(
              values,
              starts[number],
              starts[number] + lengths[number],
              bytes,
              start,
              start + length)) {
        return number;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = size + 1;
    return add(bytes, start, length, prefix, hash);
  }

  private int add(byte[] bytes, int start, int length, int prefix, long hash) {
    int number = size++;
    if (number == starts.length) {
      starts = Arrays.copyOf(starts, 2 * number);
      lengths = Arrays.copyOf(lengths, 2 * number);
      pageOf = Arrays.copyOf(pageOf, 2 * number);
      hashes = Arrays.copyOf(hashes, 2 * number);
    }
    if (values.length - used < prefix + length) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, used + prefix + length));
    }
    if (prefix > 0) {
      System.arraycopy(BytesUtils.intToBytes(length), 0, values, used, prefix);
    }
    System.arraycopy(bytes, start, values, used + prefix, length);
    starts[number] = used + prefix;
    lengths[number] = length;
    hashes[number] = hash;
    used += prefix + length;
    if (2 * size > table.length) {
      rehash();
    }
    return number;
  }

  private void rehash() {
    table = new int[2 * table.length];
    for (int number = 0; number < size; number++) {
      int slot = (int) hashes[number] & (table.length - 1);
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = number + 1;
    }
  }

  /** Appends a value to the page; returns whether the page sees it for the first time. */
  boolean append(int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
    boolean first = pageOf[number] != page;
    pageOf[number] = page;
    return first;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether further pages had better do without. */
  boolean isFull() {
    return used > MAX_BYTES;
  }

  /** Bytes that the numbers of the page will take, at most. */
  long pageBytes() {
    return (long) count * bitWidth() / Byte.SIZE;
  }

  long allocatedBytes() {
    return values.length + 20L * starts.length + 4L * (table.length + numbers.length);
  }

  private int bitWidth() {
    return size <= 1 ? 0 : BytesUtils.getWidthFromMaxInt(size - 1);
  }

  /** The values of the page, as a data page of version 1 ends; then a new page begins. */
  BytesInput endPage() throws IOException {
    int width = bitWidth();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(width);
    try (RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(width, 1 << 10, MAX_BYTES, allocator)) {
      for (int i = 0; i < count; i++) {
        encoder.writeInt(numbers[i]);
      }
      encoder.toBytes().writeAllTo(out);
    }
    count = 0;
    page++;
    return BytesInput.from(out);
  }

  /** The dictionary itself. */
  DictionaryPage toPage() {
    return new DictionaryPage(BytesInput.from(values, 0, used), size, Encoding.PLAIN);
  }
}
