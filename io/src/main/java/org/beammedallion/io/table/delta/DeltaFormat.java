package org.beammedallion.io.table.delta;

import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;

/** Delta Lake. */
public final class DeltaFormat implements TableFormat {

  @Override
  public String name() {
    return "delta";
  }

  @Override
  public Table table(TableDefinition definition) {
    if (!definition.catalog().equals(CatalogSettings.FOLDERS)) {
      throw new IllegalArgumentException(
          "The table "
              + definition.namespace()
              + "."
              + definition.name()
              + " is to be a Delta table, which is its own catalog, and the catalog "
              + definition.catalog()
              + " was asked for. Leave out --catalog, or say 'format: iceberg' in the pipeline file that makes the table.");
    }
    return DeltaTable.of(definition);
  }
}
