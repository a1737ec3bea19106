package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
import org.beammedallion.io.parquet.ParquetColumns;
import org.beammedallion.io.parquet.ParquetFieldIds;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.iceberg.catalog.TableFolder;
import org.beammedallion.io.table.iceberg.deletes.IcebergDeletes;
import org.beammedallion.io.table.iceberg.deletes.IcebergMarks;
import org.jspecify.annotations.Nullable;

/**
 * One change of a table that exists. Whether the table holds the change already, and whether it is
 * still at the version that was read, is asked again by Iceberg on every version that the commit is
 * tried on.
 */
final class IcebergCommit {

  /** A commit that loses against others so often is given up; each loses to one that landed. */
  private static final int MAX_ROUNDS = 20;

  private final BaseTable table;
  private final TableLayout layout;
  private final CommitRequest request;
  private boolean repeated;

  IcebergCommit(BaseTable table, TableLayout layout, CommitRequest request) {
    this.table = table;
    this.layout = layout;
    this.request = request;
  }

  CommitResult run() throws IOException {
    requireUnmoved();
    requireColumns(table, layout, request.adds());
    List<FileScanTask> removes = liveTasks(table, request.removes());
    IcebergMarks marks = IcebergMarks.of(table, request.rowDeletes());
    Snapshot read = table.currentSnapshot();
    for (int round = 1; ; round++) {
      try {
        commit(removes, marks, read);
        return new CommitResult(Outcome.COMMITTED, committedVersion());
      } catch (ValidationException e) {
        table.refresh();
        if (repeated) {
          return new CommitResult(Outcome.ALREADY_COMMITTED, IcebergTable.versionOf(table));
        }
        throw moved(e);
      } catch (CommitFailedException e) {
        table.refresh();
        if (round == MAX_ROUNDS) {
          throw moved(e);
        }
      } catch (CommitStateUnknownException e) {
        table.refresh();
        if (!CommitNames.isCommitted(table.operations().current(), request)) {
          throw e;
        }
        return new CommitResult(Outcome.COMMITTED, committedVersion());
      }
    }
  }

  private void requireUnmoved() throws ConcurrentCommitException {
    if (!isUnmoved(IcebergTable.versionOf(table))) {
      throw moved(null);
    }
  }

  private boolean isUnmoved(long version) {
    return request.operation() == CommitRequest.Operation.APPEND
        || version == request.readVersion()
        // A writer that saw no table may find one that was created in between and is empty.
        || (request.readVersion() == CommitRequest.NO_TABLE && version == 0);
  }

  private ConcurrentCommitException moved(@Nullable Throwable cause) {
    String read =
        request.readVersion() == CommitRequest.NO_TABLE
            ? "no table"
            : "version " + request.readVersion();
    return new ConcurrentCommitException(
        "Another writer changed the Iceberg table '"
            + table.location()
            + "' while cycle "
            + request.cycle()
            + " of '"
            + request.applicationId()
            + "' was at work: it is at version "
            + IcebergTable.versionOf(table)
            + (request.operation() == CommitRequest.Operation.APPEND
                ? ""
                : " and the change was computed on " + read)
            + ". Nothing was changed; compute it again on the latest version.",
        cause);
  }

  /**
   * Files may have been written before the table was made, by somebody who numbered its columns in
   * another way, or by an earlier version of the contract. All files of a change are written by one
   * set of rules, so one tells.
   */
  static void requireColumns(BaseTable table, TableLayout layout, List<DataFile> adds)
      throws IOException {
    if (adds.isEmpty()) {
      return;
    }
    String file = adds.get(0).uri(table.location());
    FieldIds ids = IcebergTypes.idsOf(table.schema());
    Map<List<String>, Integer> expected = ids.byPath();
    Map<List<String>, Integer> found = ParquetFieldIds.read(file).byPath();
    boolean same =
        found.entrySet().stream().allMatch(id -> id.getValue().equals(expected.get(id.getKey())));
    if (found.isEmpty() || !same || !ParquetColumns.are(file, layout.schema(), ids)) {
      throw new ConcurrentCommitException(
          "The columns of '"
              + file
              + "' are not those of the Iceberg table '"
              + table.location()
              + "': the table was made or changed by somebody else after the file was begun. Nothing was changed; write the"
              + " files again.",
          null);
    }
  }

