package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.util.DeleteFileSet;
import org.beammedallion.io.parquet.read.DeletedRows;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.iceberg.deletes.IcebergDeletes;
import org.beammedallion.io.table.iceberg.deletes.IcebergMarks;
import org.beammedallion.io.table.iceberg.deletes.IcebergRowDeleteRules;
import org.jspecify.annotations.Nullable;

/**
 * One try to make a snapshot that has the rows of an earlier one. Files come back as they are. Rows
 * that were deleted by position in that version are marked again, for marks hold only for files
 * that were there before them.
 */
final class IcebergRollback {

  private final IcebergTable table;
  private final BaseTable loaded;
  private final Snapshot current;
  private final @Nullable Snapshot old;
  private final Map<String, FileScanTask> live;
  private final Map<String, FileScanTask> wanted;

  /** Live files that have the rows that they had then. */
  private final Set<String> same = new HashSet<>();

  /**
   * @param snapshot whose rows are restored; null for no rows
   */
  IcebergRollback(IcebergTable table, BaseTable loaded, @Nullable Snapshot snapshot)
      throws IOException {
    this.table = table;
    this.loaded = loaded;
    current = loaded.currentSnapshot();
    old = snapshot;
    live = files(current);
    wanted = files(snapshot);
    for (Map.Entry<String, FileScanTask> file : live.entrySet()) {
      FileScanTask then = wanted.get(file.getKey());
      if (then != null && haveSameRows(file.getValue(), then)) {
        same.add(file.getKey());
      }
    }
  }

  /** Marks may be written again and say the same. */
  private static boolean haveSameRows(FileScanTask a, FileScanTask b) throws IOException {
    List<RowDeletes> first = IcebergDeletes.of(a);
    List<RowDeletes> second = IcebergDeletes.of(b);
    return first.equals(second) || DeletedRows.read(first).equals(DeletedRows.read(second));
  }

  private Map<String, FileScanTask> files(@Nullable Snapshot snapshot) throws IOException {
    Map<String, FileScanTask> files = new TreeMap<>();
    if (snapshot == null) {
      return files;
    }
    table.forEachTask(
        loaded,
        loaded.newScan().useSnapshot(snapshot.snapshotId()),
        task -> files.put(task.file().location(), task));
    return files;
  }

  CommitResult run(String operation) throws IOException {
    if (same.size() == live.size() && same.size() == wanted.size()) {
      return new CommitResult(Outcome.EMPTY, current.sequenceNumber());
    }
    DeleteFileSet voided = voided();
    RowDelta delta = loaded.newRowDelta().validateFromSnapshot(current.snapshotId());
    for (Map.Entry<String, FileScanTask> file : live.entrySet()) {
      if (!wanted.containsKey(file.getKey())) {
        delta.removeRows(file.getValue().file());
      }
    }
    for (Map.Entry<String, FileScanTask> file : wanted.entrySet()) {
      if (!live.containsKey(file.getKey())) {
        requirePresent(file.getKey());
        delta.addRows(again(file.getValue().file()));
      }
    }
    voided.forEach(delta::removeDeletes);
    mark(remarked(voided)).forEach(delta::addDeletes);
    delta.set(IcebergHistory.OPERATION, operation);
    figures().addTo(delta);
    delta.validateWith(
        new Unmoved(current.snapshotId(), old == null ? current.snapshotId() : old.snapshotId()));
    delta.commit();
    loaded.refresh();
    return new CommitResult(Outcome.COMMITTED, IcebergTable.versionOf(loaded));
  }

