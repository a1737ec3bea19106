package org.beammedallion.io.progress;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import org.beammedallion.io.storage.Storage;

/**
 * A rollback of several tables that has begun and is not done: written down before the first of
 * them changes and removed behind the last, so that the next driver can complete it.
 *
 * @param table that somebody asked to roll back
 * @param from its latest version before
 * @param to the version whose rows it gets
 * @param companions versions that other tables are rolled back to with it, by name
 */
public record PendingRollback(String table, long from, long to, Map<String, Long> companions) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "/rollback.json";

  public PendingRollback {
    companions = Map.copyOf(companions);
  }

  /**
   * The one of a pipeline, or empty where there is none.
   *
   * @param root the pipeline's own folder in the lake
   */
  public static Optional<PendingRollback> find(String root) throws IOException {
    Storage storage = Storage.of(root);
    String file = storage.canonical(root) + FILE;
    if (storage.stat(file).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.open(file)) {
      return Optional.of(JSON.readValue(in, PendingRollback.class));
    }
  }

  /**
   * Writes it down, in the place of one that was interrupted. Only for a driver that has a claim.
   */
  public void put(String root) throws IOException {
    Storage storage = Storage.of(root);
    try (OutputStream out = storage.create(storage.canonical(root) + FILE)) {
      out.write(JSON.writeValueAsBytes(this));
    }
  }

  /** It is done, or was refused before anything changed. */
  public static void remove(String root) throws IOException {
    Storage storage = Storage.of(root);
    storage.delete(storage.canonical(root) + FILE);
  }
}
