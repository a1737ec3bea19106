package org.beammedallion.io.stage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.DataFile;
import org.jspecify.annotations.Nullable;

/** Which files of a table are to be put together. Pure. */
public final class CompactionPlan {

  /** So many files are put together even where most of the bytes are in one of them. */
  private static final int MANY = 5;

  private CompactionPlan() {}

  /**
   * Groups of files, each of one partition, that become one file of about the target size, or two.
   * Files of three quarters of that size are left alone, and so is a large file beside a few small
   * ones, which would be copied again and again.
   */
  public static List<List<DataFile>> groups(List<DataFile> live, long targetBytes) {
    Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
    for (DataFile file : live) {
      if (file.bytes() < targetBytes / 4 * 3) {
        partitions.computeIfAbsent(file.partitionValues(), key -> new ArrayList<>()).add(file);
      }
    }
    List<List<DataFile>> groups = new ArrayList<>();
    for (List<DataFile> files : partitions.values()) {
      files.sort(Comparator.comparingLong(DataFile::bytes).thenComparing(DataFile::path));
      List<DataFile> group = new ArrayList<>();
      long bytes = 0;
      for (DataFile file : files) {
        if (bytes + file.bytes() > targetBytes) {
          addIfWorthwhile(group, groups);
          group = new ArrayList<>();
          bytes = 0;
        }
        group.add(file);
        bytes += file.bytes();
      }
      addIfWorthwhile(group, groups);
    }
    return groups;
  }

  /** The files of a group rise in size. */
  private static void addIfWorthwhile(List<DataFile> group, List<List<DataFile>> groups) {
    if (group.size() < 2) {
      return;
    }
    long largest = group.get(group.size() - 1).bytes();
    long rest = group.stream().mapToLong(DataFile::bytes).sum() - largest;
    if (group.size() >= MANY || rest >= largest / 4) {
      groups.add(group);
    }
  }
}
