package org.beammedallion.io.table;

import java.io.Serializable;

/** How a table wants rows of its live files marked as deleted; workers follow it without it. */
public interface RowDeleteRules extends Serializable {

  /**
   * A writer of such marks.
   *
   * @param filePrefix of the names of files, which tells the cycle and the attempt
   */
  RowDeleteWriter writer(String filePrefix);
}