  private void commit(List<FileScanTask> removes, IcebergMarks marks, @Nullable Snapshot read) {
    Transaction transaction = table.newTransaction();
    transaction
        .updateProperties()
        .set(CommitNames.property(request), Long.toString(request.cycle()))
        .commit();
    SnapshotUpdate<?> update = update(transaction, removes, marks, read);
    CommitNames.summary(request).forEach(update::set);
    request.metrics().forEach((name, value) -> update.set(CommitNames.PREFIX + name, value));
    new SnapshotRows(
            request.adds().stream().mapToLong(DataFile::rows).sum(),
            request.removes().stream().mapToLong(DataFile::liveRows).sum() + marks.newlyMarked())
        .addTo(update);
    update.validateWith(new Unrepeated());
    update.commit();
    transaction.commitTransaction();
  }

  private SnapshotUpdate<?> update(
      Transaction transaction,
      List<FileScanTask> removes,
      IcebergMarks marks,
      @Nullable Snapshot read) {
    MetricsConfig metrics = MetricsConfig.forTable(table);
    List<org.apache.iceberg.DataFile> adds =
        request.adds().stream().map(file -> fileOf(file, table, layout, metrics)).toList();
    if (read != null && marks.areAny()) {
      RowDelta delta = transaction.newRowDelta();
      adds.forEach(delta::addRows);
      removes.forEach(
          task -> {
            delta.removeRows(task.file());
            IcebergDeletes.ownOf(task).forEach(delta::removeDeletes);
          });
      marks.addTo(delta);
      return delta
          .validateFromSnapshot(read.snapshotId())
          .validateDeletedFiles()
          .validateNoConflictingDataFiles()
          .validateNoConflictingDeleteFiles();
    } else if (removes.isEmpty()) {
      AppendFiles append = transaction.newAppend();
      adds.forEach(append::appendFile);
      return append;
    }
    OverwriteFiles overwrite = transaction.newOverwrite();
    adds.forEach(overwrite::addFile);
    DataFileSet files = DataFileSet.create();
    DeleteFileSet deletes = DeleteFileSet.create();
    removes.forEach(
        task -> {
          files.add(task.file());
          deletes.addAll(IcebergDeletes.ownOf(task));
        });
    return overwrite.deleteFiles(files, deletes);
  }

  /** A file of ours as Iceberg knows it. */
  static org.apache.iceberg.DataFile fileOf(
      DataFile file, BaseTable table, TableLayout layout, MetricsConfig metrics) {
    DataFiles.Builder builder =
        DataFiles.builder(table.spec())
            .withPath(file.uri(table.location()))
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(file.bytes())
            .withRecordCount(file.rows())
            .withMetrics(IcebergMetrics.of(file, table.schema(), metrics));
    if (table.spec().isPartitioned()) {
      builder.withPartition(
          IcebergPartitions.valuesOf(file.partitionValues(), layout.partitionBy(), table.spec()));
    }
    return builder.build();
  }

  /** The live files that are to be replaced, as the table knows them. */
  static List<FileScanTask> liveTasks(BaseTable table, List<DataFile> removes) throws IOException {
    Map<String, FileScanTask> live = new HashMap<>();
    Map<String, DataFile> wanted = new HashMap<>();
    removes.forEach(file -> wanted.put(file.path(), file));
    if (wanted.isEmpty()) {
      return List.of();
    }
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        String path = TableFolder.relative(task.file().location(), table);
        DataFile read = wanted.get(path);
        // With other deletes it is not what was read.
        if (read != null && read.deletes().equals(IcebergDeletes.of(task))) {
          live.put(path, task);
        }
      }
    }
    wanted.keySet().removeAll(live.keySet());
    if (!wanted.isEmpty()) {
      throw new ConcurrentCommitException(
          "The Iceberg table '"
              + table.location()
              + "' does not hold the files that are to be replaced any more, '"
              + wanted.keySet().iterator().next()
              + "' among them. Nothing was changed; compute the change again on the latest version.",
          null);
    }
    return List.copyOf(live.values());
  }

  private long committedVersion() {
    table.refresh();
    Map<String, String> name = CommitNames.summary(request);
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.summary().entrySet().containsAll(name.entrySet())) {
        return snapshot.sequenceNumber();
      }
    }
    return IcebergTable.versionOf(table);
  }

  /** Asked on every version that the commit is tried on, before it is tried. */
  private final class Unrepeated implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestors) {
      OptionalLong last =
          CommitNames.lastCycle(table.operations().current(), request.applicationId(), ancestors);
      repeated = last.isPresent() && last.getAsLong() >= request.cycle();
      Iterator<Snapshot> newest = ancestors.iterator();
      return !repeated && isUnmoved(newest.hasNext() ? newest.next().sequenceNumber() : 0);
    }

    @Override
    public String errorMessage() {
      return repeated ? "the table holds this change" : "the table has moved";
    }
  }
}
