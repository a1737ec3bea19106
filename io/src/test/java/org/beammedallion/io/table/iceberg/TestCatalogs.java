package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.icebergCatalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.beammedallion.fixtures.tables.RestCatalogServer;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.iceberg.catalog.StorageFileIO;

/** A SQLite file and a REST service as catalogs of one lake, for us and for Spark. */
final class TestCatalogs implements AutoCloseable {

  private final Path folder;
  private final RestCatalogServer server;

  /**
   * @param folder of the databases and, below {@code lake}, of the tables
   */
  TestCatalogs(Path folder) {
    this.folder = folder;
    try {
      this.server =
          new RestCatalogServer(
              "jdbc:sqlite:" + folder + "/rest.db", folder + "/lake", StorageFileIO.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String restUri() {
    return server.uri();
  }

  CatalogSettings settings(Kind kind) {
    return kind == Kind.JDBC
        ? new CatalogSettings(Kind.JDBC, name(kind), database(), null, Map.of())
        : new CatalogSettings(
            Kind.REST, name(kind), restUri(), null, Map.of("token", RestCatalogServer.TOKEN));
  }

  /** A table in Spark, which asks the same catalog. */
  String from(Kind kind, String table) {
    Map<String, String> properties =
        kind == Kind.JDBC
            ? Map.of(
                "type",
                "jdbc",
                "uri",
                database(),
                "warehouse",
                folder + "/lake",
                "jdbc.schema-version",
                "V1")
            : Map.of("type", "rest", "uri", restUri(), "token", RestCatalogServer.TOKEN);
    return icebergCatalog(name(kind), properties) + "." + table;
  }

  private String database() {
    return "jdbc:sqlite:" + folder + "/catalog.db";
  }

  /** A database tells its catalogs by their names; Spark by its own. */
  private String name(Kind kind) {
    return "c" + Integer.toHexString(folder.hashCode()) + kind;
  }

  @Override
  public void close() {
    server.close();
  }
}
