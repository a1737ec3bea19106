package org.beammedallion.io.writing;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.keys.KeyRanges;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;

/**
 * Takes the rows of a range of keys, those that come in blocks and those that stand in the range's
 * own files, and writes what is made of them to files that hold that range and nothing else.
 */
public abstract class WriteRangeFn extends DoFn<KV<Destination, Iterable<Block>>, StageResult> {

  /** See {@link Rows#finish}. */
  protected static final long LEFT = -1;

  private final TableTarget target;
  private final KeyRanges ranges;
  private final String folder;
  private final RecordSchema read;
  private final Block.Kind kind;

  /**
   * @param target of what is written
   * @param ranges whose files are read
   * @param folder of the table that they are files of
   * @param read the fields of its rows that are read
   * @param kind of the blocks in which they are handed on
   */
  protected WriteRangeFn(
      TableTarget target, KeyRanges ranges, String folder, RecordSchema read, Block.Kind kind) {
    this.target = target;
    this.ranges = ranges;
    this.folder = folder;
    this.read = read;
    this.kind = kind;
  }

  /** Takes the rows of one range. */
  protected interface Rows {

    /** Adds the rows of a block, each behind a header; the block does not change afterwards. */
    void add(Block block) throws IOException;

    /**
     * Writes what is left to write, and returns how many rows count as published; {@link #LEFT}
     * where nothing was written, because the range stays as it is.
     */
    long finish() throws IOException;
  }

  /**
   * Begins a range.
   *
   * @param files where the rows are written
   */
  protected abstract Rows begin(StagedFiles files);

  /** Paths of files of the target's table that what was written takes the place of. */
  protected abstract List<String> replaced(List<DataFile> own);

  @ProcessElement
  public final void process(
      @Element KV<Destination, Iterable<Block>> range, OutputReceiver<StageResult> output)
      throws IOException {
    int number = range.getKey().number();
    List<DataFile> own = ranges.files(number);
    try (StagedFiles files =
        new StagedFiles(target.withRange(ranges.range(number), ranges.scheme()))) {
      Rows rows = begin(files);
      for (DataFile file : own) {
        read(file, rows);
      }
      for (Block block : range.getValue()) {
        rows.add(block);
      }
      long written = rows.finish();
      if (written != LEFT) {
        output.output(
            StageResult.ofFiles(files.finish(), written)
                .withRemoved(replaced(own), TouchedPanes.NONE));
      }
    }
  }

  private void read(DataFile file, Rows rows) throws IOException {
    try (RowParquetReader reader = RowParquetReader.open(folder, file, read, false)) {
      RowBuilder builder = new RowBuilder(1 << 16);
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        builder.truncate(0);
        builder.appendByte(kind.code());
        for (int i = 0; i < block.count(); i++) {
          int header = RowBatch.beginHeader(builder, 0, 0);
          builder.append(block.bytes(), block.row(i), block.length(i));
          RowBatch.endHeader(builder, header);
        }
        rows.add(Block.of(Arrays.copyOf(builder.bytes(), builder.length())));
      }
    }
  }
}
