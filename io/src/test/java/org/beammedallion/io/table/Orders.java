package org.beammedallion.io.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/** Orders, each told by its number alone: every test knows what row {@code n} must hold. */
public final class Orders {

  public static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("order_id", FieldType.STRING),
          Field.required("amount", FieldType.decimal(12, 2)),
          Field.required("currency", FieldType.STRING),
          Field.optional("status", FieldType.STRING),
          Field.required("ordered_at", FieldType.TIMESTAMP));

  public static final TableLayout LAYOUT =
      new TableLayout(SCHEMA, List.of(PartitionField.parse("day(ordered_at)")), true);
  public static final RowLayout ROWS = RowLayout.of(SCHEMA);

  /** 2026-11-01T00:00:00Z. */
  public static final long START = 1_793_491_200_000_000L;

  private static final String[] CURRENCIES = {"EUR", "USD", "GBP"};

  private Orders() {}

  /** An order every 20 minutes, 72 a day. */
  public static long orderedAt(int n) {
    return START + n * 1_200_000_000L + n;
  }

  public static int add(RowBuilder builder, int n) {
    int row = builder.beginRow(ROWS);
    builder.setString(ROWS, row, 0, "o-%06d".formatted(n));
    builder.setLong(ROWS, row, 1, n * 101L);
    builder.setString(ROWS, row, 2, CURRENCIES[n % 3]);
    if (n % 5 != 0) {
      builder.setString(ROWS, row, 3, n % 2 == 0 ? "paid" : "odd – größer als üblich, 東京");
    }
    builder.setLong(ROWS, row, 4, orderedAt(n));
    return row;
  }

  /** Writes the orders from {@code from} up to {@code to} that are wanted, a file for each day. */
  public static List<DataFile> write(
      Table table, String name, int from, int to, IntPredicate wanted) throws IOException {
    FileRules rules = table.fileRules();
    Partitioner partitioner = Partitioner.of(table.layout().partitionBy(), ROWS, rules.emptyText());
    Map<Integer, RowParquetWriter> writers = new LinkedHashMap<>();
    RowBuilder builder = new RowBuilder(256);
    for (int n = from; n < to; n++) {
      if (!wanted.test(n)) {
        continue;
      }
      builder.truncate(0);
      int row = add(builder, n);
      int partition = partitioner.numberOf(builder.bytes(), row);
      RowParquetWriter writer = writers.get(partition);
      if (writer == null) {
        String folder = partitioner.partition(partition).folder();
        writer =
            RowParquetWriter.create(
                table.uri(),
                rules.path((folder.isEmpty() ? "" : folder + "/") + name + ".parquet"),
                partitioner.partition(partition),
                ROWS,
                RowParquetWriter.Options.DEFAULT.withProvenance().withFieldIds(rules.fieldIds()));
        writers.put(partition, writer);
      }
      writer.write(builder.bytes(), row, writer.sourceNumber("file:/in/" + n % 2), n);
    }
    List<DataFile> files = new ArrayList<>();
    for (RowParquetWriter writer : writers.values()) {
      files.add(writer.finish());
    }
    return files;
  }

  public static List<DataFile> write(Table table, String name, int from, int to)
      throws IOException {
    return write(table, name, from, to, n -> true);
  }
}
