package org.beammedallion.io.sink;

import java.io.Serializable;

/**
 * What became of a commit.
 *
 * @param folder of the table, canonical
 * @param version of the table that holds the change; -1 where there was nothing to write and there
 *     is no table
 * @param repeated whether the table had a commit of that name already, and was left alone
 * @param rows that were written; of a repeat, 0
 */
public record TableCommit(String folder, long version, boolean repeated, long rows)
    implements Serializable {}
