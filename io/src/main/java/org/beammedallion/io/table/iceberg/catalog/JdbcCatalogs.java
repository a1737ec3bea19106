package org.beammedallion.io.table.iceberg.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/** How a database is opened as a catalog: by default Iceberg makes its tables there at once. */
final class JdbcCatalogs {

  /** Makes the catalog's tables where they are not there, in the form that knows views. */
  static final Map<String, String> TO_WRITE = Map.of("jdbc.schema-version", "V1");

  private static final String SQLITE = "jdbc:sqlite:";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /** SQLite's own codes: an error in the statement, and no file to open. */
  private static final int SQLITE_ERROR = 1;

  private static final int SQLITE_CANTOPEN = 14;

  /** What PostgreSQL, and others, say of a table that is not there. */
  private static final Set<String> NO_TABLE = Set.of("42P01", "42S02");

  /** The same of a column or table that another has just made. */
  private static final Set<String> MADE_MEANWHILE = Set.of("42701", "42P07", "23505");

  private static final int MAX_ROUNDS = 5;

  private JdbcCatalogs() {}

  /** Opens a catalog. Where several make its tables at once, all but one begin again. */
  static Catalog open(String name, Map<String, String> properties) {
    for (int round = 1; ; round++) {
      try {
        return CatalogUtil.buildIcebergCatalog(name, properties, null);
      } catch (UncheckedSQLException e) {
        if (round == MAX_ROUNDS || !isMadeMeanwhile(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean isMadeMeanwhile(UncheckedSQLException failure) {
    return failure.getCause() instanceof SQLException cause
        && (MADE_MEANWHILE.contains(String.valueOf(cause.getSQLState()))
            || (cause.getErrorCode() == SQLITE_ERROR
                && String.valueOf(cause.getMessage())
                    .matches("(?s).*(duplicate column name|already exists).*")));
  }

  /** Touches nothing, not even by the hand of the driver, which would make a file for SQLite. */
  static Map<String, String> toLook(String url) {
    Map<String, String> properties = new HashMap<>();
    properties.put("jdbc.init-catalog-tables", "false");
    if (url.startsWith(SQLITE)) {
      properties.put("jdbc.open_mode", "1");
    } else if (url.startsWith(POSTGRESQL)) {
      properties.put("jdbc.readOnly", "true");
      properties.put("jdbc.readOnlyMode", "always");
    }
    return properties;
  }

  /** Whether reading failed because the database was not used as a catalog yet. */
  static boolean isUnused(String url, UncheckedSQLException failure) {
    if (!(failure.getCause() instanceof SQLException cause)) {
      return false;
    }
    if (!url.startsWith(SQLITE)) {
      return NO_TABLE.contains(String.valueOf(cause.getSQLState()));
    }
    return switch (cause.getErrorCode()) {
      case SQLITE_ERROR -> String.valueOf(cause.getMessage()).contains("no such table");
      case SQLITE_CANTOPEN -> Files.notExists(sqliteFile(url));
      default -> false;
    };
  }

  private static Path sqliteFile(String url) {
    return Path.of(url.substring(SQLITE.length()).replaceFirst("^file:", "").split("\\?", 2)[0]);
  }
}
