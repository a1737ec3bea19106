package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.beammedallion.fixtures.tables.RestCatalogServer;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.iceberg.catalog.StorageFileIO;

/**
 * How the tables of a lake are found; requests to a database or a service fail by {@link Faults}.
 */
enum FaultyCatalog {
  FOLDERS {
    @Override
    Opened open(Path lake) {
      return new Opened(CatalogSettings.FOLDERS, () -> {});
    }
  },

  JDBC {
    @Override
    Opened open(Path lake) throws IOException {
      String url = FaultyDatabase.url(database(lake));
      return new Opened(
          new CatalogSettings(Kind.JDBC, CatalogSettings.DEFAULT_NAME, url, null, Map.of()),
          () -> {});
    }
  },

  REST {
    @Override
    Opened open(Path lake) throws IOException {
      RestCatalogServer server =
          new RestCatalogServer(
              "jdbc:sqlite:" + database(lake), lake.toString(), StorageFileIO.class);
      server.judgedBy(
          request ->
              Faults.fate(
                  request.startsWith("POST ") ? Faults.CATALOG_WRITE : Faults.CATALOG_READ,
                  request));
      CatalogSettings settings =
          new CatalogSettings(
              Kind.REST,
              CatalogSettings.DEFAULT_NAME,
              server.uri(),
              null,
              Map.of("token", RestCatalogServer.TOKEN));
      return new Opened(settings, server::close);
    }
  };

  /** For as long as a driver runs; what the catalog knows lies in the lake's folder. */
  abstract Opened open(Path lake) throws IOException;

  /** The file of a lake's catalog where this is a database. */
  static Path database(Path lake) throws IOException {
    Files.createDirectories(lake);
    return lake.resolve("catalog.db");
  }

  /** A catalog that is there until it is closed. */
  record Opened(CatalogSettings settings, Runnable closer) implements AutoCloseable {
    @Override
    public void close() {
      closer.run();
    }
  }
}
