package org.beammedallion.transforms.decode.change;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How AWS Database Migration Service writes changes beside the columns of a row.
 *
 * @param operationColumn name of the column that holds I, U or D; a file of a full load may lack it
 * @param timestampColumn name of the column with the time of the change, or null where there is
 *     none
 */
public record DmsFormat(String operationColumn, @Nullable String timestampColumn)
    implements Serializable {

  /** Names of the columns that DMS adds to those of a row. */
  public List<String> columns() {
    return timestampColumn == null
        ? List.of(operationColumn)
        : List.of(operationColumn, timestampColumn);
  }
}
