package org.beammedallion.io.keys;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * A cycle's keys, to be looked for in the files of a table.
 *
 * @param ranges of the cycle's keys, by lane
 * @param hashFiles where the hashes of the keys are, for {@link KeyHashes}; empty where there are
 *     too many keys
 * @param keys how many hashes there are
 */
public record KeySearch(KeyLanes lanes, List<LaneRanges> ranges, List<String> hashFiles, long keys)
    implements Serializable {

  public KeySearch {
    ranges = List.copyOf(ranges);
    hashFiles = List.copyOf(hashFiles);
  }

  /** Whether a file may hold one of the keys, as far as its table tells. */
  public boolean mayBeIn(DataFile file) {
    return mayBeIn(file.statistics(), file.rows(), file.partitionValues());
  }

  /** Whether a row group may hold one of the keys. */
  public boolean mayBeIn(List<ColumnStatistics> statistics, long rows) {
    return mayBeIn(statistics, rows, Map.of());
  }

  private boolean mayBeIn(
      List<ColumnStatistics> statistics, long rows, Map<String, @Nullable String> partition) {
    if (keys == 0) {
      return false;
    }
    for (int lane = 0; lane < lanes.count(); lane++) {
      String column = lanes.column(lane);
      ColumnStatistics known = find(statistics, column);
      if (known == null && partition.get(column) != null) {
        known = lanes.ofPartition(lane, partition.get(column));
      }
      if (known != null && !mayHold(lane, known, rows)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable ColumnStatistics find(List<ColumnStatistics> statistics, String column) {
    for (ColumnStatistics each : statistics) {
      if (each.path().size() == 1 && each.path().get(0).equals(column)) {
        return each;
      }
    }
    return null;
  }

  private boolean mayHold(int lane, ColumnStatistics known, long rows) {
    LaneRanges wanted = ranges.get(lane);
    if (wanted.nulls() && known.nullCount() != 0) {
      return true;
    }
    if (rows > 0 && known.nullCount() == rows) {
      return false;
    }
    return wanted.mayHold(lanes.lower(lane, known.min()), lanes.upper(lane, known.max()));
  }
}
