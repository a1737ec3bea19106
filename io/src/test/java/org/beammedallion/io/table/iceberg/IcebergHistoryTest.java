package org.beammedallion.io.table.iceberg;

import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableHistoryContract;

class IcebergHistoryTest extends TableHistoryContract {

  @Override
  protected Table open(String uri) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, Orders.LAYOUT));
  }

  @Override
  protected String from(Table table) {
    return SparkTables.iceberg(table.uri());
  }
}
