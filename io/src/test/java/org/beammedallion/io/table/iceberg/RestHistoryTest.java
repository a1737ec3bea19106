package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;

class RestHistoryTest extends CatalogHistoryContract {

  RestHistoryTest() {
    super(Kind.REST);
  }
}
