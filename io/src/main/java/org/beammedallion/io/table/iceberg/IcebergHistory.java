package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.jspecify.annotations.Nullable;

/**
 * An Iceberg table's versions: the snapshots that led to the current one, by their sequence
 * numbers. A rollback is a new snapshot, not a way back to an old one, so that numbers only rise.
 */
final class IcebergHistory implements TableHistory {

  /** Names what we did in a snapshot's summary, where Iceberg's own word does not tell. */
  static final String OPERATION = CommitNames.PREFIX + "operation";

  private static final int MAX_ROUNDS = 20;

  private final IcebergTable table;

  IcebergHistory(IcebergTable table) {
    this.table = table;
  }

  @Override
  public List<TableVersion> versions() throws IOException {
    return table.inSession(
        Purpose.READ,
        session -> {
          BaseTable loaded = table.load(session);
          return loaded == null
              ? List.<TableVersion>of()
              : ancestors(loaded).stream().map(IcebergHistory::version).toList();
        });
  }

  static List<Snapshot> ancestors(BaseTable loaded) {
    List<Snapshot> ancestors = new ArrayList<>();
    if (loaded.currentSnapshot() != null) {
      SnapshotUtil.ancestorsOf(loaded.currentSnapshot().snapshotId(), loaded::snapshot)
          .forEach(ancestors::add);
    }
    return ancestors;
  }

  static TableVersion version(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return new TableVersion(
        snapshot.sequenceNumber(),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        summary.getOrDefault(OPERATION, String.valueOf(snapshot.operation())),
        CommitNames.originOf(summary),
        Long.parseLong(summary.getOrDefault(SnapshotSummary.ADDED_FILES_PROP, "0")),
        Long.parseLong(summary.getOrDefault(SnapshotSummary.DELETED_FILES_PROP, "0")),
        Long.valueOf(summary.getOrDefault(SnapshotSummary.ADDED_RECORDS_PROP, "0")),
        Long.valueOf(summary.getOrDefault(SnapshotSummary.DELETED_RECORDS_PROP, "0")));
  }

  @Override
  public TableSnapshot snapshot(long version) throws IOException {
    return table.inSession(
        Purpose.READ,
        session -> {
          BaseTable loaded = required(table.load(session));
          List<org.beammedallion.io.table.DataFile> files = new ArrayList<>();
          List<ColumnAlias> aliases = IcebergAliases.of(table.layout().stored(), loaded);
          table.forEachTask(
              loaded,
              loaded.newScan().useSnapshot(find(loaded, version).snapshotId()),
              task -> files.add(table.dataFile(task, loaded, aliases)));
          return new TableSnapshot(version, files);
        });
  }

  private BaseTable required(@Nullable BaseTable loaded) throws TableException {
    if (loaded == null) {
      throw new TableException("There is no Iceberg table '" + table.uri() + "'.", null);
    }
    return loaded;
  }

  private Snapshot find(BaseTable loaded, long version) throws TableException {
    List<Snapshot> ancestors = ancestors(loaded);
    for (Snapshot snapshot : ancestors) {
      if (snapshot.sequenceNumber() == version) {
        return snapshot;
      }
    }
    throw new TableException(
        "The Iceberg table '"
            + table.uri()
            + "' keeps no version "
            + version
            + ", only "
            + (ancestors.isEmpty()
                ? "an empty table"
                : ancestors.get(ancestors.size() - 1).sequenceNumber()
                    + " to "
                    + ancestors.get(0).sequenceNumber())
            + ". Name one that its history lists.",
        null);
  }

  @Override
  public CommitResult rollback(long version) throws IOException {
    return table.inSession(
        Purpose.ROLL_BACK,
        session -> {
          BaseTable loaded = required(table.load(session));
          long seen = IcebergTable.versionOf(loaded);
          for (int round = 1; ; round++) {
            try {
              requireNoNewRows(loaded, seen);
              return rollback(loaded, version);
            } catch (ValidationException | CommitFailedException e) {
              loaded.refresh();
              if (round == MAX_ROUNDS) {
                throw new ConcurrentCommitException(
                    "Others commit to the Iceberg table '"
                        + table.uri()
                        + "' faster than this could. Nothing was changed; run it again when fewer write to it.",
                    e);
              }
            }
          }
        });
  }

  private CommitResult rollback(BaseTable loaded, long version) throws IOException {
    Snapshot old = find(loaded, version);
    Map<String, DataFile> wanted = files(loaded, old);
    Snapshot current = loaded.currentSnapshot();
    Map<String, DataFile> live = files(loaded, current);
    if (wanted.keySet().equals(live.keySet())) {
      return new CommitResult(Outcome.EMPTY, current.sequenceNumber());
    }
    OverwriteFiles overwrite = loaded.newOverwrite();
    for (Map.Entry<String, DataFile> file : live.entrySet()) {
      if (!wanted.containsKey(file.getKey())) {
        overwrite.deleteFile(file.getValue());
      }
    }
    for (Map.Entry<String, DataFile> file : wanted.entrySet()) {
      if (!live.containsKey(file.getKey())) {
        requirePresent(file.getKey());
        overwrite.addFile(again(loaded, file.getValue()));
      }
    }
    overwrite.set(OPERATION, "rollback to version " + version);
    overwrite.validateWith(new Unmoved(current.snapshotId(), old.snapshotId()));
    overwrite.commit();
    loaded.refresh();
    return new CommitResult(Outcome.COMMITTED, IcebergTable.versionOf(loaded));
  }

  private Map<String, DataFile> files(BaseTable loaded, Snapshot snapshot) throws IOException {
    Map<String, DataFile> files = new TreeMap<>();
    table.forEachTask(
        loaded,
        loaded.newScan().useSnapshot(snapshot.snapshotId()),
        task -> {
          requireNoDeletes(task);
          files.put(task.file().location(), task.file());
        });
    return files;
  }

  private void requireNoDeletes(FileScanTask task) throws TableException {
    if (!task.deletes().isEmpty()) {
      throw new TableException(
          "The Iceberg table '"
              + table.uri()
              + "' cannot be rolled back: in one of the two versions rows of '"
              + task.file().location()
              + "' are deleted by position, and a file that comes back would come back whole. Nothing was changed. Run"
              + " medallion maintain and roll back to a later version, or CALL system.rollback_to_snapshot in Spark.",
          null);
    }
  }

  /** A file that comes back counts as a new one: its rows are numbered anew, where they are. */
  private static DataFile again(BaseTable loaded, DataFile file) {
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

  /** Rows that came after somebody asked for the rollback were not meant by it. */
  private void requireNoNewRows(BaseTable loaded, long seen) throws ConcurrentCommitException {
    for (Snapshot snapshot : ancestors(loaded)) {
      if (snapshot.sequenceNumber() > seen
          && !DataOperations.REPLACE.equals(snapshot.operation())) {
        throw ConcurrentCommitException.overtaken(
            "Iceberg table '" + table.uri() + "'", snapshot.sequenceNumber());
      }
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
