package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolutionContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What every catalog that is a service must do when a contract changes. */
abstract class CatalogEvolutionContract extends TableEvolutionContract {

  private final Kind kind;
  private @Nullable TestCatalogs catalogs;

  CatalogEvolutionContract(Kind kind) {
    this.kind = kind;
  }

  private TestCatalogs catalogs() {
    if (catalogs == null) {
      catalogs = new TestCatalogs(folder);
    }
    return catalogs;
  }

  @AfterEach
  void closeCatalogs() {
    catalogs().close();
  }

  @Override
  protected Table open(TableDefinition definition) {
    return IcebergTable.of(definition.withCatalog(catalogs().settings(kind)));
  }

  @Override
  protected String from(Table table) {
    return catalogs().from(kind, "silver.orders");
  }

  @Override
  protected String at(Table table, long version) {
    return IcebergTableTest.asOf(from(table), version);
  }
}
