package org.beammedallion.pipelines.cycle;

import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.Window;
import org.beammedallion.transforms.aggregate.WindowSpec;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.star.FactPlan;
import org.beammedallion.transforms.star.FactQuery;

/** From the pipeline file's gold tables to queries that are checked against silver's schema. */
final class Queries {

  private Queries() {}

  /**
   * The query of a gold table.
   *
   * @throws org.beammedallion.transforms.aggregate.InvalidQueryException where the SQL cannot make
   *     the table
   */
  static WindowedQuery of(PipelineDefinition definition, GoldSpec gold) {
    return WindowedQuery.of(
        definition.object(),
        gold.sql(),
        definition.schema(),
        definition.silver().eventTime(),
        window(gold.window()));
  }

  /**
   * The query of a fact table.
   *
   * @throws org.beammedallion.transforms.aggregate.InvalidQueryException where the SQL cannot make
   *     the table
   */
  static FactPlan of(PipelineDefinition definition, FactSpec fact) {
    return FactQuery.plan(
        fact.sql(),
        definition.object(),
        definition.schema(),
        definition.silver().eventTime(),
        fact.dimensions().stream().map(DimensionTable::spec).toList());
  }

  private static WindowSpec window(Window window) {
    if (window instanceof Window.Tumbling tumbling) {
      return WindowSpec.tumbling(tumbling.size());
    } else if (window instanceof Window.Sliding sliding) {
      return WindowSpec.sliding(sliding.size(), sliding.period());
    }
    return WindowSpec.session(((Window.Session) window).gap());
  }
}
