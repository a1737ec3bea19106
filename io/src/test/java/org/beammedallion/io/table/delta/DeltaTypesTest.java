package org.beammedallion.io.table.delta;

import static org.beammedallion.fixtures.spark.SparkTables.delta;

import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableTypesContract;

class DeltaTypesTest extends TableTypesContract {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return DeltaTable.of(uri, layout);
  }

  @Override
  protected String from(Table table) {
    return delta(table.uri());
  }

  @Override
  protected String emptyPartition() {
    return "null";
  }
}
