package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.List;

/**
 * The gold tables of a pipeline, by kind, each in the order of the pipeline file.
 *
 * @param aggregates queries over windows of silver
 */
public record GoldTables(
    List<AggregateSpec> aggregates, List<DimensionSpec> dimensions, List<FactSpec> facts)
    implements Serializable {

  public GoldTables {
    aggregates = List.copyOf(aggregates);
    dimensions = List.copyOf(dimensions);
    facts = List.copyOf(facts);
  }
}
