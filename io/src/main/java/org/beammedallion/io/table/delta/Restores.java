package org.beammedallion.io.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.internal.util.FileNames;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.TableVersion;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a {@code RESTORE} of another engine. Delta makes a new version of it, so the number of
 * the latest one does not tell.
 */
final class Restores {

  private final DeltaLog log;
  private final long since;
  private final String applicationId;

  /** The last change of the application that each version has, by the version that it made. */
  private final Map<Long, Long> changes = new HashMap<>();

  /** What the table should have. */
  private long expected;

  /** The latest version that has it. */
  private long good;

  private @Nullable String found;

  Restores(DeltaLog log, long since, String applicationId) {
    this.log = log;
    this.since = since;
    this.applicationId = applicationId;
    expected = since;
    good = since;
    changes.put(since, since);
  }

  Optional<SetBack> find() throws IOException {
    long change = since;
    for (StoredFile file : log.commits(since + 1)) {
      Commit commit = read(file);
      long version = FileNames.deltaVersion(file.name());
      if (commit.isOwnChange) {
        change = version;
      } else if (commit.restored != null) {
        // An older version is behind the change, whatever is in it.
        change = changes.getOrDefault(commit.restored, commit.restored);
      }
      changes.put(version, change);
      if (commit.isOwnChange || commit.isOwnRestore) {
        expected = change;
      }
      compare(version, change, commit);
    }
    return found == null ? Optional.empty() : Optional.of(new SetBack(found, good));
  }

  private void compare(long version, long change, Commit commit) {
    if (change == expected) {
      good = version;
      found = null;
    } else if (found == null && commit.restored != null) {
      found =
          "was set back by another program: version "
              + version
              + " is a RESTORE"
              + (commit.restored == TableVersion.UNKNOWN
                  ? " to an earlier time"
                  : " to version " + commit.restored);
    }
  }

  private Commit read(StoredFile file) throws IOException {
    Commit commit = new Commit();
    try {
      log.forEachAction(file, action -> take(action, commit));
    } catch (FileNotFoundException e) {
      // It was cleaned up meanwhile, and tells no more.
      return new Commit();
    }
    return commit;
  }

  private void take(JsonNode action, Commit commit) {
    JsonNode info = action.path("commitInfo");
    if (!info.isMissingNode()) {
      commit.restored = DeltaLog.restored(info);
      commit.isOwnRestore =
          commit.restored != null
              && info.path("engineInfo").asText("").endsWith("/" + DeltaTable.ENGINE);
    }
    commit.isOwnChange |= action.path("txn").path("appId").asText("").equals(applicationId);
  }

  /** What a commit says of itself. */
  private static final class Commit {
    private @Nullable Long restored;
    private boolean isOwnRestore;
    private boolean isOwnChange;
  }
}
