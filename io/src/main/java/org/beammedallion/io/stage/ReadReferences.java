package org.beammedallion.io.stage;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.parquet.RowBlock;
import org.beammedallion.io.parquet.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.BlockBuffers;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Reads from the live files of a table what is needed to find the rows that new ones replace: key,
 * version and event time, nothing else. Each becomes a reference: a row of the table's layout in
 * which every other field is null, whose header holds the number of its file and its position
 * there. Blocks of references go to the buckets of their keys.
 */
public final class ReadReferences extends PTransform<PBegin, PCollection<KV<Integer, byte[]>>> {

  private static final int BLOCK_BYTES = 1 << 20;
  private static final long HELD_BYTES = 48L << 20;

  /**
   * What is read, and where it goes.
   *
   * @param table folder of the table
   * @param eventTime position of the event time's field, or -1
   * @param files live files, whose index here is their number
   */
  public record Settings(String table, RowKey key, int eventTime, List<DataFile> files, int buckets)
      implements Serializable {}

  /** A file and its number. */
  private record Numbered(int number, DataFile file) implements Serializable {}

  private final Settings settings;

  private ReadReferences(Settings settings) {
    this.settings = settings;
  }

  public static ReadReferences of(Settings settings) {
    return new ReadReferences(settings);
  }

  @Override
  public PCollection<KV<Integer, byte[]>> expand(PBegin begin) {
    List<Numbered> files = new ArrayList<>();
    for (DataFile file : settings.files()) {
      files.add(new Numbered(files.size(), file));
    }
    ReadFn read =
        new ReadFn(settings.table(), settings.key(), settings.eventTime(), settings.buckets());
    return begin
        .apply("Live files", Create.of(files))
        .apply("Read keys", ParDo.of(read))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
  }

  private static final class ReadFn extends DoFn<Numbered, KV<Integer, byte[]>> {
    private final String table;
    private final RowKey key;
    private final int[] fields;
    private final RecordSchema projection;
    private final int buckets;
    private transient BlockBuffers blocks;

    ReadFn(String table, RowKey key, int eventTime, int buckets) {
      this.table = table;
      this.key = key;
      this.buckets = buckets;
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
      this.projection = new RecordSchema(projected);
    }

    @StartBundle
    public void start() {
      blocks = new BlockBuffers(BlockBuffers.REFERENCES, buckets, BLOCK_BYTES, HELD_BYTES);
    }

    @ProcessElement
    public void process(@Element Numbered file, OutputReceiver<KV<Integer, byte[]>> output)
        throws IOException {
      RowBuilder builder = new RowBuilder(1 << 10);
      try (RowParquetReader reader = RowParquetReader.open(table, file.file(), projection, false)) {
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            builder.truncate(0);
            int header = RowBatch.beginHeader(builder, file.number(), rows.filePosition(i));
            int row = builder.beginRow(key.layout());
            copy(reader.layout(), rows.bytes(), rows.row(i), builder, row);
            RowBatch.endHeader(builder, header);
            int bucket = key.bucket(builder.bytes(), row, buckets);
            blocks.add(
                bucket,
                builder.bytes(),
                header,
                builder.length(),
                (destination, block) -> output.output(KV.of(destination, block)));
          }
        }
      }
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
                  KV.of(destination, block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }
}
