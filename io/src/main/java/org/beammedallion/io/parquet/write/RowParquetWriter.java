package org.beammedallion.io.parquet.write;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.beammedallion.io.parquet.FooterStatistics;
import org.beammedallion.io.parquet.ParquetSchemas;
import org.beammedallion.io.parquet.StorageParquetFile;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FieldIds;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes encoded rows to one Parquet file of a table: zstd, page checksums, statistics, and
 * dictionaries for those columns whose first rows show that they pay. The file is visible once
 * {@link #finish} has returned, and never if the writer is closed before. Rows are copied; the
 * caller's arrays may be reused at once. Not thread-safe.
 */
public final class RowParquetWriter implements Closeable {

  /**
   * How files are written.
   *
   * @param zstdLevel 1 to 19
   * @param rowGroupBytes a row group ends when it takes this number of bytes in memory; this bounds
   *     the memory of a writer
   * @param provenance whether rows carry where they came from, in the columns {@code _source} and
   *     {@code _position}
   * @param fieldIds of the columns, which the file's schema repeats
   */
  public record Options(int zstdLevel, long rowGroupBytes, boolean provenance, FieldIds fieldIds)
      implements java.io.Serializable {

    public static final Options DEFAULT = new Options(3, 96L << 20, false, FieldIds.NONE);

    public Options withProvenance() {
      return new Options(zstdLevel, rowGroupBytes, true, fieldIds);
    }

    public Options withRowGroupBytes(long bytes) {
      return new Options(zstdLevel, bytes, provenance, fieldIds);
    }

    public Options withFieldIds(FieldIds ids) {
      return new Options(zstdLevel, rowGroupBytes, provenance, ids);
    }
  }

  private static final int PAGE_BYTES = 1 << 20;

  /** Rows of the first block, by which dictionaries are chosen. */
  private static final int SAMPLE_ROWS = 4096;

  /**
   * Rows of a block, or fewer where they are large, so that a block stays in the processor's cache.
   */
  private static final int BLOCK_ROWS = 1024;

  private static final int BLOCK_BYTES = 1 << 18;
  private static final int SAMPLE_BYTES = 1 << 20;

  /** What an output buffers, about. */
  private static final int OUTPUT_BYTES = 1 << 16;

  private final String path;
  private final Partition partition;
  private final Options options;
  private final RowExtent extent;
  private final MessageType message;
  private final List<LeafWriter> leaves;
  private final AtomicOutput output;
  private final ParquetFileWriter file;
  private final ZstdCompressor compressor;
  private final CompactEncodings encodings = new CompactEncodings();
  private final List<byte[]> sources = new ArrayList<>();
  private final Map<String, Integer> sourceNumbers = new LinkedHashMap<>();

  private byte[] block = new byte[1 << 12];
  private int[] rows = new int[64];
  private int[] rowSources = new int[64];
  private long[] rowPositions = new long[64];
  private int blockBytes;
  private int blockRows;

  private @Nullable ParquetProperties properties;
  private @Nullable RowGroup group;
  private long totalRows;
  private boolean open = true;

  private RowParquetWriter(
      String table, String path, Partition partition, RowLayout layout, Options options)
      throws IOException {
    this.path = path;
    this.partition = partition;
    this.options = options;
    extent = new RowExtent(layout);
    message = ParquetSchemas.messageOf(layout.schema(), options.provenance(), options.fieldIds());
    leaves = LeafColumns.of(layout, message, options.fieldIds());
    compressor = new ZstdCompressor(options.zstdLevel());
    String uri = table + "/" + path;
    output = Storage.of(uri).create(uri);
    try {
      file =
          new ParquetFileWriter(
              StorageParquetFile.output(output),
              message,
              ParquetFileWriter.Mode.CREATE,
              options.rowGroupBytes(),
              0,
              null,
              ParquetProperties.builder().withPageWriteChecksumEnabled(true).build());
      file.start();
    } catch (IOException | RuntimeException e) {
      output.abort();
      throw e;
    }
  }

  /**
   * Starts a file.
   *
   * @param table the table's folder, canonical
   * @param path of the file, relative to the table
   * @throws IllegalArgumentException where the schema cannot stand in Parquet, such as an object
   *     without fields
   */
  public static RowParquetWriter create(
      String table, String path, Partition partition, RowLayout layout, Options options)
      throws IOException {
    LeafColumns.requireFields(layout.schema());
    return new RowParquetWriter(table, path, partition, layout, options);
  }

  /**
   * The number by which {@link #write(byte[], int, int, long)} knows a source; the same for the
   * same URI.
   */
  public int sourceNumber(String uri) {
    Integer number = sourceNumbers.get(uri);
    if (number == null) {
      number = sources.size();
      sources.add(uri.getBytes(StandardCharsets.UTF_8));
      sourceNumbers.put(uri, number);
    }
    return number;
  }

  /**
   * Adds a row.
   *
   * @param bytes holds an encoded row at {@code row}
   */
  public void write(byte[] bytes, int row) throws IOException {
    write(bytes, row, -1, 0);
  }

  /**
   * Adds a row and where it came from.
   *
   * @param bytes holds an encoded row at {@code row}
   * @param source a {@link #sourceNumber}, or -1 where it is unknown
   * @param position in the source
   */
  public void write(byte[] bytes, int row, int source, long position) throws IOException {
    int length = extent.of(bytes, row);
    if (blockRows > 0 && blockBytes + length > (group == null ? SAMPLE_BYTES : BLOCK_BYTES)) {
      writeBlock();
    }
    if (length > block.length - blockBytes) {
      block = Arrays.copyOf(block, Math.max(block.length * 2, blockBytes + length));
    }
    if (blockRows == rows.length) {
      rows = Arrays.copyOf(rows, blockRows * 2);
      rowSources = Arrays.copyOf(rowSources, blockRows * 2);
      rowPositions = Arrays.copyOf(rowPositions, blockRows * 2);
    }
    System.arraycopy(bytes, row, block, blockBytes, length);
    rows[blockRows] = blockBytes;
    rowSources[blockRows] = source;
    rowPositions[blockRows] = position;
    blockBytes += length;
    blockRows++;
    if (blockRows >= (group == null ? SAMPLE_ROWS : BLOCK_ROWS)) {
      writeBlock();
    }
  }

  /**
   * Adds a row group of a file with the same columns as it is; rows that are still in memory come
   * behind it.
   */
  public void copy(RowGroupSource source, int rowGroup) throws IOException {
    totalRows += source.copy(rowGroup, file);
  }

  private void writeBlock() throws IOException {
    RowGroup current = openGroup();
    for (int i = 0; i < leaves.size(); i++) {
      current.write(i, leaves.get(i), block, rows, blockRows);
    }
    if (options.provenance()) {
      writeProvenance(current.texts(leaves.size()), current.numbers(leaves.size() + 1));
    }
    current.endBlock(blockRows);
    totalRows += blockRows;
    blockRows = 0;
    blockBytes = 0;
    if (block.length > 2 * BLOCK_BYTES) {
      block = new byte[BLOCK_BYTES];
    }
    if (current.bufferedBytes() >= options.rowGroupBytes()) {
      endGroup();
    }
  }

  private void writeProvenance(TextColumnWriter source, NumberColumnWriter position) {
    for (int i = 0; i < blockRows; i++) {
      if (rowSources[i] < 0) {
        source.writeNull();
        position.writeNull();
      } else {
        source.writeSame(sources.get(rowSources[i]));
        position.write(rowPositions[i]);
      }
    }
  }

  private RowGroup openGroup() {
    RowGroup current = group;
    if (current == null) {
      ParquetProperties chosen = properties;
      if (chosen == null) {
        chosen = chooseProperties();
        properties = chosen;
      }
      current = new RowGroup(message, leaves, chosen, encodings, compressor);
      group = current;
    }
    return current;
  }

  private ParquetProperties chooseProperties() {
    ParquetProperties.Builder builder =
        ParquetProperties.builder()
            .withAllocator(HeapByteBufferAllocator.getInstance())
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .withPageSize(PAGE_BYTES)
            .withDictionaryPageSize(PAGE_BYTES)
            .withMinRowCountForPageSizeCheck(BLOCK_ROWS)
            .withMaxRowCountForPageSizeCheck(BLOCK_ROWS)
            .withPageRowCountLimit(20 * BLOCK_ROWS)
            .withPageWriteChecksumEnabled(true)
            .withSizeStatisticsEnabled(false)
            .withValuesWriterFactory(encodings)
            .withDictionaryEncoding(false);
    for (LeafWriter leaf : leaves) {
      DictionaryChoice choice = new DictionaryChoice(leaf.column());
      leaf.write(choice, block, rows, blockRows);
      if (choice.pays()) {
        builder.withDictionaryEncoding(String.join(".", leaf.column().getPath()), true);
      }
    }
    if (options.provenance()) {
      builder.withDictionaryEncoding(ParquetSchemas.SOURCE, true);
    }
    return builder.build();
  }

  private void endGroup() throws IOException {
    RowGroup current = group;
    if (current != null) {
      current.writeTo(file);
      current.close();
      group = null;
    }
  }

  /** Rows taken so far. */
  public long rows() {
    return totalRows + blockRows;
  }

  /** Bytes that are in the file already. */
  public long writtenBytes() {
    return output.position();
  }

  /**
   * Bytes held in memory, most of them compressed: with {@link #writtenBytes} about the size of the
   * file so far.
   */
  public long bufferedBytes() {
    return blockBytes + (group == null ? 0 : group.bufferedBytes());
  }

  /**
   * Memory that the writer holds, whether filled or not: what many open writers together must not
   * exceed.
   */
  public long heldBytes() {
    return OUTPUT_BYTES
        + block.length
        + rows.length * 16L
        + (group == null ? 0 : group.allocatedBytes());
  }

  /** Ends the file and makes it visible. */
  public DataFile finish() throws IOException {
    if (!open) {
      throw new IllegalStateException("The writer of '" + path + "' is closed.");
    }
    if (blockRows > 0) {
      writeBlock();
    }
    endGroup();
    file.end(Map.of("writer.model.name", "beam-medallion"));
    long bytes = output.position();
    output.close();
    open = false;
    return new DataFile(path, partition.values(), totalRows, bytes, statistics());
  }

  private List<ColumnStatistics> statistics() {
    return FooterStatistics.of(file.getFooter()).stream()
        .map(column -> column.at(options.fieldIds().pathOf(column.path())))
        .toList();
  }

  /** Drops the file unless it is finished. Idempotent. */
  @Override
  public void close() {
    if (open) {
      open = false;
      output.abort();
      if (group != null) {
        group.close();
      }
    }
  }
}
