package org.beammedallion.io.parquet.write;

import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.io.api.Binary;

/** Texts in Parquet's encoding {@code DELTA_LENGTH_BYTE_ARRAY}: all lengths, then all bytes. */
final class DeltaLengthTexts extends ValuesWriter {

  private final DeltaBinaryPackingValuesWriterForInteger lengths;
  private byte[] bytes;
  private int used;

  DeltaLengthTexts(int slabBytes, int pageBytes, ByteBufferAllocator allocator) {
    lengths = new DeltaBinaryPackingValuesWriterForInteger(slabBytes, pageBytes, allocator);
    bytes = new byte[slabBytes];
  }

  void write(byte[] source, int start, int length) {
    if (bytes.length - used < length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(used, length)));
    }
    System.arraycopy(source, start, bytes, used, length);
    used += length;
    lengths.writeInteger(length);
  }

  @Override
  public void writeBytes(Binary value) {
    byte[] text = value.getBytesUnsafe();
    write(text, 0, text.length);
  }

  @Override
  public long getBufferedSize() {
    return lengths.getBufferedSize() + used;
  }

  @Override
  public BytesInput getBytes() {
    return BytesInput.concat(lengths.getBytes(), BytesInput.from(bytes, 0, used));
  }

  @Override
  public Encoding getEncoding() {
    return Encoding.DELTA_LENGTH_BYTE_ARRAY;
  }

  @Override
  public void reset() {
    lengths.reset();
    used = 0;
  }

  @Override
  public void close() {
    lengths.close();
  }

  @Override
  public long getAllocatedSize() {
    return lengths.getAllocatedSize() + bytes.length;
  }

  @Override
  public String memUsageString(String prefix) {
    return prefix + " DeltaLengthTexts " + getAllocatedSize() + " bytes";
  }
}
