package org.beammedallion.io.parquet.source;

import java.io.IOException;
import org.beammedallion.io.storage.SeekableInput;

/** The same input for a second reader, which must not close it. */
record SharedInput(SeekableInput shared) implements SeekableInput {

  @Override
  public long length() throws IOException {
    return shared.length();
  }

  @Override
  public int read(long from, byte[] target, int offset, int length) throws IOException {
    return shared.read(from, target, offset, length);
  }

  @Override
  public void close() {
    // The first reader does.
  }
}
