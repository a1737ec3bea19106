package org.beammedallion.io.table;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Marks rows of live files as deleted, in files that nobody reads before they are committed. Not
 * thread-safe.
 */
public interface RowDeleteWriter extends AutoCloseable {

  /**
   * Marks rows of a file, which is given once.
   *
   * @param file as the table has it
   * @param rows numbers of all its rows that are deleted then, those among them that are deleted
   *     already
   */
  void delete(DataFile file, BitSet rows) throws IOException;

  /** Ends every open file; returns the marks of all files since the last call. */
  List<StagedDeletes> finish() throws IOException;

  /** Drops what is not finished. */
  @Override
  void close();
}
