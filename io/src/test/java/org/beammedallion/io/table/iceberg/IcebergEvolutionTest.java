package org.beammedallion.io.table.iceberg;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolutionContract;
import org.beammedallion.io.table.iceberg.catalog.FolderTableOperations;
import org.junit.jupiter.api.Test;

class IcebergEvolutionTest extends TableEvolutionContract {

  @Override
  protected Table open(TableDefinition definition) {
    return IcebergTable.of(definition);
  }

  @Override
  protected String from(Table table) {
    return SparkTables.iceberg(table.uri());
  }

  @Override
  protected String at(Table table, long version) {
    FolderTableOperations operations = new FolderTableOperations(table.uri());
    operations.refresh();
    for (Snapshot snapshot : new BaseTable(operations, table.uri()).snapshots()) {
      if (snapshot.sequenceNumber() == version) {
        return from(table) + " VERSION AS OF " + snapshot.snapshotId();
      }
    }
    throw new IllegalArgumentException("No version " + version);
  }

  private static Set<String> paths(Table table) throws IOException {
    return table.snapshot().orElseThrow().files().stream()
        .map(DataFile::path)
        .collect(Collectors.toSet());
  }

  @Test
  void noChangeTouchesAFile() throws IOException {
    appendFirst(1);
    Set<String> before = paths(first);
    evolve(second);
    assertThat(paths(second), is(before));
  }

  @Test
  void rollsBackOverAWiderType() throws IOException {
    appendFirst(1);
    evolve(second);
    appendSecond(2);
    second.history().rollback(1);
    assertThat(
        SparkTables.rows("SELECT id, cost FROM " + from(second) + " ORDER BY id"),
        is(List.of(List.of("a-1", "7"), List.of("b-1", "null"))));
  }
}
