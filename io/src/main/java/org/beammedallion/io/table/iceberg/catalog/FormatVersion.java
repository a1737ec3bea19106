package org.beammedallion.io.table.iceberg.catalog;

import org.beammedallion.io.table.TableException;

/** The versions of the table format that are supported. */
public final class FormatVersion {

  public static final int LEAST = 2;
  private static final int GREATEST = 3;

  private FormatVersion() {}

  /**
   * Refuses a table whose files cannot be read, or not be written by its rules.
   *
   * @throws TableException that says what to do
   */
  public static void requireSupported(int version, String uri) throws TableException {
    if (version < LEAST || version > GREATEST) {
      throw new TableException(
          "The Iceberg table '"
              + uri
              + "' is of format version "
              + version
              + ", and versions "
              + LEAST
              + " and "
              + GREATEST
              + " are supported. "
              + (version < LEAST
                  ? "In Spark, ALTER TABLE … SET TBLPROPERTIES ('format-version' = '2') raises it."
                  : "Write to another folder."),
          null);
    }
  }
}
