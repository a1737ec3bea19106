package org.beammedallion.io.silver;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeyHashes;
import org.beammedallion.io.keys.KeySearch;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the live files of a table what is needed to find the rows that new ones replace: key,
 * version and event time, nothing else. Each becomes a reference: a row of the table's layout in
 * which every other field is null, whose header holds the number of its file and its position
 * there. Blocks of references go to the buckets of their keys. Where the keys are known that are
 * looked for, only rows that may have one are referred to, and only the key's columns are read of
 * row groups that have none.
 *
 * <p>Of the table of remembered deletes the references have the time of the delete instead of a
 * position, in microseconds.
 */
public final class ReadReferences extends PTransform<PBegin, PCollection<KV<Destination, Block>>> {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 48L << 20;

  /**
   * What is read, and where it goes.
   *
   * @param table folder of the table
   * @param eventTime position of the event time's field, or -1
   * @param files live files, whose index here is their number
   * @param search the keys that are looked for, or null where every row is referred to
   */
  public record Settings(
      String table,
      RowKey key,
      int eventTime,
      List<DataFile> files,
      int buckets,
      @Nullable KeySearch search)
      implements Serializable {}

  /** A file and its number. */
  private record Numbered(int number, DataFile file) implements Serializable {}

  private static final long LIVE_ROWS = Long.MIN_VALUE;

  private final Settings settings;
  private final long deletedFrom;

  private ReadReferences(Settings settings, long deletedFrom) {
    this.settings = settings;
    this.deletedFrom = deletedFrom;
  }

  /** References to the rows of a table. */
  public static ReadReferences of(Settings settings) {
    return new ReadReferences(settings, LIVE_ROWS);
  }

  /**
   * References to remembered deletes.
   *
   * @param deletedFrom earlier deletes are passed over; microseconds
   */
  public static ReadReferences toDeletes(Settings settings, long deletedFrom) {
    return new ReadReferences(settings, deletedFrom);
  }

  @Override
  public PCollection<KV<Destination, Block>> expand(PBegin begin) {
    List<Numbered> files = new ArrayList<>();
    for (DataFile file : settings.files()) {
      files.add(new Numbered(files.size(), file));
    }
    ReadFn read = new ReadFn(settings, deletedFrom);
    return begin
        .apply("Live files", Create.of(files))
        .apply("Read keys", ParDo.of(read))
        .setCoder(BlockCoder.addressed());
  }

  private static final class ReadFn extends DoFn<Numbered, KV<Destination, Block>> {
    private final String table;
    private final RowKey key;
    private final int[] fields;
    private final RecordSchema projection;
    private final int buckets;
    private final long deletedFrom;
    private final @Nullable KeySearch search;
    private final RecordSchema keySchema;
    private transient BlockBuffers blocks;
    private transient RowBuilder reference;

    ReadFn(Settings settings, long deletedFrom) {
      this.table = settings.table();
      this.key = settings.key();
      this.buckets = settings.buckets();
      this.search = settings.search();
      this.keySchema =
          new RecordSchema(
              Arrays.stream(key.fields()).mapToObj(key.layout().schema().fields()::get).toList());
      this.deletedFrom = deletedFrom;
      int eventTime = settings.eventTime();
      TreeSet<Integer> wanted = new TreeSet<>();
      for (int field : key.fields()) {
        wanted.add(field);
      }
      if (key.latestBy() >= 0) {
        wanted.add(key.latestBy());
      }
      if (eventTime >= 0) {
        wanted.add(eventTime);
      }
      this.fields = wanted.stream().mapToInt(Integer::intValue).toArray();
      List<Field> projected = new ArrayList<>();
      for (int field : fields) {
        projected.add(key.layout().schema().fields().get(field));
      }
      if (readsDeletes()) {
        projected.add(Field.required(Tombstones.DELETED_AT, FieldType.TIMESTAMP));
      }
      this.projection = new RecordSchema(projected);
    }

