package org.beammedallion.io.parquet.read;

import java.io.Closeable;
import java.io.IOException;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.beammedallion.io.parquet.FooterStatistics;
import org.beammedallion.io.parquet.StorageParquetFile;
import org.beammedallion.io.parquet.ZstdCodecs;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.ColumnAlias;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads the wanted fields of a Parquet file of any writer, as encoded rows in the file's order. A
 * field that the file does not have comes from the partition's values, or is null. Not thread-safe.
 */
public final class RowParquetReader implements Closeable {

  private static final int MAX_BLOCK_ROWS = 2048;
  private static final int BLOCK_BYTES = 1 << 18;

  private final String uri;
  private final RowLayout layout;
  private final ParquetFileReader file;
  private final @Nullable FieldReader[] fields;
  private final @Nullable FlatColumn sources;
  private final @Nullable FlatColumn positions;
  private final boolean anyColumn;
  private final MessageType requested;
  private final RowBuilder builder = new RowBuilder(1 << 16);
  private final int[] rows = new int[MAX_BLOCK_ROWS];
  private RowGroupFilter groups = RowGroupFilter.ALL;
  private BitSet deleted = new BitSet();
  private int group = -1;
  private long groupRows;
  private long groupDone;
  private long done;
  private int blockRows = MAX_BLOCK_ROWS;

  private RowParquetReader(
      String uri,
      RowLayout layout,
      boolean provenance,
      Map<String, @Nullable String> partitionValues,
      List<ColumnAlias> aliases,
      ParquetFileReader file)
      throws IOException {
    this.uri = uri;
    this.layout = layout;
    this.file = file;
    MessageType schema = file.getFileMetaData().getSchema();
    Projection projection = new Projection(uri, schema, aliases);
    fields = new FieldReader[layout.fieldCount()];
    for (int i = 0; i < fields.length; i++) {
      FieldReader reader = projection.reader(layout, i);
      fields[i] = reader == null ? constant(i, partitionValues) : reader;
      if (fields[i] == null && layout.schema().fields().get(i).required()) {
        throw new StorageException(
            "'"
                + uri
                + "' has no column '"
                + layout.schema().names().get(i)
                + "', which is required. Make the field optional, or rewrite the file.",
            null);
      }
    }
    sources =
        provenance ? projection.flat(Field.optional(TableLayout.SOURCE, FieldType.STRING)) : null;
    positions =
        provenance ? projection.flat(Field.optional(TableLayout.POSITION, FieldType.LONG)) : null;
    anyColumn = !projection.columns().isEmpty();
    file.setRequestedSchema(projection.columns());
    requested = schema;
  }

  /**
   * Opens a file.
   *
   * @param schema the fields that are wanted, of top-level objects perhaps only some
   * @param provenance whether {@link RowBlock#source} and {@link RowBlock#position} are wanted
   * @param partitionValues of the file, see {@link DataFile#partitionValues}
   * @throws StorageException where the file is damaged, or a column cannot be read as the field's
   *     type
   */
  public static RowParquetReader open(
      String uri,
      RecordSchema schema,
      boolean provenance,
      Map<String, @Nullable String> partitionValues)
      throws IOException {
    return open(uri, RowLayout.of(schema), provenance, partitionValues, List.of());
  }

  /** Opens a file of a table; rows that the table says are deleted are passed over. */
  public static RowParquetReader open(
      String table, DataFile file, RecordSchema schema, boolean provenance) throws IOException {
    BitSet deleted = DeletedRows.read(file.deletes());
    RowParquetReader reader =
        open(
            file.uri(table),
            RowLayout.of(schema),
            provenance,
            file.partitionValues(),
            file.aliases());
    reader.deleted = deleted;
    return reader;
  }

