package org.beammedallion.transforms.decode.record;

import org.beammedallion.transforms.raw.RawBatch;

/** Fills fields of rows that no record has. */
public interface RowFill {

  /**
   * Fills the fields of a row that is open, and is the last in its builder. Values that do not fit
   * and required fields without a value are noted as faults.
   *
   * @param row where it starts
   * @param record its number in the batch
   */
  void fill(int row, RawBatch batch, int record);
}
