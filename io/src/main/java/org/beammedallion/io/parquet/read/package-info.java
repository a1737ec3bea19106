/** Reads files of tables: the columns that are asked for, in rows. */
@org.jspecify.annotations.NullMarked
package org.beammedallion.io.parquet.read;
