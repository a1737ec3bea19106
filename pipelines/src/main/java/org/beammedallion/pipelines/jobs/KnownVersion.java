package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.io.star.StageFact;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A dimension as facts see it.
 *
 * @param folder of its table
 * @param version of the table, or {@link CommitRequest#NO_TABLE} where there is none yet
 */
record DimensionVersion(String folder, long version, List<DataFile> files) {

  static final DimensionVersion NONE = new DimensionVersion("", CommitRequest.NO_TABLE, List.of());

  static DimensionVersion latest(Table table) throws IOException {
    return table
        .snapshot()
        .map(snapshot -> new DimensionVersion(table.uri(), snapshot.version(), snapshot.files()))
        .orElse(NONE);
  }

  /** The dimension as it was, or null where that is not kept any more. */
  static @Nullable DimensionVersion at(Table table, long version) throws IOException {
    if (version == CommitRequest.NO_TABLE) {
      return NONE;
    }
    TableSnapshot snapshot;
    try {
      snapshot = table.history().snapshot(version);
    } catch (TableException e) {
      return null;
    }
    Storage storage = Storage.of(table.uri());
    for (DataFile file : snapshot.files()) {
      if (storage.stat(file.uri(table.uri())).isEmpty()) {
        return null;
      }
    }
    return new DimensionVersion(table.uri(), version, snapshot.files());
  }

  /** The files that another version does not have. */
  DimensionVersion without(DimensionVersion other) {
    Set<String> paths = new HashSet<>();
    other.files().forEach(file -> paths.add(file.path()));
    return new DimensionVersion(
        folder, version, files.stream().filter(file -> !paths.contains(file.path())).toList());
  }

  StageFact.DimensionFiles forWorkers() {
    return new StageFact.DimensionFiles(
        folder, files.stream().map(DataFile::withoutStatistics).toList());
  }
}
