package org.beammedallion.io.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.SnapshotImpl;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableMaintenance;
import org.beammedallion.io.table.TableVersion;

/**
 * Care for a Delta table. Versions are forgotten by a checkpoint of the oldest that is kept, after
 * which the log before it is removed; a transaction's number stands in the checkpoint, so repeats
 * are recognised ever after.
 */
final class DeltaMaintenance implements TableMaintenance {

  private final DeltaTable table;

  DeltaMaintenance(DeltaTable table) {
    this.table = table;
  }

  @Override
  public CommitResult compact(List<DataFile> adds, List<DataFile> removes) throws IOException {
    if (adds.isEmpty() && removes.isEmpty()) {
      SnapshotImpl latest = table.load();
      return new CommitResult(Outcome.EMPTY, latest == null ? -1 : latest.getVersion());
    }
    return new DeltaRewrite(table, "OPTIMIZE", Map.of())
        .commit(
            (latest, metrics) -> {
              table.requireLayout(latest);
              DeltaCommit.requireColumns(table, latest, adds);
              DeltaFiles files = table.files(latest);
              List<Row> actions = new ArrayList<>(files.removals(latest, removes, false));
              adds.forEach(file -> actions.add(files.addition(file, false)));
              metrics.put("numAddedFiles", Long.toString(adds.size()));
              metrics.put("numRemovedFiles", Long.toString(removes.size()));
              return actions;
            });
  }

  @Override
  public List<TableVersion> expirable(Instant before, int keepLast) throws IOException {
    if (keepLast < 1) {
      throw new IllegalArgumentException("At least one version is kept.");
    }
    return table.load() == null ? List.of() : DeltaLog.of(table).versionsBefore(before, keepLast);
  }

  @Override
  public int expire(Instant before, int keepLast) throws IOException {
    List<TableVersion> expired = expirable(before, keepLast);
    if (expired.isEmpty()) {
      return 0;
    }
    long oldest = expired.get(0).version() + 1;
    checkpoint(oldest);
    for (StoredFile file : DeltaLog.of(table).files()) {
      // Names begin with their version; what is older than the checkpoint is in it.
      if (file.name().matches("\\d{20}\\..+")
          && Long.parseLong(file.name().substring(0, 20)) < oldest) {
        table.storage().delete(file.uri());
      }
    }
    return expired.size();
  }

  private void checkpoint(long version) throws IOException {
    SnapshotImpl snapshot = table.load(version);
    if (snapshot == null) {
      throw new TableException("The Delta table '" + table.uri() + "' is gone.", null);
    }
    try {
      snapshot.writeCheckpoint(table.engine());
    } catch (CheckpointAlreadyExistsException e) {
      return;
    } catch (KernelException | KernelEngineException e) {
      throw new TableException(
          "Version "
              + version
              + " of the Delta table '"
              + table.uri()
              + "' cannot be written down whole, so older ones are kept: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Expiry leaves no trace in the numbers of versions, so a rollback would not see it. It conflicts
   * with this commit, and finds its version forgotten when it begins again.
   */
  @Override
  public void beginRemoval() throws IOException {
    new DeltaRewrite(table, "VACUUM START", Map.of()).commitEmpty();
  }

  @Override
  public List<StoredFile> orphans(Instant before) throws IOException {
    SnapshotImpl latest = table.load();
    if (latest == null) {
      return List.of();
    }
    // Listed first: what is committed after it can only add references.
    List<StoredFile> files = table.storage().list(table.uri());
    Set<String> listed = new HashSet<>();
    files.forEach(file -> listed.add(file.uri()));
    Set<String> referenced = referenced();
    for (DataFile file : table.snapshotOf(latest, table.files(latest)).files()) {
      String uri = DeltaLog.uriOf(table, file.path());
      if (uri.startsWith(table.uri() + "/") && !listed.contains(uri)) {
        throw new TableException(
            "The file '"
                + uri
                + "' belongs to the latest version of the Delta table '"
                + table.uri()
                + "' and is not there. Nothing is removed from such a table; restore the file, or roll back.",
            null);
      }
    }
    return files.stream()
        .filter(file -> !isHidden(file.uri().substring(table.uri().length() + 1)))
        .filter(file -> !referenced.contains(file.uri()) && file.modified().isBefore(before))
        .toList();
  }

  /** Files of the oldest version that is kept, and all that were added since. */
  private Set<String> referenced() throws IOException {
    DeltaLog log = DeltaLog.of(table);
    long oldest = log.oldest();
    Set<String> referenced = new HashSet<>();
    SnapshotImpl first = table.load(oldest);
    if (first != null) {
      table.files(first).forEach(first, file -> add(referenced, file.getPath()));
    }
    for (StoredFile commit : log.commits(oldest + 1)) {
      log.forEachAction(
          commit,
          action -> {
            JsonNode path = action.path("add").path("path");
            if (path.isTextual()) {
              add(referenced, path.asText());
            }
          });
    }
    return referenced;
  }

  private void add(Set<String> referenced, String path) {
    referenced.add(DeltaLog.uriOf(table, DeltaPaths.decoded(path)));
  }

  /** The log and what engines keep beside it; a partition's folder may begin with the same sign. */
  private static boolean isHidden(String path) {
    for (String part : path.split("/")) {
      if (part.startsWith(".") || (part.startsWith("_") && !part.contains("="))) {
        return true;
      }
    }
    return false;
  }
}
