package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.silver.RemoveSources;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.pipelines.cycle.Cycle;

/**
 * Silver without the rows of files that a cycle takes again, staged and not yet committed.
 *
 * @param snapshot the table as the cycle's rows come to it
 * @param made files that hold the other rows of those that are taken away
 * @param before paths of the files that are taken away
 * @param rows how many rows are left out
 */
record TakenAgain(TableSnapshot snapshot, List<DataFile> made, List<String> before, long rows) {

  /**
   * Takes rows out.
   *
   * @param sources URIs of files of the source; none where nothing is taken again
   */
  static TakenAgain of(
      Cycle cycle, Table table, TableSnapshot read, Collection<String> sources, int round)
      throws IOException {
    if (sources.isEmpty() || read.files().isEmpty()) {
      return new TakenAgain(read, List.of(), List.of(), 0);
    }
    String resultUri = cycle.result("silver-without-sources", round);
    TableTarget target = cycle.target(table).withSchema(table.layout().stored());
    RemoveSources.Settings settings =
        new RemoveSources.Settings(target, read.files(), sources, resultUri);
    cycle
        .engine()
        .run(
            "taking out rows of files that are read again",
            pipeline -> pipeline.apply("Take out", RemoveSources.of(settings)));
    List<DataFile> made = new ArrayList<>();
    List<String> before = new ArrayList<>();
    for (CompactedFiles.Group group : CompactedFiles.take(resultUri).groups()) {
      made.addAll(group.files());
      before.addAll(group.removed());
    }
    Set<String> gone = new HashSet<>(before);
    List<DataFile> files = new ArrayList<>(made);
    long rows = -made.stream().mapToLong(DataFile::rows).sum();
    for (DataFile file : read.files()) {
      if (gone.contains(file.path())) {
        rows += file.liveRows();
      } else {
        files.add(file);
      }
    }
    return new TakenAgain(new TableSnapshot(read.version(), files), made, before, rows);
  }

  StageResult under(StageResult result) {
    return before.isEmpty() ? result : result.onTopOf(made, before, rows);
  }
}
