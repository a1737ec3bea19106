/** Steps that write a table's small files again as larger ones. */
@NullMarked
package org.beammedallion.io.compaction;

import org.jspecify.annotations.NullMarked;
