package org.beammedallion.io.parquet.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.MessageType;
import org.beammedallion.io.bronze.BronzeFormat;
import org.beammedallion.io.parquet.StorageParquetFile;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.decode.record.Rejection;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the row groups of a Parquet file that a shard owns, decoded and checked, in batches.
 * The position of a row is its number in the file that the source has, also where bronze is read.
 * What cannot be read whole is refused, at the latest when the damage is met. Memory holds the
 * wanted columns of one row group. Not thread-safe.
 */
public final class SourceRows implements Closeable {

  private static final int MAX_BLOCK_ROWS = 2048;
  private static final int BLOCK_BYTES = 1 << 20;

  private final Shard shard;

  /** Number in the source's file of the first row of this file. */
  private final long offset;

  private final WatchedInput input;
  private final SourceFooter footer;
  private final ParquetFileReader file;
  private final MessageType schema;
  private final SourceProjection projection;
  private final TypedRecords records;
  private final @Nullable OwnColumn operation;
  private final @Nullable OwnColumn time;
  private final boolean changes;
  private final List<Integer> owned;

  private int next;
  private int group = -1;
  private long groupRows;
  private long done;
  private long firstRow;
  private int blockRows;
  private final Set<Leaf> open = new LinkedHashSet<>();
  private @Nullable ParquetFileReader textFile;
  private @Nullable RecordText text;
  private int textGroup = -1;

  private static final String NO_RECORD = "holds no record, only a Parquet schema.";

  private SourceRows(
      Shard shard,
      WatchedInput input,
      SourceFooter footer,
      ParquetFileReader file,
      TypedDecoder decoder)
      throws IOException {
    this.shard = shard;
    this.input = input;
    this.footer = footer;
    this.file = file;
    schema = file.getFileMetaData().getSchema();
    boolean bronze = shard instanceof BronzeShard;
    if (bronze) {
      BronzeFormat.of(footer.keyValue(BronzeFormat.KEY), shard.uri());
    }
    String source = bronze ? noted(footer, RowGroupBronze.SOURCE) : shard.uri();
    projection = new SourceProjection(schema, footer, decoder, source);
    offset = bronze ? Long.parseLong(noted(footer, RowGroupBronze.FIRST)) : 0;
    records = decoder.open(source, shard.number());
    List<String> own = decoder.ownColumns();
    changes = !own.isEmpty();
    operation = changes ? projection.own(own.get(0)) : null;
    time = own.size() > 1 ? projection.own(own.get(1)) : null;
    requireCodecs();
    owned =
        shard instanceof FileShard part
            ? footer.owned(part.from(), part.to() >= part.size() ? Long.MAX_VALUE : part.to())
            : footer.owned(0, Long.MAX_VALUE);
  }

  /**
   * Opens a shard's file and looks at it as a whole.
   *
   * @throws java.io.FileNotFoundException where it is gone
   * @throws RefusedFileException where it cannot be read, or not by the contract
   */
  public static SourceRows open(Shard shard, TypedDecoder decoder) throws IOException {
    WatchedInput input = new WatchedInput(Storage.of(shard.uri()).openSeekable(shard.uri()));
    ParquetFileReader file = null;
    try {
      SourceFooter footer = SourceFooter.read(input);
      file = reader(shard.uri(), input, footer);
      return new SourceRows(shard, input, footer, file, decoder);
    } catch (RefusedFileException e) {
      input.close();
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      input.close();
      throw input.hasFailed() ? failed(e) : Refusals.unreadable("its footer", e);
    }
  }

  static String noted(SourceFooter footer, String key) throws RefusedFileException {
    String value = footer.keyValue(key);
    if (value == null) {
      throw Refusals.damaged("it is no file of bronze, for '" + key + "' is not in its footer");
    }
    return value;
  }

  private static IOException failed(Throwable error) {
    return error instanceof IOException io ? io : new IOException(error);
  }

