package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.beammedallion.io.stage.StageResult;
import org.beammedallion.io.stage.StagedJson;
import org.beammedallion.io.storage.Storage;

/**
 * What was staged for a table and on which version of it: enough to commit without computing again.
 *
 * @param round counts how often it was computed
 * @param readVersion of the table, {@link org.beammedallion.io.table.CommitRequest#NO_TABLE} where
 *     there was none
 * @param references versions of other gold tables that it was computed from, by name
 * @param whole whether all of a gold table was computed, and not only what new rows touch
 */
record Staged(
    int round, long readVersion, StageResult result, Map<String, Long> references, boolean whole) {

  Staged {
    // What an earlier version of the program staged does not tell.
    references = references == null ? Map.of() : Map.copyOf(references);
  }

  /** Of another table than gold's. */
  Staged(int round, long readVersion, StageResult result) {
    this(round, readVersion, result, Map.of(), false);
  }

  /** A commit that another writer's made invalid is computed anew so many times. */
  static final int MAX_ROUNDS = 5;

  /** Reads what the workers left, and takes it away. */
  static StageResult takeResult(String uri) throws IOException {
    Storage storage = Storage.of(uri);
    StageResult result;
    try (InputStream in = storage.open(uri)) {
      result = StagedJson.decode(in.readAllBytes());
    }
    storage.delete(uri);
    return result;
  }
}
