package org.beammedallion.io.table.delta;

import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;

/** Delta Lake. */
public final class DeltaFormat implements TableFormat {

  @Override
  public String name() {
    return "delta";
  }

  @Override
  public Table table(String uri, TableLayout layout) {
    return DeltaTable.of(uri, layout);
  }
}
