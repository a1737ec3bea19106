package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.keys.KeyRange;
import org.beammedallion.io.star.StageFact;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeletes;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A version of a table that another one was made from, or is to be made from.
 *
 * @param folder of the table
 * @param version of the table, or {@link CommitRequest#NO_TABLE} where there is none yet
 * @param files that were live in it, which may be gone since
 */
record KnownVersion(String folder, long version, List<DataFile> files) {

  static final KnownVersion NONE = new KnownVersion("", CommitRequest.NO_TABLE, List.of());

  static KnownVersion latest(Table table) throws IOException {
    return table.snapshot().map(snapshot -> of(table, snapshot)).orElse(NONE);
  }

  static KnownVersion of(Table table, TableSnapshot snapshot) {
    return snapshot.version() == CommitRequest.NO_TABLE
        ? NONE
        : new KnownVersion(table.uri(), snapshot.version(), snapshot.files());
  }

  /** The table as it was, or null where that is not kept any more. */
  static @Nullable KnownVersion at(Table table, long version) throws IOException {
    if (version == CommitRequest.NO_TABLE) {
      return NONE;
    }
    try {
      return of(table, table.history().snapshot(version));
    } catch (TableException e) {
      return null;
    }
  }

  /** Whether every file is still there. */
  boolean isReadable() throws IOException {
    for (DataFile file : files) {
      if (Storage.of(folder).stat(file.uri(folder)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether every file tells which keys it holds. */
  boolean isByKey() {
    return files.stream().allMatch(file -> KeyRange.isTold(file.path()));
  }

  /** The files that another version does not have, or has with other rows marked as deleted. */
  KnownVersion without(KnownVersion other) {
    Map<String, List<RowDeletes>> known = new HashMap<>();
    other.files().forEach(file -> known.put(file.path(), file.deletes()));
    return new KnownVersion(
        folder,
        version,
        files.stream().filter(file -> !file.deletes().equals(known.get(file.path()))).toList());
  }

  /** The files that only one of two versions has. */
  List<DataFile> difference(KnownVersion other) {
    List<DataFile> files = new ArrayList<>(without(other).files());
    files.addAll(other.without(this).files());
    return files;
  }

  /** The files, as small as workers need them. */
  List<DataFile> filesForWorkers() {
    return files.stream().map(DataFile::withoutStatistics).toList();
  }

  StageFact.DimensionFiles forWorkers() {
    return new StageFact.DimensionFiles(folder, filesForWorkers());
  }
}
