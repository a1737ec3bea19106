package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;

/** Apache Iceberg. */
public final class IcebergFormat implements TableFormat {

  @Override
  public String name() {
    return "iceberg";
  }

  @Override
  public Table table(TableDefinition definition) {
    return IcebergTable.of(definition);
  }
}
