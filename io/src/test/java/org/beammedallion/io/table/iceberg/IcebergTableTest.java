package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.iceberg;
import static org.beammedallion.fixtures.spark.SparkTables.rows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.spark.actions.SparkActions;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormatContract;
import org.beammedallion.io.table.TableLayout;

class IcebergTableTest extends TableFormatContract {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, layout));
  }

  @Override
  protected String from(Table table) {
    return iceberg(table.uri());
  }

  @Override
  protected String at(Table table, long version) {
    String snapshot =
        rows(
                "SELECT DISTINCT snapshot_id FROM "
                    + from(table)
                    + ".entries WHERE sequence_number = "
                    + version)
            .get(0)
            .get(0);
    return from(table) + " VERSION AS OF " + snapshot;
  }

  @Override
  protected int filesRead(String sql) {
    return (int) SparkTables.icebergFilesRead(sql);
  }

  @Override
  protected void compact(Table table) {
    SparkActions.get(SparkTables.session())
        .rewriteDataFiles(load(table))
        .option("rewrite-all", "true")
        .execute();
  }

  private static BaseTable load(Table table) {
    return Objects.requireNonNull(new FolderSession(table.uri()).load());
  }

  @Override
  protected Path fileOfTheLog(Table table, long version) throws IOException {
    return Path.of(load(table).operations().current().metadataFileLocation());
  }

  @Override
  protected String emptyPartition() {
    return "";
  }
}
