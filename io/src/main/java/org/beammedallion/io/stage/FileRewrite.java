package org.beammedallion.io.stage;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.io.parquet.DeletedRows;
import org.beammedallion.io.parquet.RowBlock;
import org.beammedallion.io.parquet.RowGroupSource;
import org.beammedallion.io.parquet.RowParquetReader;
import org.beammedallion.io.stage.FileChange.Challenge;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * Copies a live file of the table without the rows that were replaced. A row that is challenged by
 * an equally late one stays or goes by {@link RowOrder}, as it would have within one cycle. A file
 * that loses no row is left alone, and of others row groups that lose none are copied as they are.
 */
final class FileRewrite {

  /** Smaller row groups are written together with other rows. */
  private static final long COPIED_BYTES = 1 << 20;

  private final StageSilver.Settings settings;
  private final DataFile file;
  private final BitSet deleted = new BitSet();
  private final Map<Long, Challenge> challenges = new HashMap<>();

  private FileRewrite(StageSilver.Settings settings, DataFile file) {
    this.settings = settings;
    this.file = file;
  }

  static FileRewrite of(StageSilver.Settings settings, DataFile file) {
    return new FileRewrite(settings, file);
  }

  /**
   * Rewrites the file.
   *
   * @param changes encoded {@link FileChange}s
   * @param files takes the rows that stay, and challengers that win
   */
  StageResult apply(Iterable<byte[]> changes, StagedFiles files) throws IOException {
    for (byte[] change : changes) {
      FileChange.read(
          change,
          position -> deleted.set(Math.toIntExact(position)),
          challenge -> challenges.put(challenge.position(), challenge));
    }
    TouchedPanes.Collector touched = new TouchedPanes.Collector(settings.paneMicros());
    long won = challenges.isEmpty() ? 0 : decideChallenges(files, touched);
    long lost = challenges.size() - won;
    UpsertFigures figures = deleted.isEmpty() ? UpsertFigures.NONE : copyRest(files);
    return new StageResult(
            0,
            new long[0],
            List.of(),
            0,
            won,
            lost,
            won,
            List.of(),
            List.of(),
            deleted.isEmpty() ? List.of() : List.of(file.path()),
            touched.collected())
        .plus(figures);
  }

  /**
   * Writes the challengers that win and marks the rows they replace as deleted; returns how many
   * they are.
   */
  private long decideChallenges(StagedFiles files, TouchedPanes.Collector touched)
      throws IOException {
    long won = 0;
    try (RowParquetReader reader = open()) {
      RowLayout layout = reader.layout();
      for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
        for (int i = 0; i < rows.count(); i++) {
          Challenge challenge = challenges.get(rows.filePosition(i));
          if (challenge != null) {
            int challenger = challenge.header() + RowBatch.HEADER;
            if (RowOrder.compare(layout, challenge.bytes(), challenger, rows.bytes(), rows.row(i))
                > 0) {
              won++;
              deleted.set(Math.toIntExact(challenge.position()));
              files.write(challenge.bytes(), challenge.header());
              touch(layout, challenge.bytes(), challenger, touched);
              touch(layout, rows.bytes(), rows.row(i), touched);
            }
          }
        }
      }
    }
    return won;
  }

  private void touch(RowLayout layout, byte[] bytes, int row, TouchedPanes.Collector touched) {
    int eventTime = settings.eventTime();
    if (eventTime >= 0 && !layout.isNull(bytes, row, eventTime)) {
      touched.add(layout.longAt(bytes, row, eventTime));
    }
  }

  private UpsertFigures copyRest(StagedFiles files) throws IOException {
    try (RowGroupSource groups = RowGroupSource.open(file.uri(settings.target().folder()))) {
      BitSet whole =
          file.aliases().isEmpty() && files.hasColumnsOf(groups)
              ? groups.without(gone(), COPIED_BYTES)
              : new BitSet();
      boolean copied = whole.isEmpty();
      try (RowParquetReader reader = open()) {
        reader.readOnly((group, statistics, count) -> !whole.get(group));
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          if (!copied) {
            files.copy(groups, whole, rows.bytes(), rows.row(0));
            copied = true;
          }
          copy(rows, files);
        }
      }
      return UpsertFigures.ofRewrite(whole.cardinality(), groups.count() - whole.cardinality());
    }
  }

  /** Rows that are replaced, and those that the table took away before. */
  private BitSet gone() throws IOException {
    BitSet gone = DeletedRows.read(file.deletes());
    gone.or(deleted);
    return gone;
  }

  private void copy(RowBlock rows, StagedFiles files) throws IOException {
    for (int i = 0; i < rows.count(); i++) {
      if (!deleted.get(Math.toIntExact(rows.filePosition(i)))) {
        files.write(rows.bytes(), rows.row(i), rows.source(i), rows.position(i));
      }
    }
  }

  private RowParquetReader open() throws IOException {
    return RowParquetReader.open(
        settings.target().folder(), file, settings.target().schema(), true);
  }
}
