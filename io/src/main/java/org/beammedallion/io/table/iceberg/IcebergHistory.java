package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.io.table.iceberg.catalog.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * An Iceberg table's versions: the snapshots that led to the current one, by their sequence
 * numbers. A rollback is a new snapshot, not a way back to an old one, so that numbers only rise.
 */
final class IcebergHistory implements TableHistory {

  /** Names what we did in a snapshot's summary, where Iceberg's own word does not tell. */
  static final String OPERATION = CommitNames.PREFIX + "operation";

  private static final String ROLLBACK = "rollback to version ";
  private static final String ROLLBACK_TO_NOTHING = "rollback to an empty table";

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
    SnapshotRows rows = SnapshotRows.of(summary);
    return new TableVersion(
        snapshot.sequenceNumber(),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        summary.getOrDefault(OPERATION, String.valueOf(snapshot.operation())),
        CommitNames.originOf(summary),
        figure(summary, SnapshotSummary.ADDED_FILES_PROP),
        figure(summary, SnapshotSummary.DELETED_FILES_PROP),
        rows.added(),
        rows.removed(),
        rolledBackTo(summary));
  }

  private static @Nullable Long rolledBackTo(Map<String, String> summary) {
    String operation = summary.getOrDefault(OPERATION, "");
    if (operation.equals(ROLLBACK_TO_NOTHING)) {
      return CommitRequest.NO_TABLE;
    }
    return operation.startsWith(ROLLBACK)
        ? Long.valueOf(operation.substring(ROLLBACK.length()))
        : null;
  }

  @Override
  public boolean isWhole() throws IOException {
    return table.inSession(
        Purpose.READ,
        session -> {
          BaseTable loaded = table.load(session);
          List<Snapshot> ancestors = loaded == null ? List.of() : ancestors(loaded);
          return ancestors.isEmpty() || ancestors.get(ancestors.size() - 1).parentId() == null;
        });
  }

  @Override
  public Optional<SetBack> setBack(long since, String applicationId, long cycle)
      throws IOException {
    return table.inSession(
        Purpose.READ,
        session -> {
          BaseTable loaded = table.load(session);
          return loaded == null
              ? Optional.<SetBack>empty()
              : new LostSnapshots(loaded, since, applicationId, cycle).find();
        });
  }

  private static long figure(Map<String, String> summary, String name) {
    return Long.parseLong(summary.getOrDefault(name, "0"));
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
              return version == CommitRequest.NO_TABLE
                  ? new IcebergRollback(table, loaded, null).run(ROLLBACK_TO_NOTHING)
                  : new IcebergRollback(table, loaded, find(loaded, version))
                      .run(ROLLBACK + version);
            } catch (ValidationException | CommitFailedException e) {
              loaded.refresh();
              if (round == MAX_ROUNDS) {
                throw new ConcurrentCommitException(
                    "Others commit to the Iceberg table '"
                        + table.uri()
                        + "' at the same time, too often for this command. Nothing was changed; run it again when there are fewer writers.",
                    e);
              }
            }
          }
        });
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
}
