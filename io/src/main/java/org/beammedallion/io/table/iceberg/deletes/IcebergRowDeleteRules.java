package org.beammedallion.io.table.iceberg.deletes;

import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.RowDeleteWriter;

/**
 * Rows are marked by files of positions in format version 2, by deletion vectors in version 3.
 *
 * @param location of the table, as its metadata says: a delete file names data files so
 */
public record IcebergRowDeleteRules(String location, int formatVersion) implements RowDeleteRules {

  private static final long serialVersionUID = 1L;

  /** The first format version with deletion vectors, which allows no new files of positions. */
  public static final int VECTORS = 3;

  @Override
  public RowDeleteWriter writer(String filePrefix) {
    return formatVersion < VECTORS
        ? new PositionDeleteFiles(location, filePrefix)
        : new DeletionVectors(location, filePrefix);
  }
}
