package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.table.EvolutionRules;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableEvolution.Difference;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/**
 * In what the tables of a lake differ from the contract, all of it allowed.
 *
 * @param byTable changes by the table's name, without the tables that are as the contract has them
 */
public record PendingChanges(Map<String, List<SchemaChange>> byTable) {

  /** Compares every table that is there; changes nothing. */
  public static PendingChanges of(PipelineDefinition definition, TableJobs jobs)
      throws IOException {
    Map<String, List<SchemaChange>> changes = new LinkedHashMap<>();
    for (Map.Entry<String, Table> table : jobs.byName().entrySet()) {
      List<SchemaChange> found = allowed(definition, table.getKey(), table.getValue());
      if (!found.isEmpty()) {
        changes.put(table.getKey(), found);
      }
    }
    return new PendingChanges(changes);
  }

  /**
   * What a table must undergo.
   *
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where it may not follow
   */
  public static List<SchemaChange> allowed(PipelineDefinition definition, String name, Table table)
      throws IOException {
    Difference difference = table.evolution().difference();
    EvolutionRules.require(
        name, difference, definition.schemaPolicy(), definition.contract().version());
    return difference.changes();
  }
}
