package org.beammedallion.transforms.star;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;

/** A column of a fact table: taken as it is, or computed. */
sealed interface FactColumn {

  /** What the fact table calls it. */
  String as();

  /** A column of silver or of a dimension. */
  record Plain(FactSource source, String name, String as) implements FactColumn {

    /** What the wide row calls it. */
    String wideName() {
      return source.alias() + "." + name;
    }
  }

  /** The result of an expression. */
  record Computed(SqlNode expression, String as) implements FactColumn {}
}
