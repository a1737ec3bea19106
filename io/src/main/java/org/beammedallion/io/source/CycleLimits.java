package org.beammedallion.io.source;

import java.util.List;
import org.beammedallion.io.storage.StoredFile;

/**
 * How much one cycle takes at most. What is left is taken by the cycles after it.
 *
 * @param files number of files, at least 1. The plan, the job's graph and what workers report grow
 *     with it: 10,000 files make a graph below 5 MB
 * @param bytes sum of the files' sizes as they are stored, at least 1. A file that is larger alone
 *     is a cycle of its own
 */
public record CycleLimits(int files, long bytes) {

  public static final CycleLimits DEFAULT = new CycleLimits(10_000, 256L << 30);

  /** Everything is one cycle. */
  public static final CycleLimits NONE = new CycleLimits(Integer.MAX_VALUE, Long.MAX_VALUE);

  public CycleLimits {
    if (files < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "A cycle must be allowed to take at least one file and one byte. Raise --maxFilesPerCycle and"
              + " --maxBytesPerCycle.");
    }
  }

  /** Whether more is taken at once than the limits say. */
  public boolean areExceededBy(long count, long size) {
    return count > files || (count > 1 && size > bytes);
  }

  /** The files from the beginning of a list that one cycle takes; at least one, if there is one. */
  List<StoredFile> first(List<StoredFile> fresh) {
    int count = 0;
    long sum = 0;
    while (count < fresh.size() && count < files) {
      sum += fresh.get(count).size();
      if (count > 0 && sum > bytes) {
        break;
      }
      count++;
    }
    return fresh.subList(0, count);
  }
}
