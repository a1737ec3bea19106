package org.beammedallion.io.table.delta;

import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.commit.CommitMetadata;
import io.delta.kernel.commit.CommitResponse;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.CommitInfo;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.commit.DefaultFileSystemManagedTableOnlyCommitter;
import io.delta.kernel.utils.CloseableIterator;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the log entry as Kernel does, with what we have to say about the commit in its {@code
 * commitInfo}.
 */
final class AnnotatingCommitter implements Committer {

  private final String operation;
  private final Map<String, String> parameters;
  private final Map<String, String> metrics;
  private final boolean blindAppend;

  AnnotatingCommitter(
      String operation,
      Map<String, String> parameters,
      Map<String, String> metrics,
      boolean blindAppend) {
    this.operation = operation;
    this.parameters = parameters;
    this.metrics = metrics;
    this.blindAppend = blindAppend;
  }

  @Override
  public CommitResponse commit(
      Engine engine, CloseableIterator<Row> actions, CommitMetadata metadata)
      throws CommitFailedException {
    return DefaultFileSystemManagedTableOnlyCommitter.INSTANCE.commit(
        engine, actions.map(this::annotated), metadata);
  }

  private Row annotated(Row action) {
    if (action.isNullAt(SingleAction.COMMIT_INFO_ORDINAL)) {
      return action;
    }
    CommitInfo info = fromRow(action.getStruct(SingleAction.COMMIT_INFO_ORDINAL));
    return SingleAction.createCommitInfoSingleAction(info.toRow());
  }

  private CommitInfo fromRow(Row row) {
    return new CommitInfo(
        optional(row, "inCommitTimestamp", row::getLong),
        row.getLong(row.getSchema().indexOf("timestamp")),
        optional(row, "engineInfo", row::getString),
        Optional.of(operation),
        parameters,
        Optional.of(blindAppend),
        optional(row, "txnId", row::getString),
        metrics);
  }

  private interface Getter<T> {
    T at(int ordinal);
  }

  private static <T> Optional<T> optional(Row row, String name, Getter<T> getter) {
    int ordinal = row.getSchema().indexOf(name);
    return ordinal < 0 || row.isNullAt(ordinal)
        ? Optional.empty()
        : Optional.of(getter.at(ordinal));
  }
}
