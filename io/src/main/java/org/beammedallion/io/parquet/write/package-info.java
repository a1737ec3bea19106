/** Writes rows to files of tables, page by page. */
@org.jspecify.annotations.NullMarked
package org.beammedallion.io.parquet.write;
