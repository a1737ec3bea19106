package org.beammedallion.io.table.delta;

import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableHistoryContract;

class DeltaHistoryTest extends TableHistoryContract {

  @Override
  protected Table open(String uri) {
    return DeltaTable.of(uri, Orders.LAYOUT);
  }

  @Override
  protected String from(Table table) {
    return SparkTables.delta(table.uri());
  }
}
