package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;

class JdbcEvolutionTest extends CatalogEvolutionContract {

  JdbcEvolutionTest() {
    super(Kind.JDBC);
  }
}
