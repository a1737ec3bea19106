package org.beammedallion.io.table.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.FileNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistory;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;

/** A Delta table's versions, by its log. */
final class DeltaHistory implements TableHistory {

  private final DeltaTable table;

  DeltaHistory(DeltaTable table) {
    this.table = table;
  }

  @Override
  public List<TableVersion> versions() throws IOException {
    return table.load() == null ? List.of() : DeltaLog.of(table).versions();
  }

  @Override
  public List<TableVersion> versionsAfter(long version) throws IOException {
    return table.load() == null ? List.of() : DeltaLog.of(table).versionsAfter(version);
  }

  @Override
  public boolean isWhole() throws IOException {
    return table.load() == null || DeltaLog.of(table).oldest() == 0;
  }

  @Override
  public TableSnapshot snapshot(long version) throws IOException {
    SnapshotImpl wanted = load(version);
    return table.snapshotOf(wanted, table.files(latest()));
  }

  @Override
  public Optional<SetBack> setBack(long since, String applicationId, long cycle)
      throws IOException {
    SnapshotImpl latest = table.load();
    return latest == null || latest.getVersion() <= since
        ? Optional.empty()
        : new Restores(DeltaLog.of(table), since, applicationId).find();
  }

  private SnapshotImpl latest() throws IOException {
    SnapshotImpl latest = table.load();
    if (latest == null) {
      throw new TableException("There is no Delta table '" + table.uri() + "'.", null);
    }
    return latest;
  }

  private SnapshotImpl load(long version) throws IOException {
    SnapshotImpl latest = latest();
    requireKept(version, latest);
    SnapshotImpl wanted = table.load(version);
    if (wanted == null) {
      throw new TableException("The Delta table '" + table.uri() + "' is gone.", null);
    }
    return wanted;
  }

  private void requireKept(long version, SnapshotImpl latest) throws IOException {
    long oldest = DeltaLog.of(table).oldest();
    if (version < oldest || version > latest.getVersion()) {
      throw new TableException(
          "The Delta table '"
              + table.uri()
              + "' keeps no version "
              + version
              + ", only "
              + oldest
              + " to "
              + latest.getVersion()
              + ". Name one of them.",
          null);
    }
  }

  /** Rows that came after somebody asked for the rollback were not meant by it. */
  private void requireNoNewRows(long seen, SnapshotImpl latest) throws IOException {
    DeltaLog log = DeltaLog.of(table);
    for (StoredFile commit : log.commits(seen + 1)) {
      long version = FileNames.deltaVersion(commit.name());
      if (version <= latest.getVersion() && log.changesRows(commit)) {
        throw ConcurrentCommitException.overtaken("Delta table '" + table.uri() + "'", version);
      }
    }
  }

  @Override
  public CommitResult rollback(long version) throws IOException {
    long seen = latest().getVersion();
    SnapshotImpl old = version == CommitRequest.NO_TABLE ? null : load(version);
    Map<String, AddFile> wanted = old == null ? Map.of() : filesOf(old);
    return new DeltaRewrite(table, DeltaLog.RESTORE, Map.of("version", Long.toString(version)))
        .commit(
            (latest, metrics) -> {
              requireNoNewRows(seen, latest);
              if (old != null) {
                requireKept(version, latest);
                requireSameTypes(old, latest);
              }
              return restoring(wanted, latest, metrics);
            });
  }

  /** Files of a narrower type would come back, which Spark cannot read as the type of now. */
  private void requireSameTypes(SnapshotImpl old, SnapshotImpl latest) throws TableException {
    Map<String, String> now = DeltaColumns.storedTypes(latest.getSchema());
    for (Map.Entry<String, String> then : DeltaColumns.storedTypes(old.getSchema()).entrySet()) {
      String type = now.get(then.getKey());
      if (type != null && !type.equals(then.getValue())) {
        throw new TableException(
            "The Delta table '"
                + table.uri()
                + "' cannot be rolled back to version "
                + old.getVersion()
                + ": its column '"
                + then.getKey()
                + "' was "
                + then.getValue()
                + " then and is "
                + type
                + " now, and a table cannot have files of both types. Read that version with --version, or "
                + "roll back to one after the change.",
            null);
      }
    }
  }

  private List<Row> restoring(
      Map<String, AddFile> wanted, SnapshotImpl latest, Map<String, String> metrics)
      throws IOException {
    Map<String, AddFile> live = filesOf(latest);
    List<Row> actions = new ArrayList<>();
    long now = System.currentTimeMillis();
    long removed = 0;
    for (Map.Entry<String, AddFile> file : live.entrySet()) {
      if (!wanted.containsKey(file.getKey())) {
        removed++;
        actions.add(
            SingleAction.createRemoveFileSingleAction(
                file.getValue().toRemoveFileRow(true, Optional.of(now))));
      }
    }
    long restored = 0;
    for (Map.Entry<String, AddFile> file : wanted.entrySet()) {
      if (!live.containsKey(file.getKey())) {
        restored++;
        requirePresent(file.getKey());
        actions.add(again(file.getValue()));
      }
    }
    if (removed > 0 && Boolean.parseBoolean(latest.getTableProperties().get("delta.appendOnly"))) {
      throw new TableException(
          "The Delta table '"
              + table.uri()
              + "' is append-only (delta.appendOnly=true), and a rollback removes rows. Lift the property first.",
          null);
    }
    metrics.put("numRestoredFiles", Long.toString(restored));
    metrics.put("numRemovedFiles", Long.toString(removed));
    return actions;
  }

  private Map<String, AddFile> filesOf(SnapshotImpl snapshot) throws IOException {
    Map<String, AddFile> files = new TreeMap<>();
    table
        .files(snapshot)
        .forEach(snapshot, file -> files.put(DeltaPaths.decoded(file.getPath()), file));
    return files;
  }

  private void requirePresent(String path) throws IOException {
    if (table.storage().stat(DeltaLog.uriOf(table, path)).isEmpty()) {
      throw new TableException(
          "The Delta table '"
              + table.uri()
              + "' cannot be rolled back to that version: its file '"
              + path
              + "' was removed, by a vacuum or by hand. Nothing was changed; choose a later version.",
          null);
    }
  }

  /** A file's entry in the words that the log had for it. */
  private static Row again(AddFile file) {
    Map<Integer, Object> values = new HashMap<>();
    values.put(AddFile.FULL_SCHEMA.indexOf("path"), file.getPath());
    values.put(AddFile.FULL_SCHEMA.indexOf("partitionValues"), file.getPartitionValues());
    values.put(AddFile.FULL_SCHEMA.indexOf("size"), file.getSize());
    values.put(AddFile.FULL_SCHEMA.indexOf("modificationTime"), file.getModificationTime());
    values.put(AddFile.FULL_SCHEMA.indexOf("dataChange"), true);
    file.getStatsJson().ifPresent(json -> values.put(AddFile.FULL_SCHEMA.indexOf("stats"), json));
    return SingleAction.createAddFileSingleAction(new GenericRow(AddFile.FULL_SCHEMA, values));
  }
}
