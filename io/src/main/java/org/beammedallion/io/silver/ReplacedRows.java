package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.silver.FileChange.Challenge;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.RowFigures;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * The rows of a live file that give way. A row that is challenged by an equally late one stays or
 * goes by {@link RowOrder}, as it would have within one cycle.
 */
final class ReplacedRows {

  private final StageSilver.Settings settings;
  private final DataFile file;
  private final BitSet positions = new BitSet();
  private final TreeMap<Long, Challenge> challenges = new TreeMap<>();
  private final TouchedPanes.Collector touched;
  private long won;

  private ReplacedRows(StageSilver.Settings settings, DataFile file) {
    this.settings = settings;
    this.file = file;
    touched = new TouchedPanes.Collector(settings.eventTime().paneMicros());
  }

  /**
   * Decides which rows of a file give way.
   *
   * @param changes {@link FileChange}s
   * @param files takes challengers that win
   */
  static ReplacedRows of(
      StageSilver.Settings settings, DataFile file, Iterable<Block> changes, StagedFiles files)
      throws IOException {
    ReplacedRows rows = new ReplacedRows(settings, file);
    for (Block change : changes) {
      FileChange.read(
          change,
          position -> rows.positions.set(Math.toIntExact(position)),
          challenge -> rows.challenges.put(challenge.position(), challenge));
    }
    if (!rows.challenges.isEmpty()) {
      rows.decideChallenges(files);
    }
    return rows;
  }

  /** Their numbers in the file. */
  BitSet positions() {
    return positions;
  }

  /**
   * What became of the rows.
   *
   * @param removed paths of the files that go
   */
  StageResult asResult(List<String> removed) {
    return StageResult.of(new RowFigures(0, won, challenges.size() - won, won))
        .withRemoved(removed, touched.collected());
  }

  /** Writes the challengers that win and counts the rows that they replace among those that go. */
  private void decideChallenges(StagedFiles files) throws IOException {
    try (RowParquetReader reader =
        RowParquetReader.open(settings.target().folder(), file, settings.target().schema(), true)) {
      Challenged groups = new Challenged();
      reader.readOnly((group, statistics, rows) -> groups.isNext(rows));
      RowLayout layout = reader.layout();
      for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
        for (int i = 0; i < rows.count(); i++) {
          Challenge challenge = challenges.get(rows.filePosition(i));
          if (challenge != null) {
            decide(challenge, layout, rows, i, files);
          }
        }
      }
    }
  }

  /** Row groups of the file, which are asked for one after another. */
  private final class Challenged {
    private long start;

    boolean isNext(long rows) {
      Long next = challenges.ceilingKey(start);
      start += rows;
      return next != null && next < start;
    }
  }

  private void decide(
      Challenge challenge, RowLayout layout, RowBlock rows, int index, StagedFiles files)
      throws IOException {
    int challenger = challenge.header() + RowBatch.HEADER;
    int row = rows.row(index);
    if (RowOrder.compare(layout, challenge.bytes(), challenger, rows.bytes(), row) > 0) {
      won++;
      positions.set(Math.toIntExact(challenge.position()));
      files.write(challenge.bytes(), challenge.header());
      touch(layout, challenge.bytes(), challenger);
      touch(layout, rows.bytes(), row);
    }
  }

  private void touch(RowLayout layout, byte[] bytes, int row) {
    int eventTime = settings.eventTime().field();
    if (eventTime >= 0 && !layout.isNull(bytes, row, eventTime)) {
      touched.add(layout.timeAt(bytes, row, eventTime));
    }
  }
}
