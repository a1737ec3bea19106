package org.beammedallion.io.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/**
 * The definition levels of one page of a column that is not nested: one bit a value. Values are
 * counted; only once there is a null are levels encoded one by one. Not thread-safe.
 */
final class PageLevels {

  private static final int INITIAL_BYTES = 64;
  private static final int MAX_BYTES = 1 << 20;

  private final boolean optional;
  private final RunLengthBitPackingHybridEncoder encoder;
  private int count;
  private int nulls;

  PageLevels(boolean optional, ByteBufferAllocator allocator) {
    this.optional = optional;
    encoder = new RunLengthBitPackingHybridEncoder(1, INITIAL_BYTES, MAX_BYTES, allocator);
  }

  void present() {
    if (nulls > 0) {
      encode(1);
    }
    count++;
  }

  void absent() {
    if (nulls == 0) {
      for (int i = 0; i < count; i++) {
        encode(1);
      }
    }
    encode(0);
    count++;
    nulls++;
  }

  private void encode(int level) {
    try {
      encoder.writeInt(level);
    } catch (IOException e) {
      throw new AssertionError("The encoder writes to memory.", e);
    }
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
    if (nulls > 0) {
      encoder.toBytes().writeAllTo(runs);
    } else {
      BytesUtils.writeUnsignedVarInt(count << 1, runs);
      runs.write(1);
    }
    return BytesInput.concat(
        BytesInput.from(BytesUtils.intToBytes(runs.size())), BytesInput.from(runs));
  }

  void reset() {
    if (nulls > 0) {
      encoder.reset();
    }
    count = 0;
    nulls = 0;
  }

  void close() {
    encoder.close();
  }
}
