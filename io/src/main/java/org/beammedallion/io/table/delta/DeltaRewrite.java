package org.beammedallion.io.table.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.internal.SnapshotImpl;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.TableException;

/**
 * A commit that belongs to no cycle. Where others commit first it is computed again on what they
 * made, so it holds exactly on the version that it follows.
 */
final class DeltaRewrite {

  private static final int MAX_ROUNDS = 20;

  private final DeltaTable table;
  private final String operation;
  private final Map<String, String> parameters;

  DeltaRewrite(DeltaTable table, String operation, Map<String, String> parameters) {
    this.table = table;
    this.operation = operation;
    this.parameters = parameters;
  }

  /** What changes. */
  interface Change {
    /**
     * @param metrics receives the metrics of the commit
     * @return actions of the log; none where there is nothing to do
     */
    List<Row> on(SnapshotImpl latest, Map<String, String> metrics) throws IOException;
  }

  CommitResult commit(Change change) throws IOException {
    return commit(change, false);
  }

  /** A version of its own that changes nothing. */
  CommitResult commitEmpty() throws IOException {
    return commit((latest, metrics) -> List.of(), true);
  }

  private CommitResult commit(Change change, boolean evenIfEmpty) throws IOException {
    for (int round = 1; ; round++) {
      Map<String, String> metrics = new TreeMap<>();
      SnapshotImpl latest =
          table.load(new AnnotatingCommitter(operation, parameters, metrics, false));
      if (latest == null) {
        throw new TableException("There is no Delta table '" + table.uri() + "'.", null);
      }
      List<Row> actions = change.on(latest, metrics);
      if (actions.isEmpty() && !evenIfEmpty) {
        return new CommitResult(Outcome.EMPTY, latest.getVersion());
      }
      try {
        TransactionCommitResult result =
            latest
                .buildUpdateTableTransaction(DeltaTable.ENGINE, Operation.WRITE)
                .withMaxRetries(0)
                .build(table.engine())
                .commit(table.engine(), DeltaTable.iterable(actions));
        table.committed(result);
        return new CommitResult(Outcome.COMMITTED, result.getVersion());
      } catch (ConcurrentWriteException | MaxCommitRetryLimitReachedException e) {
        if (round == MAX_ROUNDS) {
          throw new ConcurrentCommitException(
              "Others commit to the Delta table '"
                  + table.uri()
                  + "' at the same time, too often for this command. Nothing was changed; run it again when there are fewer writers.",
              e);
        }
      } catch (KernelException | KernelEngineException e) {
        // The log of what was read may have been cleaned up by another writer.
        if (round == MAX_ROUNDS || !hasMoved(latest)) {
          throw new TableException(
              "The Delta table '" + table.uri() + "' cannot be written: " + e.getMessage(), e);
        }
      }
    }
  }

  private boolean hasMoved(SnapshotImpl read) throws IOException {
    SnapshotImpl latest = table.load();
    return latest != null && latest.getVersion() > read.getVersion();
  }
}
