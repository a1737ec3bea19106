package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.compaction.CompactFiles;
import org.beammedallion.io.compaction.CompactFiles.FileGroup;
import org.beammedallion.io.compaction.CompactFiles.Sorting;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.SchemaChange;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.pipelines.cycle.CommitLoop;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables of a pipeline to its contract before a cycle writes to them. A driver may die
 * anywhere in it: the next one sees what is left to do.
 */
final class SchemaEvolution {

  private final Cycle cycle;
  private final TableJobs jobs;

  SchemaEvolution(Cycle cycle, TableJobs jobs) {
    this.cycle = cycle;
    this.jobs = jobs;
  }

  /**
   * Changes the tables that differ.
   *
   * @throws org.beammedallion.io.table.SchemaChangeRefusedException where a table may not follow
   * @throws RunFailedException where others change a table faster than this can
   */
  void run() throws IOException {
    for (Map.Entry<String, Table> table : jobs.byName().entrySet()) {
      try {
        CommitLoop.repeat(1, round -> evolve(table.getKey(), table.getValue(), round));
      } catch (ConcurrentCommitException e) {
        throw new RunFailedException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /** Makes all changes that are left, and returns how many there were. */
  private int evolve(String name, Table table, int round) throws IOException {
    int made = 0;
    while (true) {
      List<SchemaChange> changes = PendingChanges.allowed(cycle.definition(), name, table);
      if (changes.isEmpty()) {
        return made;
      }
      made += changes.size();
      cycle.checkClaim();
      List<SchemaChange> left = table.evolution().apply(changes);
      cycle.reached(Step.EVOLVED, name);
      if (!left.isEmpty()) {
        rewrite(name, table, left, round);
        cycle.reached(Step.EVOLVED, name);
      }
    }
  }

  /** Copies every row into files of the contract's types. */
  private void rewrite(String name, Table table, List<SchemaChange> changes, int round)
      throws IOException {
    List<DataFile> live = table.snapshot().map(TableSnapshot::files).orElse(List.of());
    List<DataFile> files = new ArrayList<>();
    if (!live.isEmpty()) {
      String resultUri = cycle.result(name + ".types", round);
      CompactFiles.Settings settings =
          new CompactFiles.Settings(
              cycle.target(table).withSchema(table.layout().stored()), groups(live), resultUri);
      cycle
          .engine()
          .run(
              "writing " + name + " with wider types",
              pipeline -> pipeline.apply("Widen", CompactFiles.of(settings)));
      CompactedFiles.take(resultUri).groups().forEach(group -> files.addAll(group.files()));
    }
    cycle.checkClaim();
    table.evolution().rewrite(changes, files, live);
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
          >= cycle.definition().silver().targetFileBytes()) {
        groups.add(new FileGroup(group, Sorting.NONE));
        open.remove(file.partitionValues());
      }
    }
    open.values().forEach(group -> groups.add(new FileGroup(group, Sorting.NONE)));
    return groups;
  }
}
