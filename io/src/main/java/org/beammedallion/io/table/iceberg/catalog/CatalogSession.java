package org.beammedallion.io.table.iceberg.catalog;

import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.jspecify.annotations.Nullable;

/** One table as its catalog knows it, for as long as the session is open. */
public interface CatalogSession extends AutoCloseable {

  /**
   * @param latest what earlier sessions have seen of the table, where its folder is its catalog
   */
  static CatalogSession open(TableDefinition definition, Purpose purpose, LatestMetadata latest) {
    return definition.catalog().kind() == CatalogSettings.Kind.HADOOP
        ? new FolderSession(definition.uri(), latest)
        : ServiceSession.connect(definition, purpose);
  }

  /** The table at its latest version, or null where there is none. */
  @Nullable BaseTable load();

  /**
   * Makes the table, empty; does nothing where another was faster.
   *
   * @throws TableException where its place is taken
   */
  void create(Schema schema, PartitionSpec spec, java.util.Map<String, String> properties)
      throws TableException;

  @Override
  void close();
}
