package org.beammedallion.io.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.beammedallion.io.storage.Storage;

/**
 * A rollback of several tables that has begun and is not done: written down before the first of
 * them changes and removed behind the last, so that the next driver can complete it.
 *
 * @param table whose rollback was requested
 * @param from its latest version before
 * @param to the version whose rows it gets
 * @param companions versions that other tables are rolled back to with it, by name
 */
public record PendingRollback(String table, long from, long to, Map<String, Long> companions) {

  private static final String FILE = "/pending-rollback.json";

  /** In format 2 it holds what stops earlier versions, and nothing else. */
  static final String FILE_OF_FORMAT_1 = "/rollback.json";

  private static final String REPAIR =
      "A rollback was interrupted, and its plan cannot be read. Restore the file from a backup of the lake; or delete it, and roll silver back to the wanted version before the next cycle runs.";

  public PendingRollback {
    companions = Map.copyOf(companions);
  }

  /**
   * The one of a pipeline, or empty where there is none.
   *
   * @param root the pipeline's own folder in the lake
   */
  public static Optional<PendingRollback> find(String root) throws IOException {
    LogFiles files = files(root);
    for (String name : List.of(FILE, FILE_OF_FORMAT_1)) {
      String file = files.root() + name;
      if (files.storage().stat(file).isPresent()) {
        JsonNode content = files.read(file, REPAIR, LogFiles.JSON, JsonNode.class);
        if (!isStopper(name, content)) {
          return Optional.of(rollback(file, content));
        }
      }
    }
    return Optional.empty();
  }

  private static LogFiles files(String root) {
    Storage storage = Storage.of(root);
    return new LogFiles(storage.canonical(root), storage);
  }

  private static boolean isStopper(String name, JsonNode content) {
    return name.equals(FILE_OF_FORMAT_1) && content.isTextual();
  }

  private static PendingRollback rollback(String file, JsonNode content) throws IOException {
    try {
      return LogFiles.JSON.treeToValue(content, PendingRollback.class);
    } catch (JsonProcessingException e) {
      throw new DamagedLogException(
          file, "is not what this program writes there: " + e.getOriginalMessage(), REPAIR, e);
    }
  }

  /**
   * Writes it down, in the place of one that was interrupted. Only for a driver that has a claim.
   */
  public void put(String root) throws IOException {
    LogFiles files = files(root);
    // An earlier version, which may use a lake of format 1, looks for it under its own name.
    String name = LakeFormat.of(files) == 1 ? FILE_OF_FORMAT_1 : FILE;
    try (OutputStream out = files.storage().create(files.root() + name)) {
      out.write(LogFiles.bytes(this));
    }
  }

  /** It is done, or was refused before anything changed. */
  public static void remove(String root) throws IOException {
    LogFiles files = files(root);
    files.storage().delete(files.root() + FILE);
    // Also in format 2: the format may have been raised while the rollback was at work.
    if (isUnderOldName(files)) {
      files.storage().delete(files.root() + FILE_OF_FORMAT_1);
    }
    if (LakeFormat.of(files) > 1) {
      LakeFormat.stopEarlierVersions(files);
    }
  }

  /** Whether there is one, and not the text that stops earlier versions. */
  static boolean isUnderOldName(LogFiles files) throws IOException {
    String file = files.root() + FILE_OF_FORMAT_1;
    return files.storage().stat(file).isPresent()
        && !files.read(file, REPAIR, LogFiles.JSON, JsonNode.class).isTextual();
  }
}
