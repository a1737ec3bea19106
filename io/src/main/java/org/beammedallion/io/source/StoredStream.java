package org.beammedallion.io.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Remembers whether the storage itself failed, which is no fault of the bytes: that fails the
 * cycle, and makes no dead letter.
 */
final class StoredStream extends FilterInputStream {

  private boolean failed;

  StoredStream(InputStream in) {
    super(in);
  }

  /** Whether the last read ended with an exception. */
  boolean failed() {
    return failed;
  }

  @Override
  public int read() throws IOException {
    failed = true;
    int value = super.read();
    failed = false;
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    failed = true;
    int count = super.read(bytes, offset, length);
    failed = false;
    return count;
  }

  @Override
  public int available() throws IOException {
    failed = true;
    int count = super.available();
    failed = false;
    return count;
  }
}
