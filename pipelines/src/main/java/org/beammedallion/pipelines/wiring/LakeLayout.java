package org.beammedallion.pipelines.wiring;

import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.Table;
import org.beammedallion.quality.yaml.Variables;

/**
 * Where things are in a lake; described in {@code docs/architecture.md}.
 *
 * @param root canonical URI
 * @param catalog that its tables are found in
 */
public record LakeLayout(String root, CatalogSettings catalog) {

  public static LakeLayout of(String uri) {
    // A shell does not expand the tilde of --lake=~/lake.
    String path = Variables.home(uri);
    return new LakeLayout(Storage.of(path).canonical(path), CatalogSettings.FOLDERS);
  }

  /** For pipelines whose lake is not given: their tables can be checked, not opened. */
  public static LakeLayout unknown(CatalogSettings catalog) {
    return new LakeLayout("", catalog);
  }

  public LakeLayout withCatalog(CatalogSettings other) {
    return new LakeLayout(root, other);
  }

  /**
   * Checks that the lake can be written; leaves no file behind.
   *
   * @throws StorageException where it cannot; says why and how to correct it
   */
  public void requireWritable() throws StorageException {
    String obstacle = Storage.of(root).obstacleToWriting(root);
    if (obstacle != null) {
      throw new StorageException(obstacle, null);
    }
  }

  /**
   * Checks that tables which are there can be changed, and leaves nothing behind.
   *
   * @param tables by their names
   * @throws StorageException where one cannot; says that nothing was changed, why, and how to
   *     correct it
   */
  public void requireWritable(Map<String, Table> tables) throws StorageException {
    for (Map.Entry<String, Table> table : tables.entrySet()) {
      String uri = table.getValue().uri();
      // Data lies in the first; the log lies in one of the others.
      for (String folder : List.of(uri, uri + "/_delta_log", uri + "/metadata")) {
        String obstacle = Storage.of(uri).obstacleToWriting(folder);
        if (obstacle != null) {
          throw new StorageException(
              table.getKey() + " cannot be changed, and nothing was changed. " + obstacle, null);
        }
      }
    }
  }

  public String bronze(String pipeline) {
    return root + "/bronze/" + pipeline;
  }

  public String silver(String table) {
    return root + "/silver/" + table;
  }

  public String gold(String table) {
    return root + "/gold/" + table;
  }

  public String quarantine(String pipeline) {
    return root + "/quarantine/" + pipeline;
  }

  /** Stable names of tables. */
  public String published() {
    return root + "/published";
  }

  /** Progress log and ledgers. */
  public String progress(String pipeline) {
    return root + "/_medallion/" + pipeline;
  }

  /**
   * Where the workers of an attempt leave what they staged for a table, until the driver has
   * written it down.
   */
  public String result(String pipeline, Attempt attempt, String table, int round) {
    return String.format(
        "%s/results/%010d-%04d-%s-%d.json",
        progress(pipeline), attempt.cycle(), attempt.number(), table, round);
  }
}
