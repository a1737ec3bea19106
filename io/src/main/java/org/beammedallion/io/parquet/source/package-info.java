/**
 * Parquet files of other writers as a source: read by their own schema, column by column, straight
 * into rows, and kept in bronze as the row groups that they are.
 */
@NullMarked
package org.beammedallion.io.parquet.source;

import org.jspecify.annotations.NullMarked;
