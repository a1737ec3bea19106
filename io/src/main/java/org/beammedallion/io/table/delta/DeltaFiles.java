package org.beammedallion.io.table.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.TableException;
import org.jspecify.annotations.Nullable;

/** Data files as a table's log has them, and as the rest of the program has them. */
final class DeltaFiles {

  private final DeltaTable table;
  private final FieldIds columns;

  /**
   * @param columns how the table's files call them
   */
  DeltaFiles(DeltaTable table, FieldIds columns) {
    this.table = table;
    this.columns = columns;
  }

  /** Takes the live files of a version, one by one. */
  interface Visitor {
    void visit(AddFile file) throws IOException;
  }

  void forEach(SnapshotImpl snapshot, Visitor visitor) throws IOException {
    try (CloseableIterator<FilteredColumnarBatch> batches =
        ((ScanImpl) snapshot.getScanBuilder().build()).getScanFiles(table.engine(), true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            visitor.visit(addFileOf(rows.next()));
          }
        }
      }
    }
  }

  /** Whether a version has no live file. */
  boolean areNone(SnapshotImpl snapshot) throws IOException {
    boolean[] none = {true};
    forEach(snapshot, file -> none[0] = false);
    return none[0];
  }

  private AddFile addFileOf(Row scanFile) throws TableException {
    AddFile file = new AddFile(scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
    if (file.getDeletionVector().isPresent()) {
      throw new TableException(
          "The Delta table '"
              + table.uri()
              + "' has deletion vectors ('"
              + file.getPath()
              + "'), which are not supported here yet. In Spark, set delta.enableDeletionVectors=false on it and run "
              + "REORG TABLE … APPLY (PURGE).",
          null);
    }
    return file;
  }

  DataFile dataFile(AddFile file) {
    DeltaStatistics.Parsed statistics =
        DeltaStatistics.parse(file.getStatsJson().orElse(null), table.layout().columns(), columns);
    Map<String, @Nullable String> stored = VectorUtils.toJavaMap(file.getPartitionValues());
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    stored.forEach((name, value) -> values.put(columns.pathOf(List.of(name)).get(0), value));
    return new DataFile(
            DeltaPaths.decoded(file.getPath()),
            values,
            statistics.rows(),
            file.getSize(),
            statistics.columns())
        .withAliases(columns.aliases());
  }

  /** Files as the log gives them back, which may round their statistics. */
  List<DataFile> asLogged(List<DataFile> files) {
    return files.stream().map(file -> dataFile(new AddFile(addFile(file, true)))).toList();
  }

  Row addition(DataFile file, boolean dataChange) {
    return SingleAction.createAddFileSingleAction(addFile(file, dataChange));
  }

  private Row addFile(DataFile file, boolean dataChange) {
    Map<String, @Nullable String> partitionValues = new LinkedHashMap<>();
    file.partitionValues()
        .forEach((name, value) -> partitionValues.put(columns.nameOf(List.of(name)), value));
    Map<Integer, Object> values = new HashMap<>();
    put(values, "path", DeltaPaths.encoded(file.path()));
    put(values, "partitionValues", VectorUtils.stringStringMapValue(partitionValues));
    put(values, "size", file.bytes());
    put(values, "modificationTime", System.currentTimeMillis());
    put(values, "dataChange", dataChange);
    put(values, "stats", DeltaStatistics.write(file, table.layout().columns(), columns));
    return new GenericRow(AddFile.FULL_SCHEMA, values);
  }

  private static void put(Map<Integer, Object> values, String name, Object value) {
    values.put(AddFile.FULL_SCHEMA.indexOf(name), value);
  }

  /**
   * The removals repeat the log's own words: a path that is encoded in another way would not be
   * found.
   */
  List<Row> removals(SnapshotImpl snapshot, List<DataFile> removes, boolean dataChange)
      throws IOException {
    Map<String, DataFile> wanted = new TreeMap<>();
    removes.forEach(file -> wanted.put(file.path(), file));
    List<Row> removals = new ArrayList<>();
    if (wanted.isEmpty()) {
      return removals;
    }
    long now = System.currentTimeMillis();
    forEach(
        snapshot,
        file -> {
          if (wanted.remove(DeltaPaths.decoded(file.getPath())) != null) {
            removals.add(
                SingleAction.createRemoveFileSingleAction(
                    file.toRemoveFileRow(dataChange, Optional.of(now))));
          }
        });
    if (!wanted.isEmpty()) {
      throw new ConcurrentCommitException(
          "The Delta table '"
              + table.uri()
              + "' does not hold the files that are to be replaced any more, '"
              + wanted.keySet().iterator().next()
              + "' among them. Nothing was changed; compute the change again on the latest version.",
          null);
    }
    return removals;
  }
}
