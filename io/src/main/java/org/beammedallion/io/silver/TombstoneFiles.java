package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Writes remembered deletes to files of their table. Not thread-safe. */
final class TombstoneFiles implements AutoCloseable {

  private final RowKey key;
  private final int[] fields;
  private final RowLayout layout;
  private final long deletedAt;
  private final StagedFiles files;
  private final RowBuilder builder = new RowBuilder(256);

  TombstoneFiles(RowKey key, Tombstones tombstones) {
    this.key = key;
    this.fields = key.fields();
    this.layout = RowLayout.of(tombstones.target().schema());
    this.deletedAt = tombstones.deletedAt();
    this.files = new StagedFiles(tombstones.target());
  }

  /** Remembers a delete of this cycle. */
  void add(byte[] bytes, int header) throws IOException {
    write(bytes, header + RowBatch.HEADER, deletedAt);
  }

  /**
   * Keeps a delete of an earlier cycle.
   *
   * @param header of a reference, whose position is the time of the delete
   */
  void keep(byte[] bytes, int header) throws IOException {
    write(bytes, header + RowBatch.HEADER, RowBatch.rowPosition(bytes, header));
  }

  private void write(byte[] bytes, int source, long time) throws IOException {
    builder.truncate(0);
    int header = RowBatch.beginHeader(builder, 0, 0);
    int row = builder.beginRow(layout);
    for (int i = 0; i < fields.length; i++) {
      copy(bytes, source, fields[i], row, i);
    }
    copy(bytes, source, key.latestBy(), row, fields.length);
    builder.setLong(layout, row, fields.length + 1, time);
    RowBatch.endHeader(builder, header);
    files.write(builder.bytes(), header);
  }

  private void copy(byte[] bytes, int source, int field, int row, int target) {
    if (!key.layout().isNull(bytes, source, field)) {
      builder.copyField(key.layout(), bytes, source, field, layout, row, target);
    }
  }

  /** Ends every open file; returns all files since the last call. */
  List<DataFile> finish() throws IOException {
    return files.finish();
  }

  @Override
  public void close() {
    files.close();
  }
}
