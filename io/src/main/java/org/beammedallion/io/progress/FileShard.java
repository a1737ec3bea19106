package org.beammedallion.io.progress;

import java.time.Instant;

/**
 * A part of the input that one worker reads: a file, or the lines of a file that start in {@code
 * [from, to)}.
 *
 * @param number from 0, unique in its cycle
 * @param uri the file
 * @param size of the file in bytes when it was planned
 * @param modified when the file was last written, as seen when it was planned
 * @param from first byte, 0 for a whole file
 * @param to end of the range, {@code size} for a whole file
 */
public record FileShard(int number, String uri, long size, Instant modified, long from, long to)
    implements Shard {

  /** What is said of a file that has become shorter since. */
  public static final String SHRUNK =
      "has fewer bytes than when the cycle was planned; what is there was read. Files must not change once they are"
          + " there: give new content a new name.";

  @Override
  public long storedBytes() {
    return to - from;
  }
}
