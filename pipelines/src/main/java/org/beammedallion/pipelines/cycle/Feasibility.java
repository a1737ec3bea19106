package org.beammedallion.pipelines.cycle;

import java.util.LinkedHashMap;
import java.util.Map;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;

/**
 * What the pipeline file and the contract alone cannot know: whether the tables, queries and
 * classes can be made.
 */
final class Feasibility {

  private Feasibility() {}

  /**
   * Checks a pipeline before anything is planned.
   *
   * @return columns of each gold table, by its name
   */
  static Map<String, RecordSchema> check(PipelineDefinition definition, CatalogSettings catalog) {
    Tables.requireFormat(definition, catalog);
    Sources.decoder(definition);
    UserClasses.check(definition);
    Map<String, RecordSchema> gold = new LinkedHashMap<>();
    for (GoldSpec spec : definition.gold()) {
      gold.put(spec.table(), Queries.of(definition, spec).outputSchema());
    }
    return gold;
  }
}
