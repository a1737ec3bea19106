package org.beammedallion.io.parquet.read;

import java.util.List;
import org.beammedallion.io.table.ColumnStatistics;

/** Chooses row groups of a Parquet file. */
@FunctionalInterface
public interface RowGroupFilter {

  RowGroupFilter ALL = (group, statistics, rows) -> true;

  /**
   * @param group its number in the file
   * @param statistics of its columns, as far as the footer tells
   */
  boolean isWanted(int group, List<ColumnStatistics> statistics, long rows);
}
