package org.beammedallion.pipelines.maintain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.keys.KeyRange;
import org.beammedallion.io.table.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a table are put together between two cycles. Pure. A file is only copied together
 * with smaller ones that hold as much as it does, so a row is copied about as often as its
 * partition doubles, and beside the newest files a partition has a few of each power of two.
 */
final class SmallFiles {

  private SmallFiles() {}

  /**
   * Takes partitions with more than so many small files, those with most of them first.
   *
   * @param most number of small files that a partition may have, at least 1
   * @param targetBytes files of three quarters of this size are not small
   * @param mostBytes no further partition is taken from this size on
   * @return files of several partitions
   */
  static List<DataFile> of(List<DataFile> live, int most, long targetBytes, long mostBytes) {
    Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
    for (DataFile file : live) {
      // Files that lie by key are small on purpose, and cycles put them in order themselves.
      if (file.bytes() < targetBytes / 4 * 3 && !KeyRange.isTold(file.path())) {
        partitions.computeIfAbsent(file.partitionValues(), key -> new ArrayList<>()).add(file);
      }
    }
    List<DataFile> taken = new ArrayList<>();
    long bytes = 0;
    for (List<DataFile> files :
        partitions.values().stream()
            .filter(files -> files.size() > most)
            .sorted(Comparator.comparingInt(List<DataFile>::size).reversed())
            .toList()) {
      int before = taken.size();
      for (DataFile file : alike(files)) {
        if (bytes + file.bytes() > mostBytes) {
          break;
        }
        taken.add(file);
        bytes += file.bytes();
      }
      if (taken.size() == before + 1) {
        // One file is not put together with anything; others may have room.
        bytes -= taken.remove(before).bytes();
      }
    }
    return taken;
  }

  /** The smallest files, each with smaller ones beside it that hold as much; at least two. */
  private static List<DataFile> alike(List<DataFile> files) {
    files.sort(Comparator.comparingLong(DataFile::bytes).thenComparing(DataFile::path));
    long bytes = 0;
    int count = 0;
    int worthwhile = Math.min(2, files.size());
    for (DataFile file : files) {
      bytes += file.bytes();
      count++;
      if (file.bytes() <= bytes - file.bytes()) {
        worthwhile = count;
      }
    }
    return files.subList(0, worthwhile);
  }
}
