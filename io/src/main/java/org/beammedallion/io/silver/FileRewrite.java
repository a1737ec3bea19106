package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.beammedallion.io.parquet.read.DeletedRows;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowGroupSource;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.UpsertFigures;
import org.beammedallion.transforms.block.Block;

/**
 * Copies a live file of the table without the rows that were replaced. A file that loses no row is
 * left alone, and of others row groups that lose none are copied as they are.
 */
final class FileRewrite {

  /** Smaller row groups are written together with other rows. */
  private static final long COPIED_BYTES = 1 << 20;

  private final StageSilver.Settings settings;
  private final DataFile file;
  private BitSet deleted = new BitSet();

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
   * @param changes {@link FileChange}s
   * @param files takes the rows that stay, and challengers that win
   */
  StageResult apply(Iterable<Block> changes, StagedFiles files) throws IOException {
    ReplacedRows replaced = ReplacedRows.of(settings, file, changes, files);
    deleted = replaced.positions();
    return deleted.isEmpty()
        ? replaced.asResult(List.of())
        : replaced.asResult(List.of(file.path())).plus(copyRest(files));
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
