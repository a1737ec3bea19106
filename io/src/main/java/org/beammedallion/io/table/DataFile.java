package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of a table: one that was written and waits to be committed, or a live one of a snapshot.
 *
 * @param path relative to the table's folder, raw (not percent-encoded); absolute where the table
 *     refers to another place
 * @param partitionValues by partition column, as the table's log writes them; null is the null
 *     partition
 * @param rows number of rows, deleted ones included; -1 where the table does not say
 * @param statistics of the columns that have any
 * @param aliases of columns that the file may hold under another name than the table's
 * @param deletes what tells which of the rows are deleted
 * @param deletedRows how many are
 */
public record DataFile(
    String path,
    Map<String, @Nullable String> partitionValues,
    long rows,
    long bytes,
    List<ColumnStatistics> statistics,
    List<ColumnAlias> aliases,
    List<RowDeletes> deletes,
    long deletedRows)
    implements Serializable {

  public DataFile {
    // Map.copyOf refuses null values.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
    statistics = List.copyOf(statistics);
    // Results that were written down by an earlier version of the program have none.
    aliases = aliases == null ? List.of() : List.copyOf(aliases);
    deletes = deletes == null ? List.of() : List.copyOf(deletes);
  }

  /** A file whose columns have the table's names, and of which no row is deleted. */
  public DataFile(
      String path,
      Map<String, @Nullable String> partitionValues,
      long rows,
      long bytes,
      List<ColumnStatistics> statistics) {
    this(path, partitionValues, rows, bytes, statistics, List.of(), List.of(), 0);
  }

  /** The same file, which may hold columns under other names than the table's. */
  public DataFile withAliases(List<ColumnAlias> names) {
    return new DataFile(
        path, partitionValues, rows, bytes, statistics, names, deletes, deletedRows);
  }

  /** The same file, without some of its rows. */
  public DataFile withDeletes(List<RowDeletes> files, long count) {
    return new DataFile(path, partitionValues, rows, bytes, statistics, aliases, files, count);
  }

  /** Number of rows that are not deleted; -1 where the table does not say. */
  public long liveRows() {
    return rows < 0 ? rows : rows - deletedRows;
  }

  /** The same file, as small as a worker needs it. */
  public DataFile withoutStatistics() {
    return new DataFile(
        path, partitionValues, rows, bytes, List.of(), aliases, deletes, deletedRows);
  }

  /** Where it is, given the table's folder. */
  public String uri(String table) {
    return path.startsWith("/") || path.contains(":/") ? path : table + "/" + path;
  }

  /**
   * Whether it may hold a value of a top-level column between the two, both inclusive; a null bound
   * is open.
   */
  public boolean mayHold(
      String column, @Nullable Serializable lower, @Nullable Serializable upper) {
    for (ColumnStatistics each : statistics) {
      if (each.path().size() == 1 && each.path().get(0).equals(column)) {
        boolean onlyNulls = rows >= 0 && each.nullCount() == rows;
        return !onlyNulls && each.mayHold(lower, upper);
      }
    }
    return true;
  }

  /** Whether it belongs to a partition, given by some or all of its values. */
  public boolean isIn(Map<String, @Nullable String> values) {
    return values.entrySet().stream()
        .allMatch(
            value ->
                partitionValues.containsKey(value.getKey())
                    && Objects.equals(partitionValues.get(value.getKey()), value.getValue()));
  }

  /** Those of the live files that lie in a partition of one of the new files. */
  public static List<DataFile> inPartitionsOf(List<DataFile> added, List<DataFile> live) {
    Set<Map<String, @Nullable String>> partitions = new HashSet<>();
    added.forEach(file -> partitions.add(file.partitionValues()));
    return live.stream().filter(file -> partitions.contains(file.partitionValues())).toList();
  }
}
