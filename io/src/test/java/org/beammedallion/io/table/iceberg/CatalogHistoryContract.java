package org.beammedallion.io.table.iceberg;

import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableHistoryContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What every catalog that is a service must do about versions. */
abstract class CatalogHistoryContract extends TableHistoryContract {

  private final Kind kind;
  private @Nullable TestCatalogs catalogs;

  CatalogHistoryContract(Kind kind) {
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
  protected Table open(String uri) {
    return IcebergTable.of(
        TableDefinition.ofFolder(uri, Orders.LAYOUT).withCatalog(catalogs().settings(kind)));
  }

  @Override
  protected String place() {
    return "lake/silver/orders";
  }

  @Override
  protected String from(Table table) {
    return catalogs().from(kind, "silver.orders");
  }
}
