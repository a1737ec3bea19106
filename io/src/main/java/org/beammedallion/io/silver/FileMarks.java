package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.beammedallion.io.parquet.read.DeletedRows;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.UpsertFigures;
import org.beammedallion.transforms.block.Block;

/**
 * Marks the rows of live files that were replaced, and leaves the files as they are. A file all of
 * whose rows are gone is taken away.
 */
final class FileMarks {

  private final StageSilver.Settings settings;
  private final StagedFiles files;
  private final RowDeleteWriter marks;

  /**
   * @param files takes challengers that win
   */
  FileMarks(StageSilver.Settings settings, StagedFiles files, RowDeleteWriter marks) {
    this.settings = settings;
    this.files = files;
    this.marks = marks;
  }

  /**
   * Marks rows of a file.
   *
   * @param changes {@link FileChange}s
   */
  StageResult apply(DataFile file, Iterable<Block> changes) throws IOException {
    ReplacedRows replaced = ReplacedRows.of(settings, file, changes, files);
    if (replaced.positions().isEmpty()) {
      return replaced.asResult(List.of());
    }
    BitSet gone = DeletedRows.read(file.deletes());
    gone.or(replaced.positions());
    if (gone.cardinality() == file.rows()) {
      return replaced.asResult(List.of(file.path()));
    }
    marks.delete(file, gone);
    return replaced
        .asResult(List.of())
        .plus(UpsertFigures.ofMarks(replaced.positions().cardinality()));
  }
}
