package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/** Writes the versions of rows to files of their table; nothing where there is none. */
final class VersionFiles implements AutoCloseable {

  private final RowLayout rows;
  private final @Nullable RowLayout layout;
  private final @Nullable StagedFiles files;
  private final RowBuilder builder = new RowBuilder(1 << 10);

  /**
   * @param rows layout of the rows that are written
   * @param log null where versions are not kept
   */
  VersionFiles(RowLayout rows, @Nullable VersionLog log) {
    this.rows = rows;
    this.layout = log == null ? null : RowLayout.of(log.target().schema());
    this.files = log == null ? null : new StagedFiles(log.target());
  }

  /**
   * Keeps all rows of a block.
   *
   * @param start where the first row's header starts
   */
  void add(byte[] block, int start) throws IOException {
    if (files == null) {
      return;
    }
    for (int header = start; header < block.length; header = RowBatch.next(block, header)) {
      write(block, header + RowBatch.HEADER, RowBatch.isDelete(block, header));
    }
  }

  /** Keeps a row. */
  void addRow(byte[] bytes, int row) throws IOException {
    write(bytes, row, false);
  }

  private void write(byte[] bytes, int source, boolean delete) throws IOException {
    if (files == null || layout == null) {
      return;
    }
    builder.truncate(0);
    int row = builder.beginRow(layout);
    for (int field = 0; field < rows.fieldCount(); field++) {
      if (!rows.isNull(bytes, source, field)) {
        builder.copyField(rows, bytes, source, field, layout, row, field);
      }
    }
    builder.setBoolean(layout, row, rows.fieldCount(), delete);
    files.write(builder.bytes(), row, null, 0);
  }

  /** Ends every open file; returns all files since the last call. */
  List<DataFile> finish() throws IOException {
    return files == null ? List.of() : files.finish();
  }

  @Override
  public void close() {
    if (files != null) {
      files.close();
    }
  }
}
