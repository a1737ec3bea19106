package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;

class RestEvolutionTest extends CatalogEvolutionContract {

  RestEvolutionTest() {
    super(Kind.REST);
  }
}
