package org.beammedallion.io.progress;

import java.time.Instant;
import java.util.List;

/**
 * Which cycle has read what a file holds.
 *
 * @param cycle the latest one that has read it
 * @param time of that cycle
 * @param earlier names that the file had before, the latest first; under the last of them it was
 *     read. None where it has always had its name
 */
public record FileReading(long cycle, Instant time, List<String> earlier) {

  public FileReading {
    earlier = List.copyOf(earlier);
  }

  /** The name under which it was read. */
  public String name(String now) {
    return earlier.isEmpty() ? now : earlier.get(earlier.size() - 1);
  }
}
