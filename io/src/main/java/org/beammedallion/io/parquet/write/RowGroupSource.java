package org.beammedallion.io.parquet.write;

import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.beammedallion.io.parquet.ParquetSchemas;
import org.beammedallion.io.parquet.StorageParquetFile;
import org.beammedallion.transforms.row.RowLayout;

/**
 * The row groups of a Parquet file, which can be put into another file of the same columns as they
 * are: nothing is decompressed, and statistics stay. Not thread-safe.
 */
public final class RowGroupSource implements Closeable {

  private final ParquetFileReader reader;
  private final SeekableInputStream bytes;

  private RowGroupSource(ParquetFileReader reader, SeekableInputStream bytes) {
    this.reader = reader;
    this.bytes = bytes;
  }

  /** Opens a file and reads its footer. */
  public static RowGroupSource open(String uri) throws IOException {
    InputFile file = StorageParquetFile.input(uri);
    ParquetFileReader reader =
        ParquetFileReader.open(
            file, ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    // The storage's input is one; the reader closes it.
    return new RowGroupSource(reader, file.newStream());
  }

  public int count() {
    return blocks().size();
  }

  private List<BlockMetaData> blocks() {
    return reader.getRowGroups();
  }

  /**
   * The row groups that are worth a copy: those without any of the rows, not small, and with
   * statistics from which those of the whole file can be told.
   *
   * @param rows numbers of rows in the file
   * @param leastBytes smaller ones are better written together with others
   */
  public BitSet without(BitSet rows, long leastBytes) {
    BitSet groups = new BitSet();
    long first = 0;
    for (int group = 0; group < count(); group++) {
      BlockMetaData block = blocks().get(group);
      int next = rows.nextSetBit(Math.toIntExact(first));
      first += block.getRowCount();
      boolean whole = next < 0 || next >= first;
      groups.set(group, whole && block.getCompressedSize() >= leastBytes && tellsStatistics(block));
    }
    return groups;
  }

  /** A bound that is missing must mean that there are nulls only. */
  private boolean tellsStatistics(BlockMetaData block) {
    MessageType schema = reader.getFileMetaData().getSchema();
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      Statistics<?> statistics = chunk.getStatistics();
      boolean known =
          statistics.isNumNullsSet()
              && (statistics.hasNonNullValue()
                  || statistics.getNumNulls() == chunk.getValueCount());
      if (!known && schema.getMaxRepetitionLevel(chunk.getPath().toArray()) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether files of such rows, written in such a way, have the same columns. */
  public boolean hasColumnsOf(RowLayout layout, RowParquetWriter.Options options) {
    return ParquetSchemas.messageOf(layout.schema(), options.provenance(), options.fieldIds())
        .getFields()
        .equals(reader.getFileMetaData().getSchema().getFields());
  }

  /** Puts a row group behind those that the file has; returns its rows. */
  long copy(int group, ParquetFileWriter target) throws IOException {
    BlockMetaData block = blocks().get(group);
    MessageType schema = reader.getFileMetaData().getSchema();
    if (block.getColumns().stream().anyMatch(chunk -> chunk.getOffsetIndexReference() == null)) {
      target.appendRowGroup(bytes, block, false);
      return block.getRowCount();
    }
    target.startBlock(block.getRowCount());
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      ColumnIndex values = reader.readColumnIndex(chunk);
      OffsetIndex offsets = reader.readOffsetIndex(chunk);
      target.appendColumnChunk(
          schema.getColumnDescription(chunk.getPath().toArray()),
          bytes,
          chunk,
          null,
          values,
          offsets);
    }
    target.endBlock();
    return block.getRowCount();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
