package org.beammedallion.transforms.aggregate.bench;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.RowFeed;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;

/**
 * What it costs to add rows up inside the batches, and to note the windows they touch: CPU-seconds
 * per million rows of thirty days in no order.
 */
public final class PartialAggregationBench {

  private static final int ROWS = 1_000_000;

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("currency", FieldType.STRING),
          Field.required("customer_id", FieldType.STRING),
          Field.optional("amount", FieldType.decimal(12, 2)),
          Field.required("ordered_at", FieldType.TIMESTAMP));

  private PartialAggregationBench() {}

  public static void main(String[] arguments) {
    WindowSpec hourly = WindowSpec.tumbling(Duration.ofHours(1));
    measure(
        "hourly, by currency",
        hourly,
        "SELECT currency, COUNT(*) AS n, SUM(amount) AS s FROM orders GROUP BY currency");
    measure(
        "hourly, by currency, WHERE",
        hourly,
        "SELECT currency, COUNT(*) AS n, SUM(amount) AS s FROM orders WHERE amount > 100 AND currency <> 'GBP'"
            + " GROUP BY currency");
    measure(
        "daily, by 10,000 customers",
        WindowSpec.tumbling(Duration.ofDays(1)),
        "SELECT customer_id, COUNT(*) AS n, MAX(amount) AS hi FROM orders GROUP BY customer_id");
    measure(
        "three hours sliding by one",
        WindowSpec.sliding(Duration.ofHours(3), Duration.ofHours(1)),
        "SELECT currency, COUNT(*) AS n, SUM(amount) AS s FROM orders GROUP BY currency");
    touch(hourly);
  }

  private static void measure(String name, WindowSpec window, String sql) {
    WindowedQuery query = WindowedQuery.of("orders", sql, ORDERS, 3, window);
    List<byte[]> batches = batches(query.inputSchema());
    for (int round = 0; round < 6; round++) {
      long[] partialBytes = new long[1];
      long before = cpuNanos();
      RowFeed feed = query.feed(TouchedWindows.all(window));
      for (byte[] batch : batches) {
        for (int header = 0; header < batch.length; header = RowBatch.next(batch, header)) {
          feed.add(
              batch,
              header + RowBatch.HEADER,
              RowBatch.rowLength(batch, header),
              block -> partialBytes[0] += block.length);
        }
      }
      feed.flush(block -> partialBytes[0] += block.length);
      report(name, before, partialBytes[0] + " bytes of partial results");
    }
  }

  private static void touch(WindowSpec window) {
    long[] times = new Random(7).longs(ROWS, 0, 30L * 86_400_000_000L).toArray();
    for (int round = 0; round < 6; round++) {
      long before = cpuNanos();
      TouchedWindowsBuilder builder = TouchedWindows.builder(window);
      for (long time : times) {
        builder.add(1_770_000_000_000_000L + time);
      }
      report(
          "noting touched windows", before, builder.build().eventTimeRanges().size() + " ranges");
    }
  }

  private static void report(String name, long before, String result) {
    System.out.printf(
        "%-28s %.3f CPU-s per million rows, %s%n", name, (cpuNanos() - before) / 1e9, result);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static List<byte[]> batches(RecordSchema schema) {
    Random random = new Random(42);
    String[] currencies = {"EUR", "USD", "GBP"};
    RowLayout layout = RowLayout.of(schema);
    List<byte[]> batches = new ArrayList<>();
    RowBuilder builder = new RowBuilder(2 << 20);
    for (int i = 0; i < ROWS; i++) {
      int header = RowBatch.beginHeader(builder, 0, i);
      int row = builder.beginRow(layout);
      for (int field = 0; field < schema.fields().size(); field++) {
        switch (schema.fields().get(field).name()) {
          case "currency" -> text(builder, layout, row, field, currencies[random.nextInt(3)]);
          case "customer_id" ->
              text(builder, layout, row, field, "customer-" + random.nextInt(10_000));
          case "amount" -> builder.setLong(layout, row, field, random.nextInt(1_000_000));
          default ->
              builder.setLong(
                  layout,
                  row,
                  field,
                  1_770_000_000_000_000L + (long) (random.nextDouble() * 30 * 86_400_000_000L));
        }
      }
      RowBatch.endHeader(builder, header);
      if (builder.length() > 1 << 21 || i == ROWS - 1) {
        batches.add(java.util.Arrays.copyOf(builder.bytes(), builder.length()));
        builder.truncate(0);
      }
    }
    return batches;
  }

  private static void text(RowBuilder builder, RowLayout layout, int row, int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    builder.setBytes(layout, row, field, utf8, 0, utf8.length);
  }
}
