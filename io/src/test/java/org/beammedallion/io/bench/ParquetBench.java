package org.beammedallion.io.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * CPU seconds of this thread for a million orders: written with zstd-3, read back whole, and three
 * columns of them.
 */
public final class ParquetBench {

  private static final int ROWS = 1_000_000;
  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.required("customer_id", FieldType.STRING),
          Field.optional("customer_email", FieldType.STRING),
          Field.required("amount", FieldType.decimal(12, 2)),
          Field.required("currency", FieldType.STRING),
          Field.optional("status", FieldType.STRING),
          Field.required("ordered_at", FieldType.TIMESTAMP),
          Field.required("updated_at", FieldType.TIMESTAMP));

  private ParquetBench() {}

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 6;
    Path folder = Files.createTempDirectory("parquet-bench");
    RowLayout layout = RowLayout.of(SCHEMA);
    RowBuilder builder = new RowBuilder(200 << 20);
    int[] rows = orders(layout, builder);
    RecordSchema three =
        RecordSchema.of(
            SCHEMA.field("currency"), SCHEMA.field("amount"), SCHEMA.field("ordered_at"));
    for (int round = 0; round < rounds; round++) {
      long start = cpu();
      DataFile file = write(folder, layout, builder.bytes(), rows, false);
      double write = seconds(start);
      start = cpu();
      DataFile traced = write(folder, layout, builder.bytes(), rows, true);
      double provenance = seconds(start);
      start = cpu();
      long sum = read(folder, SCHEMA);
      double whole = seconds(start);
      start = cpu();
      sum += read(folder, three);
      System.out.printf(
          "write %.2f (%d MB)  with provenance %.2f (%d MB)  read whole %.2f  three columns %.2f  (%d)%n",
          write, file.bytes() >> 20, provenance, traced.bytes() >> 20, whole, seconds(start), sum);
    }
    Files.delete(folder.resolve("f.parquet"));
    Files.delete(folder);
  }

  private static int[] orders(RowLayout layout, RowBuilder builder) {
    Random random = new Random(7);
    String[] currencies = {"EUR", "USD", "GBP"};
    String[] statuses = {"placed", "paid", "shipped", "cancelled"};
    int[] rows = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int row = builder.beginRow(layout);
      rows[i] = row;
      int customer = random.nextInt(100_000);
      long at = 1_793_491_200_000_000L + i * 86_400L + random.nextInt(60) * 1_000_000L;
      builder.setString(layout, row, 0, "o-%07d".formatted(i));
      builder.setString(layout, row, 1, "c-" + customer);
      builder.setString(layout, row, 2, "customer" + customer + "@example.com");
      builder.setLong(layout, row, 3, random.nextInt(10_000_000));
      builder.setString(layout, row, 4, currencies[random.nextInt(3)]);
      builder.setString(layout, row, 5, statuses[random.nextInt(4)]);
      builder.setLong(layout, row, 6, at);
      builder.setLong(layout, row, 7, at + random.nextInt(3_600) * 1_000_000L);
    }
    return rows;
  }

  private static DataFile write(
      Path folder, RowLayout layout, byte[] bytes, int[] rows, boolean provenance)
      throws IOException {
    RowParquetWriter.Options options = RowParquetWriter.Options.DEFAULT;
    try (RowParquetWriter writer =
        RowParquetWriter.create(
            folder.toString(),
            "f.parquet",
            new Partition(Map.of(), ""),
            layout,
            provenance ? options.withProvenance() : options)) {
      int source = provenance ? writer.sourceNumber("file:/data/orders-1.jsonl") : -1;
      for (int i = 0; i < rows.length; i++) {
        writer.write(bytes, rows[i], source, i * 213L);
      }
      return writer.finish();
    }
  }

  private static long read(Path folder, RecordSchema schema) throws IOException {
    long sum = 0;
    try (RowParquetReader reader =
        RowParquetReader.open(folder + "/f.parquet", schema, false, Map.of())) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++) {
          sum += block.length(i);
        }
      }
    }
    return sum;
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double seconds(long start) {
    return (cpu() - start) / 1e9;
  }
}
