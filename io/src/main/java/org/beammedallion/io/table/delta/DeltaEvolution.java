package org.beammedallion.io.table.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.SingleAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.SchemaChange.Kind;
import org.beammedallion.io.table.TableEvolution;

/**
 * Brings a Delta table to its contract. Columns come, go and get names by a change of metadata. A
 * wider type needs every file to be written again: Spark and others refuse a file of a narrower
 * type, unless the table has a feature that most of them do not know.
 */
final class DeltaEvolution implements TableEvolution {

  private final DeltaTable table;
  private final String contractVersion;

  DeltaEvolution(DeltaTable table, String contractVersion) {
    this.table = table;
    this.contractVersion = contractVersion;
  }

  @Override
  public Difference difference() throws IOException {
    SnapshotImpl snapshot = table.load();
    if (snapshot == null) {
      table.requireNoOtherFormat();
      return new Difference(List.of(), null);
    }
    List<SchemaChange> changes = table.differences(snapshot);
    return new Difference(
        changes,
        snapshot.getMetadata().getConfiguration().get(DeltaSchemaChange.CONTRACT_VERSION),
        changes.isEmpty()
            || changes.stream().anyMatch(change -> change.kind() == Kind.RENAME_PARTITION)
            || !table.files(snapshot).areNone(snapshot));
  }

  @Override
  public List<SchemaChange> apply(List<SchemaChange> expected) throws IOException {
    List<SchemaChange> now =
        expected.stream()
            .filter(change -> change.kind() != Kind.WIDEN && change.kind() != Kind.RETYPE)
            .toList();
    if (!now.isEmpty()) {
      new DeltaRewrite(table, "CHANGE COLUMNS", parameters(now))
          .commit(
              (latest, metrics) -> {
                requireSame(expected, latest);
                return changed(latest, now, DeltaSchemaChange.Types.TABLE);
              });
    }
    return table.evolution().difference().changes();
  }

  @Override
  public void rewrite(List<SchemaChange> expected, List<DataFile> adds, List<DataFile> removes)
      throws IOException {
    new DeltaRewrite(table, "CHANGE COLUMNS", parameters(expected))
        .commit(
            (latest, metrics) -> {
              requireSame(expected, latest);
              requireEveryFile(removes, latest);
              List<Row> actions =
                  new ArrayList<>(changed(latest, expected, DeltaSchemaChange.Types.CONTRACT));
              DeltaFiles files = table.files(latest);
              actions.addAll(files.removals(latest, removes, false));
              adds.forEach(file -> actions.add(files.addition(file, false)));
              metrics.put("numAddedFiles", Long.toString(adds.size()));
              metrics.put("numRemovedFiles", Long.toString(removes.size()));
              return actions;
            });
  }

  private static Map<String, String> parameters(List<SchemaChange> changes) {
    return Map.of(
        "changes", changes.stream().map(SchemaChange::describe).collect(Collectors.joining("; ")));
  }

  private List<Row> changed(
      SnapshotImpl latest, List<SchemaChange> changes, DeltaSchemaChange.Types types) {
    Metadata before = latest.getMetadata();
    boolean mapping =
        changes.stream()
            .anyMatch(change -> change.kind() == Kind.RENAME || change.kind() == Kind.DROP);
    Metadata after =
        new DeltaSchemaChange(table.layout().columns(), types)
            .metadata(before, mapping, contractVersion);
    List<Row> actions = new ArrayList<>();
    if (mapping && !DeltaSchemaChange.isMapped(before)) {
      actions.add(
          SingleAction.createProtocolSingleAction(
              DeltaSchemaChange.mappingProtocol(latest.getProtocol()).toRow()));
    }
    actions.add(SingleAction.createMetadataSingleAction(after.toRow()));
    return actions;
  }

  private void requireSame(List<SchemaChange> expected, SnapshotImpl latest)
      throws ConcurrentCommitException {
    if (!table.differences(latest).equals(expected)) {
      throw moved("has different columns now");
    }
  }

  private void requireEveryFile(List<DataFile> removes, SnapshotImpl latest) throws IOException {
    Set<String> live = new HashSet<>();
    table.files(latest).forEach(latest, file -> live.add(DeltaPaths.decoded(file.getPath())));
    Set<String> rewritten = removes.stream().map(DataFile::path).collect(Collectors.toSet());
    if (!live.equals(rewritten)) {
      throw moved("has other files than those that were rewritten");
    }
  }

  private ConcurrentCommitException moved(String what) {
    return new ConcurrentCommitException(
        "The Delta table '"
            + table.uri()
            + "' "
            + what
            + ": somebody else has changed it. Nothing was changed; run again.",
        null);
  }
}