  private SnapshotRows figures() throws IOException {
    long added = 0;
    long removed = 0;
    for (Map.Entry<String, FileScanTask> file : wanted.entrySet()) {
      FileScanTask now = live.get(file.getKey());
      if (now == null) {
        added += IcebergDeletes.liveRows(file.getValue());
      } else if (!same.contains(file.getKey())) {
        BitSet gone = DeletedRows.read(IcebergDeletes.of(now));
        BitSet goneThen = DeletedRows.read(IcebergDeletes.of(file.getValue()));
        BitSet both = (BitSet) gone.clone();
        both.and(goneThen);
        added += gone.cardinality() - both.cardinality();
        removed += goneThen.cardinality() - both.cardinality();
      }
    }
    for (Map.Entry<String, FileScanTask> file : live.entrySet()) {
      if (!wanted.containsKey(file.getKey())) {
        removed += IcebergDeletes.liveRows(file.getValue());
      }
    }
    return new SnapshotRows(added, removed);
  }

  /** Deletes that hold no more: those of files that go, and those that were not there then. */
  private DeleteFileSet voided() {
    DeleteFileSet voided = DeleteFileSet.create();
    live.forEach(
        (location, task) -> {
          FileScanTask then = wanted.get(location);
          if (then == null) {
            voided.addAll(IcebergDeletes.ownOf(task));
          } else if (!same.contains(location)) {
            DeleteFileSet kept = DeleteFileSet.of(then.deletes());
            task.deletes().stream().filter(file -> !kept.contains(file)).forEach(voided::add);
          }
        });
    return voided;
  }

  /** Files whose deleted rows would not be those of then, if it were not for new marks. */
  private List<FileScanTask> remarked(DeleteFileSet voided) {
    List<FileScanTask> remarked = new ArrayList<>();
    wanted.forEach(
        (location, then) -> {
          FileScanTask now = live.get(location);
          List<DeleteFile> marks = now == null ? List.of() : now.deletes();
          DeleteFileSet left = DeleteFileSet.create();
          marks.stream().filter(file -> !voided.contains(file)).forEach(left::add);
          boolean untouched = same.contains(location) && left.size() == marks.size();
          if (!untouched && !left.containsAll(then.deletes())) {
            remarked.add(then);
          }
        });
    return remarked;
  }

  private List<DeleteFile> mark(List<FileScanTask> files) throws IOException {
    List<DeleteFile> marks = new ArrayList<>();
    IcebergRowDeleteRules rules =
        new IcebergRowDeleteRules(loaded.location(), loaded.operations().current().formatVersion());
    try (RowDeleteWriter writer = rules.writer("rollback-" + UUID.randomUUID())) {
      for (FileScanTask file : files) {
        List<RowDeletes> deletes = IcebergDeletes.of(file);
        for (RowDeletes each : deletes) {
          requirePresent(each.uri());
        }
        BitSet rows = DeletedRows.read(deletes);
        writer.delete(table.dataFile(file, loaded, List.of()), rows);
      }
      for (StagedDeletes staged : writer.finish()) {
        DataFile file = Objects.requireNonNull(wanted.get(staged.deletes().dataFile())).file();
        marks.add(IcebergMarks.deleteFile(staged, file, loaded));
      }
    }
    return marks;
  }

  /** A file that comes back counts as a new one: its rows are numbered again, where they are. */
  private DataFile again(DataFile file) {
    return DataFiles.builder(loaded.spec()).copy(file).withFirstRowId(null).build();
  }

  private void requirePresent(String location) throws IOException {
    if (table.storage().stat(location).isEmpty()) {
      throw new TableException(
          "The Iceberg table '"
              + table.uri()
              + "' cannot be rolled back to that version: its file '"
              + location
              + "' was removed. Nothing was changed; choose a later version.",
          null);
    }
  }

  /**
   * A rollback holds on the version that it was computed on, and only as long as the other one is
   * kept: files of a forgotten version may be on their way out.
   */
  private record Unmoved(long current, long old) implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestors) {
      Iterator<Snapshot> newest = ancestors.iterator();
      if (!newest.hasNext() || newest.next().snapshotId() != current) {
        return false;
      }
      boolean kept = current == old;
      while (!kept && newest.hasNext()) {
        kept = newest.next().snapshotId() == old;
      }
      return kept;
    }

    @Override
    public String errorMessage() {
      return "the table has moved";
    }
  }
}
