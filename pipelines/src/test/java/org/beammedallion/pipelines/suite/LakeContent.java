package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * What a lake holds that does not depend on how records were cut into cycles, as DuckDB reads it.
 *
 * @param tables rows of each table, sorted
 * @param quarantine dead letters, sorted
 */
record LakeContent(Map<String, List<String>> tables, List<String> quarantine) {

  /** What tells where a letter came from, and in which cycle. */
  private static final List<String> PLACE_OF_LETTER =
      List.of("source", "shard", "position", "cycle", "time");

  static LakeContent of(Lake lake) throws IOException, SQLException {
    Map<String, List<String>> tables = JudgedLake.tables(lake.folder(), JudgedLake.PLACE);
    // Keys of deleted rows, which are remembered for a while, each as often as it was deleted.
    tables.remove("silver.accounts_deletes");
    return new LakeContent(tables, JudgedLake.quarantine(lake.folder(), PLACE_OF_LETTER));
  }
}
