package org.beammedallion.io.compaction;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.jspecify.annotations.Nullable;

/** Which files of a table are to be put together. Pure. */
public final class CompactionPlan {

  /**
   * From this number of files on they are merged even where most of the bytes are in one of them.
   */
  private static final int MANY = 5;

  private CompactionPlan() {}

  /**
   * Groups of files, each of one partition, that become one file of about the target size, or two.
   * Files of three quarters of that size are left alone, and so is a large file beside a few small
   * ones, which would be copied again and again. Files that lost many rows are written again in any
   * case.
   *
   * @param deleteRatio which part of a file's rows must be deleted by position for that; 0 takes
   *     every file that lost a row
   */
  public static List<List<DataFile>> groups(
      List<DataFile> live, long targetBytes, double deleteRatio) {
    Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
    for (DataFile file : live) {
      if (file.bytes() < targetBytes / 4 * 3 || lostMany(file, deleteRatio)) {
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
          addIfWorthwhile(group, deleteRatio, groups);
          group = new ArrayList<>();
          bytes = 0;
        }
        group.add(file);
        bytes += file.bytes();
      }
      addIfWorthwhile(group, deleteRatio, groups);
    }
    return groups;
  }

  private static boolean lostMany(DataFile file, double deleteRatio) {
    return !file.deletes().isEmpty() && file.deletedRows() >= deleteRatio * file.rows();
  }

  /**
   * The files of each partition in which a reader cannot tell some file from another by any of the
   * columns: the ranges of their values overlap in all of them. What has no statistics overlaps
   * with everything.
   */
  public static List<List<DataFile>> overlapping(List<DataFile> live, List<String> columns) {
    return partitionsOf(live).stream().filter(files -> overlap(files, columns)).toList();
  }

  private static boolean overlap(List<DataFile> files, List<String> columns) {
    if (columns.size() == 1) {
      return overlap(files, columns.get(0));
    }
    for (int i = 0; i < files.size(); i++) {
      for (int k = 0; k < i; k++) {
        List<DataFile> two = List.of(files.get(i), files.get(k));
        if (columns.stream().allMatch(column -> overlap(two, column))) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<List<DataFile>> partitionsOf(List<DataFile> live) {
    Map<Map<String, @Nullable String>, List<DataFile>> partitions = new LinkedHashMap<>();
    for (DataFile file : live) {
      partitions.computeIfAbsent(file.partitionValues(), key -> new ArrayList<>()).add(file);
    }
    return List.copyOf(partitions.values());
  }

  private static boolean overlap(List<DataFile> files, String column) {
    List<ColumnStatistics> ranges = new ArrayList<>();
    for (DataFile file : files) {
      for (ColumnStatistics each : file.statistics()) {
        if (each.path().equals(List.of(column)) && each.min() != null && each.max() != null) {
          ranges.add(each);
        }
      }
    }
    if (files.size() > 1 && ranges.size() < files.size()) {
      return true;
    }
    ranges.sort((a, b) -> compare(a.min(), b.min()));
    for (int i = 1; i < ranges.size(); i++) {
      // One value may end a file and begin the next.
      if (compare(ranges.get(i).min(), ranges.get(i - 1).max()) < 0) {
        return true;
      }
    }
    return false;
  }

  private static int compare(@Nullable Serializable a, @Nullable Serializable b) {
    return ColumnStatistics.compare(Objects.requireNonNull(a), Objects.requireNonNull(b));
  }

  /** The files of a group rise in size. */
  private static void addIfWorthwhile(
      List<DataFile> group, double deleteRatio, List<List<DataFile>> groups) {
    if (group.stream().anyMatch(file -> lostMany(file, deleteRatio))) {
      groups.add(group);
      return;
    } else if (group.size() < 2) {
      return;
    }
    long largest = group.get(group.size() - 1).bytes();
    long rest = group.stream().mapToLong(DataFile::bytes).sum() - largest;
    if (group.size() >= MANY || rest >= largest / 4) {
      groups.add(group);
    }
  }
}