  private static RowParquetReader open(
      String uri,
      RowLayout layout,
      boolean provenance,
      Map<String, @Nullable String> partitionValues,
      List<ColumnAlias> aliases)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ZstdCodecs())
            .usePageChecksumVerification(true)
            .build();
    ParquetFileReader file;
    try {
      file = ParquetFileReader.open(StorageParquetFile.input(uri), options);
    } catch (RuntimeException e) {
      throw damaged(uri, e);
    }
    try {
      return new RowParquetReader(uri, layout, provenance, partitionValues, aliases, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static StorageException damaged(String uri, Exception cause) {
    return new StorageException(
        "'"
            + uri
            + "' is no readable Parquet file: "
            + cause.getMessage()
            + ". It is damaged or was cut off; restore it, or remove it from its table.",
        cause);
  }

  public RowLayout layout() {
    return layout;
  }

  /** Passes over row groups that are not wanted; to be called before the first row is read. */
  public void readOnly(RowGroupFilter wanted) {
    groups = wanted;
  }

  /** The number in the file of the row group whose rows were read last. */
  public int rowGroup() {
    return group;
  }

  /** Passes over the rest of that row group. */
  public void skipRowGroup() {
    done += groupRows - groupDone;
    groupDone = groupRows;
  }

  /** Rows in the whole file, deleted ones among them. */
  public long rowCount() {
    return file.getRecordCount();
  }

  /** The next rows, or null after the last; the block before is void then. */
  public @Nullable RowBlock next() throws IOException {
    try {
      while (true) {
        while (groupDone == groupRows) {
          if (!openGroup()) {
            return null;
          }
        }
        RowBlock block = read();
        if (block.count() > 0) {
          return block;
        }
      }
    } catch (ParquetDecodingException e) {
      throw damaged(uri, e);
    }
  }

  private RowBlock read() {
    int count = (int) Math.min(blockRows, groupRows - groupDone);
    builder.truncate(0);
    for (FieldReader field : fields) {
      if (field != null) {
        field.fill(count);
      }
    }
    if (sources != null) {
      sources.fill(count);
    }
    if (positions != null) {
      positions.fill(count);
    }
    for (int i = 0; i < count; i++) {
      int row = builder.beginRow(layout);
      rows[i] = row;
      for (FieldReader field : fields) {
        if (field != null) {
          field.put(builder, layout, row, i);
        }
      }
    }
    RowBlock block = new RowBlock(builder, rows, count, done, deleted, sources, positions);
    groupDone += count;
    done += count;
    return block;
  }

  private boolean openGroup() throws IOException {
    group++;
    while (group < file.getRowGroups().size() && !isWanted()) {
      done += file.getRowGroups().get(group).getRowCount();
      file.skipNextRowGroup();
      group++;
    }
    if (group >= file.getRowGroups().size()) {
      return false;
    }
    groupRows = file.getRowGroups().get(group).getRowCount();
    groupDone = 0;
    long bytesPerRow =
        file.getRowGroups().get(group).getTotalByteSize() / Math.max(groupRows, 1) + 1;
    blockRows = (int) Math.max(1, Math.min(MAX_BLOCK_ROWS, BLOCK_BYTES / bytesPerRow));
    if (!anyColumn) {
      return true;
    }
    PageReadStore pages = file.readNextRowGroup();
    ColumnReadStore store =
        new ColumnReadStoreImpl(
            pages, new SilentGroup(requested), requested, file.getFileMetaData().getCreatedBy());
    for (FieldReader field : fields) {
      if (field != null) {
        field.startGroup(store);
      }
    }
    if (sources != null) {
      sources.startGroup(store);
    }
    if (positions != null) {
      positions.startGroup(store);
    }
    return true;
  }

  private boolean isWanted() {
    return groups == RowGroupFilter.ALL
        || groups.isWanted(
            group,
            FooterStatistics.of(file.getRowGroups().get(group)),
            file.getRowGroups().get(group).getRowCount());
  }

  /** A partition's value where the file leaves its column out, as Spark does. */
  private @Nullable FieldReader constant(int index, Map<String, @Nullable String> partitionValues) {
    Field field = layout.schema().fields().get(index);
    String text = partitionValues.get(field.name());
    if (text == null) {
      return null;
    }
    FieldType type = field.type();
    if (type instanceof FieldType.BooleanType) {
      boolean value = Boolean.parseBoolean(text);
      return (Constant) (b, l, row) -> b.setBoolean(l, row, index, value);
    } else if (type instanceof FieldType.DateType) {
      int value = (int) LocalDate.parse(text).toEpochDay();
      return (Constant) (b, l, row) -> b.setInt(l, row, index, value);
    } else if (type instanceof FieldType.IntegerType integer) {
      long value = Long.parseLong(text);
      return integer.bits() == 32
          ? (Constant) (b, l, row) -> b.setInt(l, row, index, (int) value)
          : (Constant) (b, l, row) -> b.setLong(l, row, index, value);
    }
    return (Constant) (b, l, row) -> b.setString(l, row, index, text);
  }

  private interface Constant extends FieldReader {
    void set(RowBuilder target, RowLayout layout, int row);

    @Override
    default void startGroup(ColumnReadStore store) {}

    @Override
    default void fill(int count) {}

    @Override
    default void put(RowBuilder target, RowLayout layout, int row, int index) {
      set(target, layout, row);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** The library wants to know whom it could hand values to; we fetch them ourselves. */
  private static final class SilentGroup extends GroupConverter {
    private final GroupType type;

    SilentGroup(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int index) {
      Type child = type.getType(index);
      return child.isPrimitive() ? new SilentValue() : new SilentGroup(child.asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }

  private static final class SilentValue extends PrimitiveConverter {}
}
