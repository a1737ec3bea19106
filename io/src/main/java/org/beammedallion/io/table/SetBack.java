package org.beammedallion.io.table;

/**
 * How another program has taken a table back behind a change of ours.
 *
 * @param what happened, as a sentence that the table's URI begins
 * @param before the latest version that has what is gone
 */
public record SetBack(String what, long before) {}
