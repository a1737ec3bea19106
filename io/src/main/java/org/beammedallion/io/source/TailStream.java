package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import org.beammedallion.io.storage.SeekableInput;

/** The bytes of a file from a position on. */
final class TailStream extends InputStream {

  private final SeekableInput input;
  private long position;

  /**
   * @param input closed with this stream
   */
  TailStream(SeekableInput input, long position) {
    this.input = input;
    this.position = position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = input.read(position, bytes, offset, length);
    if (count > 0) {
      position += count;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
