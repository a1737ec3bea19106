package org.beammedallion.io.table;

import java.io.Serializable;

/**
 * A file that tells which rows of a data file are deleted: a Parquet file of positions, or a
 * deletion vector inside a Puffin file.
 *
 * @param uri of the file
 * @param offset where the vector starts, or {@link #POSITIONS}
 * @param length of the vector in bytes
 * @param dataFile location of the data file, as a file of positions names it
 */
public record RowDeletes(String uri, long offset, long length, String dataFile)
    implements Serializable {

  /** The file holds positions. */
  public static final long POSITIONS = -1;
}
