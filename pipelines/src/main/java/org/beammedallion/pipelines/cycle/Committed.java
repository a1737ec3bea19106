package org.beammedallion.pipelines.cycle;

import org.beammedallion.io.table.TableSnapshot;

/**
 * What a cycle has committed to a table.
 *
 * @param version of the table that holds it
 * @param snapshot that version or a later one
 */
public record Committed(long version, Staged staged, TableSnapshot snapshot) {}
