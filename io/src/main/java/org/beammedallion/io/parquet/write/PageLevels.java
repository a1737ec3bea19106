package org.beammedallion.io.parquet.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;

/**
 * The definition levels of one page of a column that is not nested: one bit a value, encoded as
 * runs of equal values and of packed bits (Parquet's RLE hybrid). Values are only counted, nulls
 * are marked, and runs are made at the page's end. Not thread-safe.
 */
final class PageLevels {

  /** A run of equal levels costs two or three bytes, as much as this many bytes of bits. */
  private static final int SHORTEST_RUN_BYTES = 3;

  private static final int ALL_PRESENT = 0;
  private static final int ALL_NULL = 0xFF;

  private final boolean optional;

  /** A bit for each value, set where it is null; bytes behind the last null may be absent. */
  private byte[] nullBits = {};

  private int count;
  private int nulls;

  PageLevels(boolean optional) {
    this.optional = optional;
  }

  void present() {
    count++;
  }

  void absent() {
    int at = count >>> 3;
    if (at >= nullBits.length) {
      nullBits = Arrays.copyOf(nullBits, Math.max(at + 1, nullBits.length * 2));
    }
    nullBits[at] |= (byte) (1 << (count & 7));
    count++;
    nulls++;
  }

  /** Values so far, nulls among them. */
  int count() {
    return count;
  }

  int nulls() {
    return nulls;
  }

  /** As a data page of version 1 begins: the length, then runs; nothing for a required column. */
  BytesInput bytes() throws IOException {
    if (!optional) {
      return BytesInput.empty();
    }
    ByteArrayOutputStream runs = new ByteArrayOutputStream();
    writeRuns(runs);
    return BytesInput.concat(
        BytesInput.from(BytesUtils.intToBytes(runs.size())), BytesInput.from(runs));
  }

  private void writeRuns(ByteArrayOutputStream out) throws IOException {
    int all = (count + 7) >>> 3;
    int packed = 0;
    for (int at = 0; at < all; ) {
      int runEnd = runEnd(at, all);
      if (runEnd - at < SHORTEST_RUN_BYTES && runEnd - at < all) {
        at = Math.max(runEnd, at + 1);
        continue;
      }
      writePacked(packed, at, out);
      int values = Math.min(runEnd << 3, count) - (at << 3);
      BytesUtils.writeUnsignedVarInt(values << 1, out);
      out.write(nullsAt(at) == ALL_NULL ? 0 : 1);
      at = runEnd;
      packed = runEnd;
    }
    writePacked(packed, all, out);
  }

  /** Where the equal levels that begin with byte {@code from} end; itself where it is mixed. */
  private int runEnd(int from, int all) {
    int first = nullsAt(from);
    if (first != ALL_PRESENT && first != ALL_NULL) {
      return from;
    }
    int end = from + 1;
    while (end < all && nullsAt(end) == first) {
      end++;
    }
    return end;
  }

  private void writePacked(int from, int to, ByteArrayOutputStream out) throws IOException {
    if (from < to) {
      BytesUtils.writeUnsignedVarInt(((to - from) << 1) | 1, out);
      for (int at = from; at < to; at++) {
        out.write(~nullsAt(at));
      }
    }
  }

  /** Eight values' bits; values behind the page's last are as those before them where it pays. */
  private int nullsAt(int at) {
    int bits = at < nullBits.length ? nullBits[at] & 0xFF : ALL_PRESENT;
    int used = count - (at << 3);
    boolean nullToTheEnd = used < 8 && bits == (1 << used) - 1;
    return nullToTheEnd ? ALL_NULL : bits;
  }

  void reset() {
    if (nulls > 0) {
      Arrays.fill(nullBits, (byte) 0);
    }
    count = 0;
    nulls = 0;
  }
}
