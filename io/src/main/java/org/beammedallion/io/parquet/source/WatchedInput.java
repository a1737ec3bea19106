package org.beammedallion.io.parquet.source;

import java.io.IOException;
import org.beammedallion.io.storage.SeekableInput;

/** An input that remembers whether the storage itself failed, which no damage of a file does. */
final class WatchedInput implements SeekableInput {

  private final SeekableInput stored;
  private boolean failed;

  WatchedInput(SeekableInput stored) {
    this.stored = stored;
  }

  boolean hasFailed() {
    return failed;
  }

  @Override
  public long length() throws IOException {
    return stored.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) throws IOException {
    failed = true;
    int count = stored.read(position, target, offset, length);
    failed = false;
    return count;
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
