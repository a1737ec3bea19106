package org.beammedallion.pipelines.maintain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.beammedallion.io.compaction.CompactFiles;
import org.beammedallion.io.compaction.CompactFiles.FileGroup;
import org.beammedallion.io.compaction.CompactFiles.Sorting;
import org.beammedallion.io.compaction.CompactionPlan;
import org.beammedallion.io.keys.KeyRange;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.pipelines.cycle.CommitLoop;
import org.beammedallion.pipelines.engine.Engine;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;

/**
 * Puts the small files of a table together, while others write to it. Groups of files are
 * independent: one of which a file was replaced meanwhile is dropped, and the others are committed.
 */
final class Compaction {

  private final Table table;
  private final long targetFileBytes;
  private final Engine engine;
  private final String resultFolder;

  Compaction(Table table, long targetFileBytes, Engine engine, String resultFolder) {
    this.table = table;
    this.targetFileBytes = targetFileBytes;
    this.engine = engine;
    this.resultFolder = resultFolder;
  }

  /**
   * What there is to do: partitions that are to be sorted are taken whole, of the others the small
   * files.
   *
   * @param order of columns of which the table has each
   * @param deleteRatio see {@link CompactionPlan#groups}
   */
  List<FileGroup> groups(List<DataFile> all, SortOrder order, double deleteRatio) {
    // Files that lie by key are small on purpose, and cycles put them in order themselves.
    List<DataFile> live = all.stream().filter(file -> !KeyRange.isTold(file.path())).toList();
    List<FileGroup> groups = new ArrayList<>();
    List<DataFile> others = new ArrayList<>(live);
    if (!order.columns().isEmpty()) {
      RecordSchema columns = table.layout().stored();
      Sorting sorting =
          new Sorting(order.columns().stream().map(columns::indexOf).toList(), order.zOrder());
      List<String> told = order.zOrder() ? order.columns() : order.columns().subList(0, 1);
      for (List<DataFile> files : CompactionPlan.overlapping(live, told)) {
        groups.add(new FileGroup(files, sorting));
        others.removeAll(files);
      }
    }
    for (List<DataFile> files : CompactionPlan.groups(others, targetFileBytes, deleteRatio)) {
      groups.add(new FileGroup(files, Sorting.NONE));
    }
    return groups;
  }

  /** Returns how many files were put together. */
  long run(List<FileGroup> groups) throws IOException {
    String name = OpenCycles.PREFIX + UUID.randomUUID();
    String resultUri = resultFolder + "/" + name + ".json";
    CompactFiles.Settings settings = new CompactFiles.Settings(target(name), groups, resultUri);
    engine.run(
        "compacting " + table.uri(),
        pipeline -> pipeline.apply("Compact", CompactFiles.of(settings)));
    Map<String, DataFile> read = new HashMap<>();
    groups.forEach(group -> group.files().forEach(file -> read.put(file.path(), file)));
    return commit(CompactedFiles.take(resultUri).groups(), read);
  }

  private TableTarget target(String name) throws IOException {
    return new TableTarget(
        table.uri(),
        table.layout().stored(),
        table.layout().partitionBy(),
        targetFileBytes,
        name,
        List.of(),
        table.fileRules());
  }

  private long commit(List<CompactedFiles.Group> made, Map<String, DataFile> read)
      throws IOException {
    try {
      return CommitLoop.repeat(1, round -> commitOnce(made, read));
    } catch (ConcurrentCommitException e) {
      delete(made.stream().flatMap(group -> group.files().stream()).toList());
      throw e;
    }
  }

  private long commitOnce(List<CompactedFiles.Group> made, Map<String, DataFile> read)
      throws IOException {
    Map<String, DataFile> live = liveFiles();
    List<DataFile> adds = new ArrayList<>();
    List<DataFile> removes = new ArrayList<>();
    List<DataFile> dropped = new ArrayList<>();
    for (CompactedFiles.Group group : made) {
      if (group.removed().stream().allMatch(path -> isUnchanged(read.get(path), live.get(path)))) {
        adds.addAll(group.files());
        group.removed().forEach(path -> removes.add(live.get(path)));
      } else {
        dropped.addAll(group.files());
      }
    }
    if (!adds.isEmpty() || !removes.isEmpty()) {
      requirePresent(adds);
      table.maintenance().compact(adds, removes);
    }
    delete(dropped);
    return removes.size();
  }

  /** Whether a file is live, and has lost no more rows. */
  private static boolean isUnchanged(@Nullable DataFile read, @Nullable DataFile live) {
    return read != null && live != null && read.deletes().equals(live.deletes());
  }

  private Map<String, DataFile> liveFiles() throws IOException {
    Map<String, DataFile> live = new HashMap<>();
    table
        .snapshot()
        .map(TableSnapshot::files)
        .orElse(List.of())
        .forEach(file -> live.put(file.path(), file));
    return live;
  }

  /** Somebody's clean-up may have taken them for left over. */
  private void requirePresent(List<DataFile> files) throws IOException {
    Storage storage = Storage.of(table.uri());
    for (DataFile file : files) {
      if (storage.stat(file.uri(table.uri())).isEmpty()) {
        throw new IOException(
            "The new file '"
                + file.path()
                + "' of '"
                + table.uri()
                + "' is gone before it could be committed. Nothing was changed; run it again, without another clean-up at the same time.");
      }
    }
  }

  /** A commit that was told to have failed may have taken place: what is live stays. */
  private void delete(List<DataFile> files) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Map<String, DataFile> live = liveFiles();
    Storage storage = Storage.of(table.uri());
    for (DataFile file : files) {
      if (!live.containsKey(file.path())) {
        storage.delete(file.uri(table.uri()));
      }
    }
  }
}
