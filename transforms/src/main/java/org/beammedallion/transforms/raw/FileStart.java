package org.beammedallion.transforms.raw;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a decompressed file, by which is told how to read the whole of it. Every shard
 * of a file looks at the same bytes, and so comes to the same answer.
 */
final class FileStart {

  /** How many bytes are looked at. */
  static final int BYTES = 64 << 10;

  private final byte[] bytes;
  private final int length;
  private final boolean whole;
  private final @Nullable CorruptStreamException corruption;

  private FileStart(
      byte[] bytes, int length, boolean whole, @Nullable CorruptStreamException corruption) {
    this.bytes = bytes;
    this.length = length;
    this.whole = whole;
    this.corruption = corruption;
  }

  /**
   * Takes the first bytes of a stream. A stream that turns out to be corrupt there ends there; that
   * it is corrupt is said by {@link #andRest}.
   */
  static FileStart read(InputStream in) throws IOException {
    byte[] bytes = new byte[BYTES];
    int length = 0;
    try {
      while (length < BYTES) {
        int count = in.read(bytes, length, BYTES - length);
        if (count < 0) {
          return new FileStart(bytes, length, true, null);
        }
        length += count;
      }
    } catch (CorruptStreamException e) {
      return new FileStart(bytes, length, false, e);
    }
    return new FileStart(bytes, length, false, null);
  }

  /**
   * The whole stream from a place among the first bytes on.
   *
   * @param in the stream from which the first bytes were taken
   */
  InputStream andRest(int from, InputStream in) {
    return new Rejoined(new ByteArrayInputStream(bytes, from, length - from), in, corruption);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Whether the file has no more bytes than these. */
  boolean isWhole() {
    return whole;
  }

  boolean isCorrupt() {
    return corruption != null;
  }

  /** These bytes as UTF-8. */
  FileStart in(TextEncoding encoding, int from) throws IOException {
    InputStream text =
        new TranscodingStream(new ByteArrayInputStream(bytes, from, length - from), encoding);
    FileStart start = read(text);
    return new FileStart(start.bytes, start.length, whole && start.whole, null);
  }

  /** First what was taken from a stream, then what is left of it. */
  private static final class Rejoined extends InputStream {
    private final ByteArrayInputStream first;
    private final InputStream rest;
    private final @Nullable CorruptStreamException corruption;

    Rejoined(
        ByteArrayInputStream first, InputStream rest, @Nullable CorruptStreamException corruption) {
      this.first = first;
      this.rest = rest;
      this.corruption = corruption;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      int read = first.read(target, offset, count);
      if (read >= 0) {
        return read;
      }
      if (corruption != null) {
        throw corruption;
      }
      return rest.read(target, offset, count);
    }

    @Override
    public void close() throws IOException {
      rest.close();
    }
  }
}
