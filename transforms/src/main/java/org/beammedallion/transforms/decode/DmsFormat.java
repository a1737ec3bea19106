package org.beammedallion.transforms.decode;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How AWS Database Migration Service writes changes beside the columns of a row.
 *
 * @param operationColumn name of the column that holds I, U or D; a file of a full load may lack it
 * @param timestampColumn name of the column with the time of the change, or null where there is
 *     none
 */
public record DmsFormat(String operationColumn, @Nullable String timestampColumn)
    implements Serializable {}
