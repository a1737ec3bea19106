package org.beammedallion.io.table.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.transaction.UpdateTableTransactionBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.beammedallion.io.parquet.ParquetColumns;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableException;
import org.jspecify.annotations.Nullable;

/** One change of a table, under the name of its cycle. */
final class DeltaCommit {

  private final DeltaTable table;
  private final CommitRequest request;

  DeltaCommit(DeltaTable table, CommitRequest request) {
    this.table = table;
    this.request = request;
  }

  CommitResult run() throws IOException {
    AnnotatingCommitter committer = committer();
    SnapshotImpl snapshot = table.load(committer);
    if (snapshot != null && isCommitted(snapshot)) {
      return new CommitResult(Outcome.ALREADY_COMMITTED, snapshot.getVersion());
    }
    if (!request.rowDeletes().isEmpty()) {
      throw new IllegalArgumentException("Rows of a Delta table are not marked as deleted here.");
    }
    if (request.isEmpty() && !request.commitIfEmpty()) {
      return new CommitResult(
          Outcome.EMPTY, snapshot == null ? CommitRequest.NO_TABLE : snapshot.getVersion());
    }
    if (snapshot == null) {
      table.create();
      snapshot = table.load(committer);
      if (snapshot == null) {
        throw new TableException(
            "The Delta table '" + table.uri() + "' disappeared while it was being made. Run again.",
            null);
      }
    }
    table.requireLayout(snapshot);
    requireUnmoved(snapshot);
    requireColumns(table, snapshot, request.adds());
    if (!request.removes().isEmpty()
        && Boolean.parseBoolean(snapshot.getTableProperties().get("delta.appendOnly"))) {
      throw new TableException(
          "The Delta table '"
              + table.uri()
              + "' is append-only (delta.appendOnly=true), and the change replaces files. Append, or lift the property.",
          null);
    }
    try {
      UpdateTableTransactionBuilder builder =
          snapshot
              .buildUpdateTableTransaction(DeltaTable.ENGINE, Operation.WRITE)
              .withTransactionId(request.applicationId(), request.cycle());
      if (request.operation() != CommitRequest.Operation.APPEND) {
        builder = builder.withMaxRetries(0);
      }
      Transaction transaction = builder.build(table.engine());
      DeltaFiles files = table.files(snapshot);
      List<Row> actions = actions(snapshot, files);
      TransactionCommitResult result =
          transaction.commit(table.engine(), DeltaTable.iterable(actions));
      table.committed(result, request, files);
      return new CommitResult(Outcome.COMMITTED, result.getVersion());
    } catch (ConcurrentTransactionException e) {
      return alreadyCommitted();
    } catch (ConcurrentWriteException | MaxCommitRetryLimitReachedException e) {
      SnapshotImpl latest = table.load();
      if (latest != null && isCommitted(latest)) {
        return new CommitResult(Outcome.ALREADY_COMMITTED, latest.getVersion());
      }
      throw moved(latest == null ? CommitRequest.NO_TABLE : latest.getVersion(), e);
    } catch (KernelException | KernelEngineException e) {
      throw new TableException(
          "The Delta table '" + table.uri() + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private CommitResult alreadyCommitted() throws IOException {
    SnapshotImpl latest = table.load();
    return new CommitResult(
        Outcome.ALREADY_COMMITTED, latest == null ? CommitRequest.NO_TABLE : latest.getVersion());
  }

  private boolean isCommitted(SnapshotImpl snapshot) {
    OptionalLong last = table.lastCycle(snapshot, request.applicationId());
    return last.isPresent() && last.getAsLong() >= request.cycle();
  }

  private void requireUnmoved(SnapshotImpl snapshot) throws IOException {
    if (request.operation() == CommitRequest.Operation.APPEND
        || snapshot.getVersion() == request.readVersion()) {
      return;
    }
    // A writer that saw no table may find one that was created in between and is empty.
    if (request.readVersion() == CommitRequest.NO_TABLE
        && snapshot.getVersion() == 0
        && isEmpty(snapshot)) {
      return;
    }
    throw moved(snapshot.getVersion(), null);
  }

  private boolean isEmpty(SnapshotImpl snapshot) throws IOException {
    return table.snapshotOf(snapshot, table.files(snapshot)).files().isEmpty();
  }

  /**
   * Files may have been written by an earlier version of the contract. All files of a change are
   * written by one, so one tells.
   */
  static void requireColumns(DeltaTable table, SnapshotImpl snapshot, List<DataFile> adds)
      throws IOException {
    if (adds.isEmpty()) {
      return;
    }
    String file = adds.get(0).uri(table.uri());
    if (!ParquetColumns.are(file, table.layout().schema(), table.fieldIds(snapshot))) {
      throw new ConcurrentCommitException(
          "The columns of '"
              + file
              + "' are not those of the Delta table '"
              + table.uri()
              + "': the table was changed after the file was begun. Nothing was changed; write the files again.",
          null);
    }
  }

  private ConcurrentCommitException moved(long version, @Nullable Throwable cause) {
    String read =
        request.readVersion() == CommitRequest.NO_TABLE
            ? "no table"
            : "version " + request.readVersion();
    return new ConcurrentCommitException(
        "Another writer changed the Delta table '"
            + table.uri()
            + "' while cycle "
            + request.cycle()
            + " of '"
            + request.applicationId()
            + "' was at work: it is at version "
            + version
            + (request.operation() == CommitRequest.Operation.APPEND
                ? ""
                : " and the change was computed on " + read)
            + ". Nothing was changed; compute it again on the latest version.",
        cause);
  }

  private List<Row> actions(SnapshotImpl snapshot, DeltaFiles files) throws IOException {
    List<Row> actions = new ArrayList<>(files.removals(snapshot, request.removes(), true));
    request.adds().forEach(file -> actions.add(files.addition(file, true)));
    return actions;
  }

  private AnnotatingCommitter committer() {
    Map<String, String> metrics = new TreeMap<>(request.metrics());
    metrics.put("numFiles", Long.toString(request.adds().size()));
    metrics.put("numRemovedFiles", Long.toString(request.removes().size()));
    metrics.put(
        "numOutputRows", Long.toString(request.adds().stream().mapToLong(DataFile::rows).sum()));
    metrics.put(
        "numOutputBytes", Long.toString(request.adds().stream().mapToLong(DataFile::bytes).sum()));
    return switch (request.operation()) {
      case APPEND -> new AnnotatingCommitter("WRITE", Map.of("mode", "Append"), metrics, true);
      case UPSERT -> new AnnotatingCommitter("MERGE", Map.of(), metrics, false);
      case OVERWRITE ->
          new AnnotatingCommitter("WRITE", Map.of("mode", "Overwrite"), metrics, false);
    };
  }
}
