package org.beammedallion.io.source;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.file.DataFileConstants;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.transforms.raw.CorruptStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an Avro object container file, read one after the other. Memory grows with what is
 * there, whatever a damaged length says. Not thread-safe.
 */
final class AvroInput implements Closeable {

  private static final int LARGEST_PART = 1 << 29;

  /** A marker, and the two numbers before the next block. */
  private static final int BETWEEN_BLOCKS = DataFileConstants.SYNC_SIZE + 20;

  private final StoredStream stored;
  private final InputStream in;
  private long offset;

  /**
   * What stands before the first block.
   *
   * @param sync the marker after every block
   * @param end where the first block starts
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Header(Map<String, byte[]> metadata, byte[] sync, long end) {}

  /**
   * Where a block starts.
   *
   * @param record number in the file of its first record
   */
  record Start(long offset, long record) {}

  /**
   * @param in closed by {@link #close()}
   * @param offset of its first byte in the file
   */
  AvroInput(InputStream in, long offset) {
    this.stored = new StoredStream(in);
    this.in = new BufferedInputStream(stored, 1 << 16);
    this.offset = offset;
  }

  /** How many bytes of the file stand before the next one. */
  long offset() {
    return offset;
  }

  /** Whether an exception came from the storage, and not from what the bytes say. */
  boolean hasFailed(Exception exception) {
    return stored.failed() && !(exception instanceof CorruptStreamException);
  }

  boolean isAtEnd() throws IOException {
    in.mark(1);
    boolean ended = in.read() < 0;
    in.reset();
    return ended;
  }

  Header header() throws IOException {
    if (!Arrays.equals(part(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC)) {
      throw new IOException("it does not begin as such a file does");
    }
    Map<String, byte[]> metadata = new LinkedHashMap<>();
    for (long entries = number(); entries != 0; entries = number()) {
      if (entries < 0) {
        entries = -entries;
        number(); // The number of bytes; it is not needed.
      }
      for (long i = 0; i < entries; i++) {
        String key = new String(part(number()), StandardCharsets.UTF_8);
        metadata.put(key, part(number()));
      }
    }
    byte[] sync = part(DataFileConstants.SYNC_SIZE);
    return new Header(metadata, sync, offset);
  }

  /** Avro's zig-zag variable-length number. */
  long number() throws IOException {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("it breaks off");
      }
      offset++;
      bits |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return bits >>> 1 ^ -(bits & 1);
      }
    }
    throw new IOException("a number in it has too many bytes");
  }

  byte[] part(long length) throws IOException {
    if (length < 0 || length > LARGEST_PART) {
      throw new IOException("a part of it is to have " + length + " bytes");
    }
    byte[] bytes = in.readNBytes((int) length);
    offset += bytes.length;
    if (bytes.length < length) {
      throw new EOFException("it breaks off");
    }
    return bytes;
  }

  /**
   * The first block that starts at a byte or behind it, found by the sizes that stand before the
   * blocks: one small read a block. Null where the file ends or is damaged before: the shard that
   * has that place refuses the file.
   */
  static @Nullable Start firstBlock(SeekableInput file, Header header, long from)
      throws IOException {
    Start block = new Start(header.end(), 0);
    byte[] window = new byte[BETWEEN_BLOCKS];
    while (block.offset() < from) {
      int length = fill(file, block.offset() - DataFileConstants.SYNC_SIZE, window);
      block = next(block, header, window, length);
      if (block == null) {
        return null;
      }
    }
    return block;
  }

  /**
   * The block behind another.
   *
   * @param window begins with the marker before that other block
   */
  private static @Nullable Start next(Start block, Header header, byte[] window, int length) {
    int sync = DataFileConstants.SYNC_SIZE;
    if (length < sync || !Arrays.equals(window, 0, sync, header.sync(), 0, sync)) {
      return null;
    }
    long[] numbers = new long[2];
    int p = sync;
    for (int i = 0; i < numbers.length; i++) {
      long bits = 0;
      int shift = 0;
      boolean more = true;
      while (more) {
        if (p == length || shift >= Long.SIZE) {
          return null;
        }
        bits |= (window[p] & 0x7FL) << shift;
        shift += 7;
        more = window[p++] < 0;
      }
      numbers[i] = bits >>> 1 ^ -(bits & 1);
      if (numbers[i] < 0) {
        return null;
      }
    }
    long behind = block.offset() + (p - sync) + numbers[1] + sync;
    return behind <= block.offset() ? null : new Start(behind, block.record() + numbers[0]);
  }

  private static int fill(SeekableInput file, long position, byte[] window) throws IOException {
    int done = 0;
    while (done < window.length) {
      int count = file.read(position + done, window, done, window.length - done);
      if (count < 0) {
        break;
      }
      done += count;
    }
    return done;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
