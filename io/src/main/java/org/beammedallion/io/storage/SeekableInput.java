package org.beammedallion.io.storage;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/** A file open for reads at any position. Positional reads do not disturb each other. */
public interface SeekableInput extends Closeable {

  /** Size of the file in bytes. */
  long length() throws IOException;

  /**
   * Reads some bytes at a position.
   *
   * @return how many were read, at least one unless {@code length} is 0; -1 at the end of the file
   */
  int read(long position, byte[] target, int offset, int length) throws IOException;

  /**
   * Reads exactly {@code length} bytes at a position.
   *
   * @throws EOFException where the file ends before
   */
  default void readFully(long position, byte[] target, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = read(position + done, target, offset + done, length - done);
      if (count < 0) {
        throw new EOFException(
            "The file ends at byte "
                + (position + done)
                + ", "
                + (length - done)
                + " bytes before what was asked for.");
      }
      done += count;
    }
  }
}
