/**
 * Tables as the pipeline sees them, whatever their format: partitions, data files, snapshots and
 * atomic commits.
 */
@NullMarked
package org.beammedallion.io.table;

import org.jspecify.annotations.NullMarked;
