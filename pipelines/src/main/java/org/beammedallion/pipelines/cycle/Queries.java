package org.beammedallion.pipelines.cycle;

import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.Window;
import org.beammedallion.transforms.aggregate.WindowSpec;
import org.beammedallion.transforms.aggregate.WindowedQuery;

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

  private static WindowSpec window(Window window) {
    if (window instanceof Window.Tumbling tumbling) {
      return WindowSpec.tumbling(tumbling.size());
    } else if (window instanceof Window.Sliding sliding) {
      return WindowSpec.sliding(sliding.size(), sliding.period());
    }
    return WindowSpec.session(((Window.Session) window).gap());
  }
}
