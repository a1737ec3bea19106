package org.beammedallion.pipelines.jobs;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.io.silver.ReadReferences;
import org.beammedallion.io.silver.Tombstones;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.writing.DeleteResult;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.transforms.deduplicate.RowKey;

/** The deletes that a pipeline remembers, as one cycle finds and leaves them. */
final class RememberedDeletes {

  /**
   * As soon as the table has more files than this and two for each bucket, they are written again.
   */
  private static final int MAX_FILES = 16;

  private final Cycle cycle;
  private final RowKey key;
  private final Table table;
  private final long now;
  private final long deletedFrom;
  private final List<DataFile> live = new ArrayList<>();
  private final List<DataFile> expired = new ArrayList<>();

  RememberedDeletes(Cycle cycle, RowKey key, Table table, List<DataFile> files) {
    this.cycle = cycle;
    this.key = key;
    this.table = table;
    this.now = ChronoUnit.MICROS.between(Instant.EPOCH, cycle.plan().time());
    this.deletedFrom = now - cycle.definition().silver().rememberDeletes().toNanos() / 1000;
    for (DataFile file : files) {
      boolean wanted = file.mayHold(Tombstones.DELETED_AT, deletedFrom, null);
      (wanted ? live : expired).add(file);
    }
  }

  boolean areAny() {
    return !live.isEmpty();
  }

  /** Reads those that are remembered. */
  ReadReferences read() {
    return ReadReferences.toDeletes(
        new ReadReferences.Settings(
            table.uri(),
            key,
            -1,
            live.stream().map(DataFile::withoutStatistics).toList(),
            cycle.plan().buckets(),
            null),
        deletedFrom);
  }

  private boolean rewrites() {
    return live.size() > MAX_FILES + 2 * cycle.plan().buckets();
  }

  /** How the cycle's own are written. */
  Tombstones tombstones() throws IOException {
    return new Tombstones(cycle.target(table), now, rewrites());
  }

  /** The files that the commit takes away. */
  DeleteResult forgotten() {
    List<DataFile> files = new ArrayList<>(expired);
    if (rewrites()) {
      files.addAll(live);
    }
    return DeleteResult.forgetting(files.stream().map(DataFile::path).toList());
  }
}