  static ParquetFileReader reader(String uri, SeekableInput input, SourceFooter footer)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new SourceCodecs())
            .usePageChecksumVerification(true)
            .build();
    InputFile file = StorageParquetFile.input(uri, input);
    return ParquetFileReader.open(file, footer.metadata(options), options, file.newStream());
  }

  private void requireCodecs() throws RefusedFileException {
    Set<List<String>> wanted = new HashSet<>();
    projection.columns().forEach(column -> wanted.add(List.of(column.getPath())));
    int number = 0;
    for (BlockMetaData block : file.getRowGroups()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        List<String> path = List.of(chunk.getPath().toArray());
        if (!wanted.contains(path)) {
          continue;
        }
        if (!UnknownColumn.isReadable(chunk.getCodec())) {
          throw Refusals.codec(String.join(".", path), chunk.getCodec());
        }
        long rows = footer.groups().get(number).rows();
        boolean flat = schema.getMaxRepetitionLevel(chunk.getPath().toArray()) == 0;
        if (flat ? chunk.getValueCount() != rows : chunk.getValueCount() < rows) {
          throw Refusals.damaged(
              "row group "
                  + number
                  + " has "
                  + rows
                  + " rows, and the column '"
                  + String.join(".", path)
                  + "' has "
                  + chunk.getValueCount()
                  + " values");
        }
      }
      number++;
    }
  }

  /** What a person should know of the file, or null; see {@link RefusedFileException#why}. */
  public @Nullable String warning() throws IOException {
    String own = projection.warning();
    if (own == null && footer.groups().stream().allMatch(rowGroup -> rowGroup.rows() == 0)) {
      own = NO_RECORD;
    }
    boolean shrunk = shard instanceof FileShard part && input.length() < part.size();
    return own == null && shrunk ? FileShard.SHRUNK : own;
  }

  /** The footer that was read. */
  SourceFooter footer() {
    return footer;
  }

  /** Numbers of the row groups that the shard owns, in order. */
  List<Integer> owned() {
    return owned;
  }

  SeekableInput input() {
    return input;
  }

  /**
   * The next rows and dead letters, or null after the last.
   *
   * @throws RefusedFileException where a part of the file cannot be read
   */
  public @Nullable RowBatch next() throws IOException {
    try {
      while (!records.isFull()) {
        if (done == groupRows) {
          close(group);
          if (next == owned.size()) {
            break;
          }
          openGroup(owned.get(next++));
          continue;
        }
        block();
      }
      return records.take();
    } catch (RefusedFileException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw input.hasFailed() ? failed(e) : unreadable(e);
    }
  }

  private RefusedFileException unreadable(Throwable error) {
    Set<ColumnDescriptor> wanted = projection.columns();
    List<ColumnDescriptor> inOrder = schema.getColumns().stream().filter(wanted::contains).toList();
    return new FaultyColumn("row group " + group, inOrder, columns -> store(file, columns, group))
        .refusal(error);
  }

  private void openGroup(int number) throws IOException {
    group = number;
    SourceFooter.Group found = footer.groups().get(number);
    BlockMetaData block = file.getRowGroups().get(number);
    groupRows = found.rows();
    firstRow = offset + found.first();
    done = 0;
    Set<ColumnDescriptor> wanted = new LinkedHashSet<>(projection.columns());
    for (UnknownColumn column : projection.unknown()) {
      Leaf leaf = column.prepare(chunkOf(block, column.path()));
      if (leaf != null) {
        wanted.add(leaf.descriptor);
        open.add(leaf);
      }
    }
    projection.fields().forEach(field -> open.addAll(field.leaves()));
    if (operation != null) {
      open.add(operation.leaf());
    }
    if (time != null) {
      open.add(time.leaf());
    }
    long bytes = 0;
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      bytes += Math.max(0, chunk.getTotalUncompressedSize());
    }
    long bytesPerRow = bytes / Math.max(groupRows, 1) + 1;
    blockRows = (int) Math.max(1, Math.min(MAX_BLOCK_ROWS, BLOCK_BYTES / bytesPerRow));
    if (groupRows > 0) {
      OpenColumns store = store(file, wanted, number);
      open.forEach(leaf -> leaf.start(store));
    }
  }

  /** Columns of a row group, to be read. */
  static OpenColumns store(ParquetFileReader from, Set<ColumnDescriptor> wanted, int number)
      throws IOException {
    MessageType schema = from.getFileMetaData().getSchema();
    from.setRequestedSchema(new ArrayList<>(wanted));
    CheckedPages pages = new CheckedPages(from.readRowGroup(number));
    return new OpenColumns(
        new ColumnReadStoreImpl(
            pages, new SilentGroup(schema), schema, from.getFileMetaData().getCreatedBy()),
        pages);
  }

  private static ColumnChunkMetaData chunkOf(BlockMetaData block, String[] path)
      throws RefusedFileException {
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      if (java.util.Arrays.equals(chunk.getPath().toArray(), path)) {
        return chunk;
      }
    }
    throw Refusals.damaged("a row group lacks the column '" + String.join(".", path) + "'");
  }

  private void close(int number) throws RefusedFileException {
    for (Leaf leaf : open) {
      if (groupRows > 0 && !leaf.isDone()) {
        throw Refusals.damaged(
            "in row group "
                + number
                + " the column '"
                + String.join(".", leaf.descriptor.getPath())
                + "' has more values than there are rows");
      }
      leaf.stop();
    }
    open.clear();
    groupRows = 0;
    done = 0;
  }

  private void block() throws IOException {
    int count = (int) Math.min(blockRows, groupRows - done);
    List<FieldSource> fields = projection.fields();
    for (FieldSource field : fields) {
      field.fill(count);
    }
    for (int i = 0; i < count; i++) {
      long position = firstRow + done + i;
      int row = records.begin(position);
      if (changes) {
        operation();
      }
      for (int f = 0; f < fields.size(); f++) {
        if (records.wants(projection.indexes().get(f))) {
          fields.get(f).put(records, row, i);
        } else {
          fields.get(f).skip();
        }
      }
      for (UnknownColumn column : projection.unknown()) {
        column.note(records);
      }
      Rejection rejection = records.end();
      if (rejection != null) {
        records.reject(rejection, position, text(done + i));
      }
    }
    done += count;
  }

  private void operation() {
    OwnColumn.Value what = operation == null ? OwnColumn.Value.NONE : operation.next();
    OwnColumn.Value when = time == null ? OwnColumn.Value.NONE : time.next();
    records.operation(what.text() == null ? "" : what.text(), when.micros(), when.text());
  }

  /** A row of the row group as a person can read it. */
  private String text(long row) throws IOException {
    RecordText texts = text;
    if (texts == null || textGroup != group) {
      ParquetFileReader from = textFile;
      if (from == null) {
        from = reader(shard.uri(), new SharedInput(input), footer);
        textFile = from;
      }
      texts = RecordText.open(from, group, projection.calendar());
      text = texts;
      textGroup = group;
    }
    return texts.of(row);
  }

  @Override
  public void close() throws IOException {
    try {
      if (textFile != null) {
        textFile.close();
      }
    } finally {
      file.close();
      input.close();
    }
  }
}
