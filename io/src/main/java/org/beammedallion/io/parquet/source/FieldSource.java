package org.beammedallion.io.parquet.source;

import java.util.List;
import org.beammedallion.transforms.decode.typed.TypedRecords;

/** Reads one top-level field of many rows. */
interface FieldSource {

  List<Leaf> leaves();

  /** Reads ahead the field of the next {@code count} rows. */
  void fill(int count);

  /**
   * Writes the value at {@code index} among those read ahead into a row; for each index this or
   * {@link #skip} is called once, in order.
   */
  void put(TypedRecords records, int row, int index);

  /** Passes over a value that is not wanted. */
  void skip();
}
