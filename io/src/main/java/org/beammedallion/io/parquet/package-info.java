/** Parquet files of encoded rows, written and read column by column. */
@NullMarked
package org.beammedallion.io.parquet;

import org.jspecify.annotations.NullMarked;
