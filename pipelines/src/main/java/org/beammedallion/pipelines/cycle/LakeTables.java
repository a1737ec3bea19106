package org.beammedallion.pipelines.cycle;

import java.util.LinkedHashMap;
import java.util.Map;
import org.beammedallion.io.table.Table;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.GoldSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.deduplicate.RowKey;

/**
 * The tables of a pipeline, by the names that commands give them: {@code silver.orders}.
 *
 * @param byName silver first, then gold as the pipeline file has it
 * @param companions those beside silver that belong to it, as remembered deletes and kept versions
 *     do
 */
public record LakeTables(Map<String, Table> byName, Map<String, Table> companions) {

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException where the format cannot keep such tables, or the SQL is wrong
   */
  public static LakeTables of(PipelineDefinition definition, LakeLayout lake) {
    Map<String, Table> tables = new LinkedHashMap<>();
    Map<String, Table> companions = new LinkedHashMap<>();
    tables.put("silver." + definition.silver().table(), Tables.silver(definition, lake));
    RowKey key = Tables.key(definition);
    if (definition.hasChanges() && key != null) {
      companions.put(
          "silver." + Tables.deletesName(definition), Tables.deletes(definition, lake, key));
    }
    if (definition.keepsVersions()) {
      companions.put(
          "silver." + Tables.versionsName(definition), Tables.versions(definition, lake));
    }
    tables.putAll(companions);
    for (DimensionSpec dimension : definition.dimensions()) {
      tables.put("gold." + dimension.table(), Tables.dimension(definition, lake, dimension));
    }
    for (GoldSpec gold : definition.gold()) {
      tables.put(
          "gold." + gold.table(),
          Tables.gold(definition, lake, gold.table(), Queries.of(definition, gold).outputSchema()));
    }
    for (FactSpec fact : definition.facts()) {
      tables.put(
          "gold." + fact.table(),
          Facts.table(definition, lake, fact, Queries.of(definition, fact)));
    }
    return new LakeTables(tables, companions);
  }

  /**
   * The table of that name.
   *
   * @throws java.util.NoSuchElementException where there is none; says which was probably meant
   */
  public Table named(String name) {
    Table table = byName.get(name);
    if (table == null) {
      String nearest = DidYouMean.nearest(name, byName.keySet());
      throw new java.util.NoSuchElementException(
          "The pipeline has no table '"
              + name
              + "'."
              + (nearest == null ? "" : " Did you mean " + nearest + "?")
              + " Its tables are "
              + String.join(", ", byName.keySet())
              + ".");
    }
    return table;
  }
}
