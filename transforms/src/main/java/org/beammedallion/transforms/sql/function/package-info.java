/**
 * The functions of gold's SQL as Beam SQL calls them. Each gives NULL for a NULL argument and fails
 * where a value does not fit; results are those of Spark SQL, with the differences that {@code
 * docs/gold.md} lists.
 */
@NullMarked
package org.beammedallion.transforms.sql.function;

import org.jspecify.annotations.NullMarked;
