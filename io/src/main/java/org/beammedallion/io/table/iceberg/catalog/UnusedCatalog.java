package org.beammedallion.io.table.iceberg.catalog;

import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** Thrown on reading a database that was not used as a catalog yet. */
record UnusedCatalog() implements CatalogSession {

  @Override
  public @Nullable BaseTable load() {
    return null;
  }

  @Override
  public void create(Schema schema, PartitionSpec spec, Map<String, String> properties) {
    throw new IllegalStateException("A look makes no table.");
  }

  @Override
  public void close() {}
}
