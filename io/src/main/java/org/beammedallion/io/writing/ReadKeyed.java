package org.beammedallion.io.writing;

import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.keys.KeySpread;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.BlockBuffers;
import org.beammedallion.transforms.block.BlockCoder;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;

/**
 * Reads the rows of a table's files, with the fields of a key's layout, and sends them to the
 * buckets of their keys: in blocks, each row behind a header as in {@link RowBatch}. Bounded.
 */
public final class ReadKeyed
    extends PTransform<PCollection<DataFile>, PCollection<KV<Destination, Block>>> {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final long HELD_BYTES = 48L << 20;

  /**
   * @param folder of the table
   * @param key whose layout tells the fields that are read
   * @param kind of the blocks
   * @param spread which bucket a key belongs to
   */
  public record Settings(String folder, RowKey key, Block.Kind kind, KeySpread spread)
      implements Serializable {}

  private final Settings settings;

  private ReadKeyed(Settings settings) {
    this.settings = settings;
  }

  public static ReadKeyed of(Settings settings) {
    return new ReadKeyed(settings);
  }

  @Override
  public PCollection<KV<Destination, Block>> expand(PCollection<DataFile> files) {
    return files
        .apply("Read rows", ParDo.of(new ReadFn(settings)))
        .setCoder(BlockCoder.addressed());
  }

  private static final class ReadFn extends DoFn<DataFile, KV<Destination, Block>> {
    private final Settings settings;
    private transient BlockBuffers blocks;

    ReadFn(Settings settings) {
      this.settings = settings;
    }

    @StartBundle
    public void start() {
      blocks =
          new BlockBuffers(settings.kind(), settings.spread().count(), BLOCK_BYTES, HELD_BYTES);
    }

    @ProcessElement
    public void process(@Element DataFile file, OutputReceiver<KV<Destination, Block>> output)
        throws IOException {
      RowKey key = settings.key();
      RowBuilder builder = new RowBuilder(1 << 10);
      try (RowParquetReader reader =
          RowParquetReader.open(settings.folder(), file, key.layout().schema(), false)) {
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            builder.truncate(0);
            int header = RowBatch.beginHeader(builder, 0, 0);
            builder.append(rows.bytes(), rows.row(i), rows.length(i));
            RowBatch.endHeader(builder, header);
            blocks.add(
                settings.spread().bucket(key, rows.bytes(), rows.row(i)),
                builder.bytes(),
                header,
                builder.length(),
                (bucket, block) -> output.output(KV.of(Destination.bucket(bucket), block)));
          }
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      blocks.flush(
          (bucket, block) ->
              context.output(
                  KV.of(Destination.bucket(bucket), block),
                  GlobalWindow.TIMESTAMP_MIN_VALUE,
                  GlobalWindow.INSTANCE));
    }
  }
}
