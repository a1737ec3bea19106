/** Rows that are deleted by their position, in files of positions and in deletion vectors. */
@org.jspecify.annotations.NullMarked
package org.beammedallion.io.table.iceberg.deletes;
