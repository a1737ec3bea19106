package org.beammedallion.io.parquet.read;

import org.apache.parquet.column.ColumnReadStore;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Reads one top-level field of many rows. */
interface FieldReader {

  /** Begins with the first row of a row group. */
  void startGroup(ColumnReadStore store);

  /** Reads ahead the field of the next {@code count} rows. */
  void fill(int count);

  /**
   * Sets the field of a row to the value at {@code index} among those read ahead; called once for
   * each, in order.
   */
  void put(RowBuilder builder, RowLayout layout, int row, int index);
}
