package org.beammedallion.io.table.iceberg.catalog;

import org.apache.iceberg.BaseTable;

/** How a table's folder is laid out, and how paths in it are told. */
public final class TableFolder {

  /** Holds data files and delete files. */
  public static final String DATA = "data";

  private TableFolder() {}

  /** A path below the table's folder; as it is where the file lies elsewhere. */
  public static String relative(String path, BaseTable table) {
    String prefix = table.location() + "/";
    return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
  }
}
