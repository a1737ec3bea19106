package org.beammedallion.io.writing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.beammedallion.io.parquet.write.RowGroupSource;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows to files of their partitions, under names that nobody reads before they are
 * committed. A file is ended when it has the target size, and the largest one when all open ones
 * together hold too much memory. Not thread-safe.
 */
public final class StagedFiles implements AutoCloseable {

  private static final long MAX_BUFFERED = 256L << 20;
  private static final int CHECK_EVERY = 4096;

  private final TableTarget target;
  private final RowLayout layout;
  private final Partitioner partitioner;
  private final List<@Nullable RowParquetWriter> writers = new ArrayList<>();
  private final List<int[]> sourceNumbers = new ArrayList<>();
  private final List<DataFile> finished = new ArrayList<>();
  private int untilCheck = CHECK_EVERY;

  public StagedFiles(TableTarget target) {
    this.target = target;
    this.layout = RowLayout.of(target.schema());
    this.partitioner = target.partitioner();
  }

  /** Adds a row. */
  public void write(byte[] bytes, int header) throws IOException {
    int row = header + RowBatch.HEADER;
    int partition = partitioner.numberOf(bytes, row);
    RowParquetWriter writer = writer(partition);
    if (target.sources().isEmpty()) {
      writer.write(bytes, row);
    } else {
      int shard = RowBatch.rowShard(bytes, header);
      writer.write(
          bytes, row, source(writer, partition, shard), RowBatch.rowPosition(bytes, header));
    }
    if (--untilCheck == 0) {
      untilCheck = CHECK_EVERY;
      endLargeFiles();
    }
  }

  /** Adds a row whose source is told by its URI, such as one that is copied from another file. */
  public void write(byte[] bytes, int row, @Nullable String source, long position)
      throws IOException {
    int partition = partitioner.numberOf(bytes, row);
    RowParquetWriter writer = writer(partition);
    writer.write(bytes, row, source == null ? -1 : writer.sourceNumber(source), position);
    if (--untilCheck == 0) {
      untilCheck = CHECK_EVERY;
      endLargeFiles();
    }
  }

  /** Whether row groups of the file can be copied into files of the target. */
  public boolean hasColumnsOf(RowGroupSource source) {
    return source.hasColumnsOf(layout, target.options());
  }

  /**
   * Adds row groups as they are.
   *
   * @param bytes holds a row of their partition at {@code row}
   */
  public void copy(RowGroupSource source, BitSet groups, byte[] bytes, int row) throws IOException {
    int partition = partitioner.numberOf(bytes, row);
    for (int group = groups.nextSetBit(0); group >= 0; group = groups.nextSetBit(group + 1)) {
      writer(partition).copy(source, group);
      endLargeFiles();
    }
  }

  private int source(RowParquetWriter writer, int partition, int shard) {
    if (shard < 0 || shard >= target.sources().size()) {
      return -1;
    }
    int[] numbers = sourceNumbers.get(partition);
    if (numbers[shard] == 0) {
      numbers[shard] = writer.sourceNumber(target.sources().get(shard)) + 1;
    }
    return numbers[shard] - 1;
  }

  private RowParquetWriter writer(int partition) throws IOException {
    while (writers.size() <= partition) {
      writers.add(null);
      sourceNumbers.add(new int[0]);
    }
    RowParquetWriter writer = writers.get(partition);
    if (writer == null) {
      Partition place = partitioner.partition(partition);
      String name = target.filePrefix() + "-" + UUID.randomUUID() + ".parquet";
      String path =
          target.rules().path(place.folder().isEmpty() ? name : place.folder() + "/" + name);
      writer = RowParquetWriter.create(target.folder(), path, place, layout, target.options());
      writers.set(partition, writer);
      sourceNumbers.set(partition, new int[target.sources().size()]);
    }
    return writer;
  }

  private void endLargeFiles() throws IOException {
    long buffered = 0;
    for (int partition = 0; partition < writers.size(); partition++) {
      RowParquetWriter writer = writers.get(partition);
      if (writer != null) {
        if (writer.writtenBytes() + writer.bufferedBytes() >= target.targetFileBytes()) {
          end(partition, writer);
        } else {
          buffered += writer.heldBytes();
        }
      }
    }
    if (buffered > MAX_BUFFERED) {
      RowParquetWriter largest =
          writers.stream()
              .filter(writer -> writer != null)
              .max(Comparator.comparingLong(RowParquetWriter::heldBytes))
              .orElseThrow();
      end(writers.indexOf(largest), largest);
    }
  }

  private void end(int partition, RowParquetWriter writer) throws IOException {
    finished.add(writer.finish());
    writers.set(partition, null);
  }

  /** Ends every open file; returns all files since the last call. */
  public List<DataFile> finish() throws IOException {
    for (int partition = 0; partition < writers.size(); partition++) {
      RowParquetWriter writer = writers.get(partition);
      if (writer != null) {
        end(partition, writer);
      }
    }
    List<DataFile> files = List.copyOf(finished);
    finished.clear();
    return files;
  }

  /** Drops what is not finished. */
  @Override
  public void close() {
    for (RowParquetWriter writer : writers) {
      if (writer != null) {
        writer.close();
      }
    }
    writers.clear();
  }
}
