/** Where a table's latest metadata is found and changed: in its folder, or by a catalog service. */
@org.jspecify.annotations.NullMarked
package org.beammedallion.io.table.iceberg.catalog;
