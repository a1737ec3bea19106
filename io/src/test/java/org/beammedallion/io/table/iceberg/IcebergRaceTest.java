package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.iceberg;

import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableRaceContract;

class IcebergRaceTest extends TableRaceContract {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, layout));
  }

  @Override
  protected String from(Table table) {
    return iceberg(table.uri());
  }
}
