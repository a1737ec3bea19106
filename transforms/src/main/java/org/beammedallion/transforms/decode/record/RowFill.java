package org.beammedallion.transforms.decode.record;

import org.jspecify.annotations.Nullable;

/** Fills fields of rows that no record has. */
public interface RowFill {

  /**
   * Fills the fields of a row that is open, and is the last in its builder. Values that do not fit
   * and required fields without a value are noted as faults.
   *
   * @param row where it starts
   * @param source of the record: a file, or topic and partition
   * @param position of the record in its source
   * @param message what it has beside its value, as {@link
   *     org.beammedallion.transforms.raw.MessageFields} encodes it; null where it is no message
   */
  void fill(int row, String source, long position, byte @Nullable [] message);
}
