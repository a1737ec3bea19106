package org.beammedallion.transforms.star;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * A table in the FROM of a fact's query.
 *
 * @param alias by which the query calls it
 * @param dimension null where it is silver
 * @param condition after ON; null of silver
 * @param asOf the time as of which a dimension is asked, or null
 * @param place in the query
 */
record FactSource(
    String alias,
    RecordSchema schema,
    @Nullable DimensionSpec dimension,
    @Nullable SqlNode condition,
    @Nullable SqlIdentifier asOf,
    SqlNode place) {

  boolean isSilver() {
    return dimension == null;
  }

  boolean is(FactSource other) {
    return alias.equals(other.alias);
  }

  /** The dimension that it is; not of silver. */
  DimensionSpec requiredDimension() {
    if (dimension == null) {
      throw new IllegalArgumentException("Silver is no dimension.");
    }
    return dimension;
  }
}
