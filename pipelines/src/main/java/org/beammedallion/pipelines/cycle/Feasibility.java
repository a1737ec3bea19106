package org.beammedallion.pipelines.cycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.InvalidQueryException;

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
    Sources.requireDecodable(definition);
    UserClasses.check(definition);
    Map<String, RecordSchema> gold = new LinkedHashMap<>();
    for (DimensionSpec spec : definition.dimensions()) {
      gold.put(spec.table(), spec.schema());
    }
    for (GoldSpec spec : definition.gold()) {
      gold.put(
          spec.table(), columns(spec.table(), () -> Queries.of(definition, spec).outputSchema()));
    }
    for (FactSpec spec : definition.facts()) {
      gold.put(spec.table(), columns(spec.table(), () -> Queries.of(definition, spec).output()));
    }
    return gold;
  }

  /** The columns that a query gives; where it is wrong, the message says whose it is. */
  private static RecordSchema columns(String table, Supplier<RecordSchema> query) {
    try {
      return query.get();
    } catch (InvalidQueryException e) {
      throw e.of(table);
    }
  }
}
