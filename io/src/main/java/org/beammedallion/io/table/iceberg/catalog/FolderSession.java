package org.beammedallion.io.table.iceberg.catalog;

import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A table whose folder is its catalog.
 *
 * @param latest what earlier sessions have seen of it
 */
public record FolderSession(String uri, LatestMetadata latest) implements CatalogSession {

  @Override
  public @Nullable BaseTable load() {
    FolderTableOperations operations = new FolderTableOperations(uri, latest);
    return operations.refresh() == null ? null : new BaseTable(operations, uri);
  }

  @Override
  public void create(Schema schema, PartitionSpec spec, Map<String, String> properties) {
    FolderTableOperations operations = new FolderTableOperations(uri, latest);
    if (operations.refresh() == null) {
      try {
        operations.commit(null, TableMetadata.newTableMetadata(schema, spec, uri, properties));
      } catch (CommitFailedException e) {
        // Another made it first, which is as good.
        return;
      }
    }
  }

  @Override
  public void close() {}
}
