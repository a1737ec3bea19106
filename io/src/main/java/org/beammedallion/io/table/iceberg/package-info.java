/** Apache Iceberg as a table format. Nothing outside this package knows Iceberg. */
@NullMarked
package org.beammedallion.io.table.iceberg;

import org.jspecify.annotations.NullMarked;
