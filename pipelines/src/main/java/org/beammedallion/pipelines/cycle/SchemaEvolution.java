package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.stage.CompactFiles;
import org.beammedallion.io.stage.CompactFiles.FileGroup;
import org.beammedallion.io.stage.CompactFiles.Sorting;
import org.beammedallion.io.stage.CompactedFiles;
import org.beammedallion.io.stage.TableTarget;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables of a pipeline to its contract before a cycle writes to them. A driver may die
 * anywhere in it: the next one sees what is left to do.
 */
final class SchemaEvolution {

  private final PipelineDefinition definition;
  private final LakeLayout lake;
  private final PipelineOptions options;
  private final CyclePlan plan;
  private final DriverClaim claim;
  private final CycleListener listener;

  SchemaEvolution(
      PipelineDefinition definition,
      LakeLayout lake,
      PipelineOptions options,
      CyclePlan plan,
      DriverClaim claim,
      CycleListener listener) {
    this.definition = definition;
    this.lake = lake;
    this.options = options;
    this.plan = plan;
    this.claim = claim;
    this.listener = listener;
  }

  /**
   * Changes the tables that differ.
   *
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where a table may not follow
   * @throws CycleFailedException where others change a table faster than this can
   */
  void run() throws IOException {
    for (Map.Entry<String, Table> table : LakeTables.of(definition, lake).byName().entrySet()) {
      evolve(table.getKey(), table.getValue());
    }
  }

  private void evolve(String name, Table table) throws IOException {
    for (int round = 1; ; round++) {
      List<SchemaChange> changes = PendingChanges.allowed(definition, name, table);
      if (changes.isEmpty()) {
        return;
      }
      try {
        claim.check();
        List<SchemaChange> left = table.evolution().apply(changes);
        listener.reached(plan, Step.EVOLVED, name);
        if (!left.isEmpty()) {
          rewrite(name, table, left, round);
          listener.reached(plan, Step.EVOLVED, name);
        }
      } catch (ConcurrentCommitException e) {
        if (round == Staged.MAX_ROUNDS) {
          throw new CycleFailedException(String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  /** Copies every row into files of the contract's types. */
  private void rewrite(String name, Table table, List<SchemaChange> changes, int round)
      throws IOException {
    List<DataFile> live = table.snapshot().map(TableSnapshot::files).orElse(List.of());
    List<DataFile> files = new ArrayList<>();
    if (!live.isEmpty()) {
      String resultUri = lake.result(definition.name(), claim.attempt(), name + ".types", round);
      Pipeline pipeline = Pipeline.create(options);
      pipeline.apply(
          "Widen",
          CompactFiles.of(new CompactFiles.Settings(target(table), groups(live), resultUri)));
      Runners.run(pipeline, "writing " + name + " with wider types", true);
      CompactedFiles.take(resultUri).groups().forEach(group -> files.addAll(group.files()));
    }
    claim.check();
    table.evolution().rewrite(changes, files, live);
  }

  private TableTarget target(Table table) throws IOException {
    return new TableTarget(
        table.uri(),
        table.layout().stored(),
        table.layout().partitionBy(),
        definition.silver().targetFileBytes(),
        String.format("cycle-%010d-%04d", plan.cycle(), claim.attempt().number()),
        List.of(),
        table.fileRules());
  }

  /** Files of one partition each, of about the target size together. */
  private List<FileGroup> groups(List<DataFile> live) {
    Map<Map<String, @Nullable String>, List<DataFile>> open = new LinkedHashMap<>();
    List<FileGroup> groups = new ArrayList<>();
    for (DataFile file : live) {
      List<DataFile> group =
          open.computeIfAbsent(file.partitionValues(), partition -> new ArrayList<>());
      group.add(file);
      if (group.stream().mapToLong(DataFile::bytes).sum()
          >= definition.silver().targetFileBytes()) {
        groups.add(new FileGroup(group, Sorting.NONE));
        open.remove(file.partitionValues());
      }
    }
    open.values().forEach(group -> groups.add(new FileGroup(group, Sorting.NONE)));
    return groups;
  }
}
