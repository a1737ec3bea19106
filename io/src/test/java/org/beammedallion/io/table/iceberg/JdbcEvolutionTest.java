package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.rows;

import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolutionContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class JdbcEvolutionTest extends TableEvolutionContract {

  private @Nullable TestCatalogs catalogs;

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
    return IcebergTable.of(definition.withCatalog(catalogs().settings(Kind.JDBC)));
  }

  @Override
  protected String from(Table table) {
    return catalogs().from(Kind.JDBC, "silver.orders");
  }

  @Override
  protected String at(Table table, long version) {
    String snapshot =
        rows("SELECT DISTINCT snapshot_id FROM "
                + from(table)
                + ".entries WHERE status < 2 AND sequence_number = "
                + version)
            .get(0)
            .get(0);
    return from(table) + " VERSION AS OF " + snapshot;
  }
}
