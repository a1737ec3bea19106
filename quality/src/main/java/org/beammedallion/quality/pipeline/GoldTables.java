package org.beammedallion.quality.pipeline;

import java.util.List;

/**
 * The gold tables of a pipeline, by kind, each in the order of the pipeline file.
 *
 * @param aggregates queries over windows of silver
 */
record GoldTables(
    List<GoldSpec> aggregates, List<DimensionSpec> dimensions, List<FactSpec> facts) {}
