package org.beammedallion.io.star;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.star.FactPlan;

/**
 * Reads what a fact table needs of silver, as wide rows in which the dimensions are null yet, and
 * sends those of some panes to the buckets of a dimension's keys; without rows that its query
 * leaves out whatever the dimensions say.
 */
final class ReadFactsFn extends DoFn<DataFile, KV<Destination, Block>> {

  private final FactPlan plan;
  private final RowKey key;
  private final String silver;
  private final TouchedPanes touched;
  private final long paneMicros;
  private final int buckets;
  private transient FactBlocks blocks;

  /**
   * @param key of wide rows that decides about the bucket
   */
  ReadFactsFn(
      FactPlan plan,
      RowKey key,
      String silver,
      TouchedPanes touched,
      long paneMicros,
      int buckets) {
    this.plan = plan;
    this.key = key;
    this.silver = silver;
    this.touched = touched;
    this.paneMicros = paneMicros;
    this.buckets = buckets;
  }

  static ReadFactsFn of(StageFact.Settings settings) {
    return new ReadFactsFn(
        settings.plan(),
        settings.plan().joins().get(0).factKey(),
        settings.silver(),
        settings.touched(),
        settings.paneMicros(),
        settings.buckets());
  }

  @StartBundle
  public void start() {
    blocks = new FactBlocks(key, buckets);
  }

  @ProcessElement
  public void process(@Element DataFile file, OutputReceiver<KV<Destination, Block>> output)
      throws IOException {
    RowBuilder builder = new RowBuilder(1 << 10);
    try (RowParquetReader reader = RowParquetReader.open(silver, file, plan.silver(), false)) {
      for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
        for (int i = 0; i < rows.count(); i++) {
          if (reader.layout().isNull(rows.bytes(), rows.row(i), plan.eventTime())) {
            // Of a time when the contract did not require it: the row happened at no time.
            continue;
          }
          long time = reader.layout().timeAt(rows.bytes(), rows.row(i), plan.eventTime());
          if (touched.contain(time, paneMicros)
              && plan.takes(reader.layout(), rows.bytes(), rows.row(i))) {
            builder.truncate(0);
            int header = RowBatch.beginHeader(builder, 0, 0);
            plan.widen(reader.layout(), rows.bytes(), rows.row(i), builder);
            RowBatch.endHeader(builder, header);
            blocks.add(builder, header, output);
          }
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
