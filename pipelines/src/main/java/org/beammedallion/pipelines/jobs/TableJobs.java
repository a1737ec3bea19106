package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.cycle.TableJob.Layer;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Tables;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.deduplicate.RowKey;

/**
 * The tables of a pipeline, in the order in which a cycle changes them: silver, its companions,
 * dimensions, aggregates, facts. Commands, ledger, schema changes and cycles ask this list.
 */
public record TableJobs(List<TableJob> all) {

  public TableJobs {
    all = List.copyOf(all);
  }

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException where the format cannot keep such tables
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where a gold table's SQL is
   *     wrong
   */
  public static TableJobs of(PipelineDefinition definition, LakeLayout lake) {
    RowKey key = Tables.key(definition);
    DeletesJob deletes =
        definition.hasDeletes() && key != null ? new DeletesJob(definition, lake, key) : null;
    VersionsJob versions = definition.keepsVersions() ? new VersionsJob(definition, lake) : null;
    List<TableJob> jobs = new ArrayList<>();
    // Each table is opened once, so that its log is read once.
    SilverJob silver = new SilverJob(definition, lake, deletes, versions);
    jobs.add(silver);
    if (deletes != null) {
      jobs.add(deletes);
    }
    if (versions != null) {
      jobs.add(versions);
    }
    Map<String, Table> dimensions = new HashMap<>();
    for (DimensionSpec spec : definition.gold().dimensions()) {
      DimensionJob job =
          DimensionJob.of(
              definition, lake, spec, silver.table(), versions == null ? null : versions.table());
      jobs.add(job);
      dimensions.put(spec.table(), job.table());
    }
    definition
        .gold()
        .aggregates()
        .forEach(spec -> jobs.add(AggregateJob.of(definition, lake, spec, silver.table())));
    for (FactSpec spec : definition.gold().facts()) {
      for (DimensionTable joined : spec.dimensions()) {
        dimensions.computeIfAbsent(joined.spec().table(), name -> Tables.dimension(joined, lake));
      }
      jobs.add(FactJob.of(definition, lake, spec, silver.table(), dimensions));
    }
    return new TableJobs(jobs);
  }

  /** See {@link TableJob#requireFeasible}. */
  public void requireFeasible() {
    all.forEach(TableJob::requireFeasible);
  }

  /** Tables by their names, such as {@code silver.orders}. */
  public Map<String, Table> byName() {
    Map<String, Table> tables = new LinkedHashMap<>();
    all.forEach(job -> tables.put(job.name(), job.table()));
    return tables;
  }

  /**
   * Whether a cycle is due though the source has nothing new.
   *
   * @param last the last cycle, which is completed
   */
  public boolean isAnyStale(ProgressLog log, long last) throws IOException {
    for (TableJob job : all) {
      if (job.isStale(log, last)) {
        return true;
      }
    }
    return false;
  }

  /** Those that one pipeline may compute, in the order of the jobs; they follow each other. */
  public List<TableJob> computedTogether() {
    return all.stream().filter(TableJob::isComputedTogether).toList();
  }

  /** The table of silver's rows. */
  public Table silver() {
    return all.get(0).table();
  }

  /** The tables that are rolled back with silver, by their names. */
  public Map<String, Table> companions() {
    Map<String, Table> tables = new LinkedHashMap<>();
    all.stream().filter(TableJob::isCompanion).forEach(job -> tables.put(job.name(), job.table()));
    return tables;
  }

  /**
   * A table as text for output.
   *
   * @param layer its folder in the lake
   * @param text name and properties, see {@link TableJob#describe}
   */
  public record Description(String layer, String text) {}

  /** In the order of the jobs. */
  public List<Description> descriptions() {
    return all.stream()
        .map(job -> new Description(job.layer().folder(), job.shortName() + ": " + job.describe()))
        .toList();
  }

  /** Names of the gold tables, without the layer. */
  public List<String> goldNames() {
    return List.copyOf(goldColumns().keySet());
  }

  /** Columns of each gold table, by its name without the layer. */
  public Map<String, RecordSchema> goldColumns() {
    Map<String, RecordSchema> columns = new LinkedHashMap<>();
    all.stream()
        .filter(job -> job.layer() == Layer.GOLD)
        .forEach(job -> columns.put(job.shortName(), job.table().layout().schema()));
    return columns;
  }

  /**
   * The table of that name.
   *
   * @throws NoSuchElementException where there is none; says which was probably meant
   */
  public Table named(String name) {
    Map<String, Table> tables = byName();
    Table table = tables.get(name);
    if (table == null) {
      String nearest =
          tables.keySet().stream()
              .filter(known -> known.endsWith("." + name))
              .findFirst()
              .orElse(DidYouMean.nearest(name, tables.keySet()));
      throw new NoSuchElementException(
          "The pipeline has no table '"
              + name
              + "'."
              + (nearest == null ? "" : " Did you mean " + nearest + "?")
              + " Its tables are "
              + String.join(", ", tables.keySet())
              + ".");
    }
    return table;
  }

  /**
   * Checks the name of a gold table.
   *
   * @param name without the layer
   * @throws NoSuchElementException where there is none; says which was probably meant
   */
  public void requireGold(String name) {
    Set<String> known = goldColumns().keySet();
    if (!known.contains(name)) {
      throw new NoSuchElementException(
          "The pipeline has no gold table '"
              + name
              + "'"
              + DidYouMean.ending(name, known)
              + (known.isEmpty()
                  ? " It has none at all."
                  : " Its gold tables are " + String.join(", ", known) + "."));
    }
  }
}
