package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;

class JdbcHistoryTest extends CatalogHistoryContract {

  JdbcHistoryTest() {
    super(Kind.JDBC);
  }
}
