package org.beammedallion.io.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.DeltaHistoryManager;
import io.delta.kernel.internal.fs.Path;
import io.delta.kernel.internal.util.FileNames;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.io.table.TableVersion.Origin;
import org.jspecify.annotations.Nullable;

/** The files of a Delta table's log, read one commit at a time. */
final class DeltaLog {

  /** What Delta calls a rollback. */
  static final String RESTORE = "RESTORE";

  private static final ObjectReader JSON = new ObjectMapper().readerFor(JsonNode.class);

  private final DeltaTable table;
  private final String folder;

  private DeltaLog(DeltaTable table) {
    this.table = table;
    this.folder = table.uri() + "/_delta_log";
  }

  static DeltaLog of(DeltaTable table) {
    return new DeltaLog(table);
  }

  /** Where a file is that the log names by its raw path. */
  static String uriOf(DeltaTable table, String path) {
    return path.startsWith("/") || path.contains(":/")
        ? table.storage().canonical(path)
        : table.uri() + "/" + path;
  }

  /** Every file of the log, ordered by name. */
  List<StoredFile> files() throws IOException {
    return table.storage().listDirect(folder);
  }

  /** The oldest version of which the log still tells all files. */
  long oldest() throws IOException {
    try {
      return DeltaHistoryManager.getEarliestRecreatableCommit(
          table.engine(), new Path(folder), Optional.empty());
    } catch (KernelException e) {
      throw new TableException(
          "The log of the Delta table '" + table.uri() + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /** The versions that can be read, the latest first. */
  List<TableVersion> versions() throws IOException {
    return versionsBefore(Instant.MAX, 0);
  }

  /**
   * Those that are older than a time, the latest first. One entry behind them is read.
   *
   * @param keepLast so many of the latest versions are not among them
   */
  List<TableVersion> versionsBefore(Instant before, int keepLast) throws IOException {
    List<StoredFile> commits = commits(oldest());
    return versions(commits.subList(0, Math.max(0, commits.size() - keepLast)), before);
  }

  /** Those that came after a version, the latest first. No other entry is read. */
  List<TableVersion> versionsAfter(long version) throws IOException {
    return versions(commits(version + 1), Instant.MAX);
  }

  private List<TableVersion> versions(List<StoredFile> commits, Instant before) throws IOException {
    List<TableVersion> versions = new ArrayList<>();
    Instant last = Instant.MIN;
    for (StoredFile file : commits) {
      TableVersion version = version(file);
      if (version != null) {
        // A later version never counts as earlier, whatever the clocks said; so Delta has it too.
        Instant time = version.time().isAfter(last) ? version.time() : last.plusMillis(1);
        if (!time.isBefore(before)) {
          break;
        }
        versions.add(0, at(version, time));
        last = time;
      }
    }
    return versions;
  }

  private static TableVersion at(TableVersion version, Instant time) {
    return new TableVersion(
        version.version(),
        time,
        version.operation(),
        version.origin(),
        version.filesAdded(),
        version.filesRemoved(),
        version.rowsAdded(),
        version.rowsRemoved(),
        version.rolledBackTo());
  }

  List<StoredFile> commits(long from) throws IOException {
    return files().stream()
        .filter(file -> file.name().matches("\\d{20}\\.json"))
        .filter(file -> FileNames.deltaVersion(file.name()) >= from)
        .toList();
  }

  /** What a commit says; null where it was cleaned up meanwhile. */
  private @Nullable TableVersion version(StoredFile file) throws IOException {
    Tally tally = new Tally(file.modified());
    try {
      forEachAction(file, tally::take);
    } catch (FileNotFoundException e) {
      return null;
    }
    return tally.version(FileNames.deltaVersion(file.name()));
  }

  /** Whether a commit brings or takes rows, and does not only put them into other files. */
  boolean changesRows(StoredFile commit) throws IOException {
    boolean[] changes = new boolean[1];
    forEachAction(
        commit,
        action ->
            changes[0] |=
                action.path("add").path("dataChange").asBoolean(false)
                    || action.path("remove").path("dataChange").asBoolean(false));
    return changes[0];
  }

  void forEachAction(StoredFile commit, Consumer<JsonNode> visitor) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(table.storage().open(commit.uri()), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          visitor.accept(JSON.readTree(line));
        }
      }
    }
  }

  /**
   * The version that a commit goes back to, or null where it does not. Spark names it, or only a
   * time.
   */
  static @Nullable Long restored(JsonNode info) {
    if (!info.path("operation").asText("").equals(RESTORE)) {
      return null;
    }
    String version = info.path("operationParameters").path("version").asText();
    return version.matches("-?\\d{1,18}") ? Long.parseLong(version) : TableVersion.UNKNOWN;
  }

  /** Adds up the actions of one commit. */
  private static final class Tally {
    private Instant time;
    private String operation = "";
    private @Nullable Origin origin;
    private @Nullable Long rolledBackTo;
    private final Side added = new Side();
    private final Side removed = new Side();

    Tally(Instant time) {
      this.time = time;
    }

    void take(JsonNode action) {
      JsonNode info = action.path("commitInfo");
      if (!info.isMissingNode()) {
        operation = info.path("operation").asText("");
        rolledBackTo = restored(info);
        if (info.path("inCommitTimestamp").isNumber()) {
          time = Instant.ofEpochMilli(info.path("inCommitTimestamp").asLong());
        }
      }
      JsonNode transaction = action.path("txn");
      if (!transaction.isMissingNode()) {
        origin =
            new Origin(transaction.path("appId").asText(), transaction.path("version").asLong());
      }
      added.take(action.path("add"));
      removed.take(action.path("remove"));
    }

    TableVersion version(long number) {
      return new TableVersion(
          number,
          time,
          operation,
          origin,
          added.files,
          removed.files,
          added.rows(),
          removed.rows(),
          rolledBackTo);
    }
  }

  /** Files and rows that came, or that went. */
  private static final class Side {
    private long files;
    private long rows;
    private boolean known = true;

    void take(JsonNode file) {
      if (file.isMissingNode()) {
        return;
      }
      files++;
      try {
        JsonNode count = JSON.readTree(file.path("stats").asText("{}")).path("numRecords");
        rows += count.asLong();
        known &= count.isNumber();
      } catch (IOException e) {
        known = false;
      }
    }

    @Nullable Long rows() {
      return known ? rows : null;
    }
  }
}
