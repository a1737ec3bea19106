package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.List;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.yaml.TextOrigin;

/**
 * A fact table: a row for each row of silver, with references to dimensions.
 *
 * @param sql what its columns are, and how dimensions are found
 * @param origin place of the query in the pipeline file
 * @param dimensions that the SQL may join, of this pipeline and of others in the same lake
 */
public record FactSpec(String table, String sql, TextOrigin origin, List<DimensionTable> dimensions)
    implements Serializable {

  public FactSpec {
    dimensions = List.copyOf(dimensions);
  }

  /**
   * A dimension of the lake, and how its table is kept.
   *
   * @param formatVersion of the format that new tables are made in, or 0 for the format's own
   *     choice
   */
  public record DimensionTable(DimensionSpec spec, TableKind format, int formatVersion)
      implements Serializable {}
}
