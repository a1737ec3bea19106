package org.beammedallion.io.table;

import java.util.List;
import java.util.Map;

/**
 * One atomic change of a table.
 *
 * @param adds files written and not yet visible
 * @param removes live files that the change replaces; none in an append
 * @param rowDeletes marks of deleted rows of other live files
 * @param readVersion of the snapshot on which the change was computed; {@link #NO_TABLE} where
 *     there was no table. An append does not depend on it
 * @param applicationId with {@code cycle} names the change: a table takes each name once, and of
 *     one application only rising cycles
 * @param metrics to be kept with the commit, such as the ledger
 * @param commitIfEmpty whether a change without files makes a version nevertheless
 */
public record CommitRequest(
    Operation operation,
    List<DataFile> adds,
    List<DataFile> removes,
    List<StagedDeletes> rowDeletes,
    long readVersion,
    String applicationId,
    long cycle,
    Map<String, String> metrics,
    boolean commitIfEmpty) {

  public static final long NO_TABLE = -1;

  /** What is done, which decides what it may coincide with. */
  public enum Operation {
    /** Adds rows, whatever else happens to the table meanwhile. */
    APPEND,
    /** Inserts, updates and deletes rows by key; valid only on the version that was read. */
    UPSERT,
    /** Replaces whole partitions or windows; valid only on the version that was read. */
    OVERWRITE
  }

  public CommitRequest {
    adds = List.copyOf(adds);
    removes = List.copyOf(removes);
    rowDeletes = List.copyOf(rowDeletes);
    metrics = Map.copyOf(metrics);
    if (operation == Operation.APPEND && (!removes.isEmpty() || !rowDeletes.isEmpty())) {
      throw new IllegalArgumentException("An append takes nothing away.");
    }
  }

  public static CommitRequest append(List<DataFile> adds, String applicationId, long cycle) {
    return new CommitRequest(
        Operation.APPEND,
        adds,
        List.of(),
        List.of(),
        NO_TABLE,
        applicationId,
        cycle,
        Map.of(),
        false);
  }

  /** A change that is valid only on the version that was read. */
  public static CommitRequest replace(
      Operation operation,
      List<DataFile> adds,
      List<DataFile> removes,
      long readVersion,
      String applicationId,
      long cycle) {
    return new CommitRequest(
        operation, adds, removes, List.of(), readVersion, applicationId, cycle, Map.of(), false);
  }

  /** The same, with rows of live files marked as deleted. */
  public CommitRequest withRowDeletes(List<StagedDeletes> marks) {
    return new CommitRequest(
        operation, adds, removes, marks, readVersion, applicationId, cycle, metrics, commitIfEmpty);
  }

  public CommitRequest withMetrics(Map<String, String> figures) {
    return new CommitRequest(
        operation,
        adds,
        removes,
        rowDeletes,
        readVersion,
        applicationId,
        cycle,
        figures,
        commitIfEmpty);
  }

  /** Whether it changes nothing. */
  public boolean isEmpty() {
    return adds.isEmpty() && removes.isEmpty() && rowDeletes.isEmpty();
  }

  public CommitRequest evenIfEmpty() {
    return new CommitRequest(
        operation, adds, removes, rowDeletes, readVersion, applicationId, cycle, metrics, true);
  }
}