    private boolean readsDeletes() {
      return deletedFrom != LIVE_ROWS;
    }

    @StartBundle
    public void start() {
      Block.Kind kind = readsDeletes() ? Block.Kind.TOMBSTONES : Block.Kind.REFERENCES;
      blocks = new BlockBuffers(kind, buckets, BLOCK_BYTES, HELD_BYTES);
      reference = new RowBuilder(1 << 10);
    }

    @ProcessElement
    public void process(@Element Numbered file, OutputReceiver<KV<Destination, Block>> output)
        throws IOException {
      KeyHashes hashes = null;
      BitSet groups = null;
      if (search != null) {
        hashes =
            search.hashFiles().isEmpty() ? null : KeyHashes.load(search.hashFiles(), search.keys());
        groups = groupsWithKeys(file.file(), search, hashes);
        if (groups.isEmpty()) {
          return;
        }
      }
      try (RowParquetReader reader = RowParquetReader.open(table, file.file(), projection, false)) {
        if (groups != null) {
          BitSet wanted = groups;
          reader.readOnly((group, statistics, rows) -> wanted.get(group));
        }
        RowKey probe = keyOf(reader.layout());
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            if (hashes == null || hashes.mayHold(probe.hash(rows.bytes(), rows.row(i)))) {
              send(file, reader.layout(), rows, i, output);
            }
          }
        }
      }
    }

    /**
     * The row groups that can hold one of the keys. Of those that their statistics do not rule out
     * the columns of the key are read, up to the first row that may have one.
     */
    private BitSet groupsWithKeys(DataFile file, KeySearch keys, @Nullable KeyHashes hashes)
        throws IOException {
      BitSet groups = new BitSet();
      try (RowParquetReader reader = RowParquetReader.open(table, file, keySchema, false)) {
        // The footer knows columns by the file's own names.
        if (file.aliases().isEmpty()) {
          reader.readOnly((group, statistics, rows) -> keys.mayBeIn(statistics, rows));
        }
        RowKey probe = keyOf(reader.layout());
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            if (hashes == null || hashes.mayHold(probe.hash(rows.bytes(), rows.row(i)))) {
              groups.set(reader.rowGroup());
              reader.skipRowGroup();
              break;
            }
          }
        }
      }
      return groups;
    }

    /** The key in rows that have only some of the table's fields. */
    private RowKey keyOf(RowLayout read) {
      int[] positions =
          Arrays.stream(key.fields())
              .map(field -> read.schema().indexOf(key.layout().schema().names().get(field)))
              .toArray();
      return RowKey.of(read, positions, -1);
    }

    private void send(
        Numbered file,
        RowLayout read,
        RowBlock rows,
        int index,
        OutputReceiver<KV<Destination, Block>> output) {
      long position =
          readsDeletes()
              ? read.longAt(rows.bytes(), rows.row(index), fields.length)
              : rows.filePosition(index);
      if (position < deletedFrom) {
        return;
      }
      reference.truncate(0);
      int header = RowBatch.beginHeader(reference, file.number(), position);
      int row = reference.beginRow(key.layout());
      copy(read, rows.bytes(), rows.row(index), reference, row);
      RowBatch.endHeader(reference, header);
      int bucket = key.bucket(reference.bytes(), row, buckets);
      blocks.add(
          bucket,
          reference.bytes(),
          header,
          reference.length(),
          (destination, block) -> output.output(KV.of(Destination.bucket(destination), block)));
    }

    private void copy(RowLayout from, byte[] bytes, int source, RowBuilder builder, int row) {
      RowLayout to = key.layout();
      for (int i = 0; i < fields.length; i++) {
        if (!from.isNull(bytes, source, i)) {
          builder.copyField(from, bytes, source, i, to, row, fields[i]);
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (destination, block) ->
              context.output(
                  KV.of(Destination.bucket(destination), block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }
}
