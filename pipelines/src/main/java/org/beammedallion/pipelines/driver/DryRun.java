package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.progress.LakeFormat;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.source.TakeAgain;
import org.beammedallion.io.source.registry.SchemaLookup;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.pipelines.cycle.GoldDefinitions;
import org.beammedallion.pipelines.cycle.RefusedFiles;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.jobs.TableJobs.Description;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do now. Everything that can be checked without a change is checked.
 *
 * @param pattern of the source's files
 * @param files how many the source names
 * @param newFiles how many of them no cycle has taken; of a lake that is not given, all
 * @param newBytes their size
 * @param takenAgain URIs of those of the new files that earlier cycles have read
 * @param openCycle a cycle that was begun and not completed, which the run would complete; 0 where
 *     there is none
 * @param staleFacts whether a dimension has changed since the pipeline's facts were made, which the
 *     run would mend
 * @param newGold gold tables that were added since the last cycle, which the run would make
 * @param gold columns of each gold table, by its name
 * @param tables the tables that the pipeline makes, as text for output
 * @param changes of tables that differ from the contract; none where the lake is not given
 * @param warnings about the source as it is now, and gold tables that differ from the pipeline file
 */
public record DryRun(
    String pattern,
    long files,
    long newFiles,
    long newBytes,
    List<String> takenAgain,
    long openCycle,
    boolean staleFacts,
    List<String> newGold,
    Map<String, RecordSchema> gold,
    List<Description> tables,
    PendingChanges changes,
    List<String> warnings) {

  /**
   * Finds out what a run would do.
   *
   * @param lake null where it is not known yet
   * @param takeAgain files that the run is told to read again, see {@link CycleDriver#takingAgain}
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where a gold table's SQL is
   *     wrong
   * @throws IllegalArgumentException where the pipeline's own transform or table format cannot be
   *     used, a new table is to be upserted in no order, or files cannot be read again or are not
   *     there
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where a table differs from the
   *     contract and may not follow it
   * @throws org.beammedallion.io.storage.StorageException where nothing can be written to the lake
   */
  public static DryRun of(
      PipelineDefinition definition,
      @Nullable LakeLayout lake,
      CatalogSettings catalog,
      List<String> takeAgain)
      throws IOException {
    if (lake != null) {
      LakeFormat.require(lake.progress(definition.name()));
    }
    TableJobs jobs = TableJobs.of(definition, lake == null ? LakeLayout.unknown(catalog) : lake);
    jobs.requireFeasible();
    TakeAgain wanted = Retaking.wanted(definition, takeAgain);
    Source source = Sources.of(definition, lake);
    SourceState taken = SourceState.none();
    long open = 0;
    PendingChanges changes = new PendingChanges(Map.of());
    boolean stale = false;
    List<String> newGold = List.of();
    List<String> warnings = new ArrayList<>();
    if (lake != null) {
      lake.requireWritable();
      changes = PendingChanges.of(definition, jobs);
      ProgressLog log = ProgressLog.of(lake.progress(definition.name()));
      long newest = log.newestPlanned().orElse(0);
      if (newest > 0 && !log.isCompleted(newest)) {
        open = newest;
      }
      long completed = open > 0 ? newest - 1 : newest;
      TablesAsLeft.require(definition, lake, jobs, log, newest, open > 0, List.of());
      warnings.addAll(OtherWriters.warnings(definition, jobs.silver()));
      taken = new SourcePositions(source, log, lake.bronze(definition.name())).state(completed);
      GoldDefinitions definitions = GoldDefinitions.of(jobs.all(), log, completed);
      newGold = definitions.added();
      warnings.addAll(definitions.warnings(List.of()));
      warnings.addAll(WhollyRejected.warnings(log, completed));
      stale = newest > 0 && open == 0 && jobs.isAnyStale(log, newest);
    }
    warnings.addAll(UpsertOrder.warnings(definition, lake));
    warnings.addAll(CycleBounds.warnings(definition));
    warnings.addAll(registryWarnings(definition));
    SourcePlan plan =
        source.plan(
            taken,
            new PlanRequest(
                CycleLimits.DEFAULT, 1, RefusedFiles.definition(definition), List.of(), wanted));
    if (plan.missing() == null) {
      Retaking.requireFound(wanted, plan);
    }
    warnings.addAll(0, plan.lost());
    warnings.addAll(0, plan.warnings());
    return new DryRun(
        definition.source().place().where(),
        plan.known(),
        plan.fresh(),
        plan.freshBytes(),
        plan.takenAgain(),
        open,
        stale,
        newGold,
        jobs.goldColumns(),
        jobs.descriptions(),
        changes,
        warnings);
  }

  /**
   * A run asks the registry when a message names a schema that the lake does not have, which is
   * late to hear that it is not there.
   */
  private static List<String> registryWarnings(PipelineDefinition definition) throws IOException {
    SchemaLookup schemas = Sources.schemas(definition, null);
    if (schemas != null) {
      try {
        schemas.requireThere();
      } catch (StorageException e) {
        return List.of(String.valueOf(e.getMessage()));
      }
    }
    return List.of();
  }
}
