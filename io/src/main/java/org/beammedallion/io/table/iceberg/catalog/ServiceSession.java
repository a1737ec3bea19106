package org.beammedallion.io.table.iceberg.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.jspecify.annotations.Nullable;

/**
 * A table in a catalog of its own: a database, or a REST service. Its files lie in the lake's
 * folder all the same.
 */
final class ServiceSession implements CatalogSession {

  private final TableDefinition definition;
  private final Purpose purpose;
  private final Catalog catalog;
  private final TableIdentifier identifier;

  private ServiceSession(TableDefinition definition, Purpose purpose, Catalog catalog) {
    this.definition = definition;
    this.purpose = purpose;
    this.catalog = catalog;
    this.identifier = TableIdentifier.of(definition.namespace(), definition.name());
  }

  /**
   * Opens the catalog; one that was not used yet holds no table, and reading does not create it.
   */
  static CatalogSession connect(TableDefinition definition, Purpose purpose) {
    CatalogSettings settings = definition.catalog();
    try {
      return new ServiceSession(
          definition, purpose, JdbcCatalogs.open(settings.name(), properties(definition, purpose)));
    } catch (UncheckedSQLException e) {
      if (isUnused(settings, purpose, e)) {
        return new UnusedCatalog();
      }
      throw e;
    }
  }

  private static Map<String, String> properties(TableDefinition definition, Purpose purpose) {
    CatalogSettings settings = definition.catalog().resolved();
    String uri = Objects.requireNonNull(settings.uri());
    boolean jdbc = settings.kind() == CatalogSettings.Kind.JDBC;
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.FILE_IO_IMPL, StorageFileIO.class.getName());
    properties.put(CatalogProperties.URI, uri);
    if (jdbc) {
      // The catalog insists on one; tables name their place themselves.
      properties.put(CatalogProperties.WAREHOUSE_LOCATION, parent(parent(definition.uri())));
      properties.putAll(JdbcCatalogs.TO_WRITE);
    }
    if (settings.warehouse() != null) {
      properties.put(CatalogProperties.WAREHOUSE_LOCATION, settings.warehouse());
    }
    properties.putAll(settings.properties());
    if (jdbc && purpose.onlyLooks()) {
      properties.keySet().removeAll(JdbcCatalogs.TO_WRITE.keySet());
      properties.putAll(JdbcCatalogs.toLook(uri));
    }
    properties.put(
        CatalogUtil.ICEBERG_CATALOG_TYPE,
        jdbc ? CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC : CatalogUtil.ICEBERG_CATALOG_TYPE_REST);
    return properties;
  }

  private static boolean isUnused(
      CatalogSettings settings, Purpose purpose, UncheckedSQLException failure) {
    return purpose.onlyLooks()
        && settings.kind() == CatalogSettings.Kind.JDBC
        && JdbcCatalogs.isUnused(Objects.requireNonNull(settings.resolved().uri()), failure);
  }

  private static String parent(String uri) {
    int slash = uri.lastIndexOf('/');
    return slash > 0 ? uri.substring(0, slash) : uri;
  }

  @Override
  public @Nullable BaseTable load() {
    try {
      return (BaseTable) catalog.loadTable(identifier);
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return null;
    } catch (UncheckedSQLException e) {
      if (isUnused(definition.catalog(), purpose, e)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void create(Schema schema, PartitionSpec spec, Map<String, String> properties)
      throws TableException {
    createNamespace();
    try {
      catalog.createTable(identifier, schema, spec, definition.uri(), properties);
    } catch (AlreadyExistsException e) {
      // Another made it first, which is as good; unless the name is a view's.
      if (load() == null) {
        throw new TableException(
            "Cannot make the Iceberg table '"
                + identifier
                + "': the catalog "
                + definition.catalog()
                + " has something else of that name. Rename that, or choose another table name.",
            e);
      }
    }
  }

  private void createNamespace() {
    if (catalog instanceof SupportsNamespaces namespaces) {
      Namespace namespace = identifier.namespace();
      try {
        if (!namespaces.namespaceExists(namespace)) {
          namespaces.createNamespace(namespace);
        }
      } catch (AlreadyExistsException | UncheckedSQLException | RESTException e) {
        // Another may have made it first, which is as good; a database says so by its own error.
        if (!namespaces.namespaceExists(namespace)) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
