package org.beammedallion.io.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.transforms.row.BeamSchemas;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowEncoder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowViews;
import org.jspecify.annotations.Nullable;

/** Rows of any table, in and out. */
final class Rows {

  private Rows() {}

  static Schema schema(Table table) {
    return BeamSchemas.of(table.layout().schema());
  }

  /** A row of the table, given its values in order; objects as lists of theirs. */
  static Row of(Table table, @Nullable Object... values) {
    return Row.withSchema(schema(table)).addValues(values).build();
  }

  /** Writes files that the table does not know yet, one for each partition. */
  static List<DataFile> write(Table table, String name, List<Row> rows) throws IOException {
    RowLayout layout = RowLayout.of(table.layout().schema());
    RowEncoder encoder = RowEncoder.of(table.layout().schema());
    FileRules rules = table.fileRules();
    Partitioner partitioner =
        Partitioner.of(table.layout().partitionBy(), layout, rules.emptyText());
    Map<Integer, RowParquetWriter> writers = new LinkedHashMap<>();
    RowBuilder builder = new RowBuilder(256);
    for (Row row : rows) {
      builder.truncate(0);
      encoder.encode(row, builder);
      int partition = partitioner.numberOf(builder.bytes(), 0);
      RowParquetWriter writer = writers.get(partition);
      if (writer == null) {
        Partitioner.Partition place = partitioner.partition(partition);
        writer =
            RowParquetWriter.create(
                table.uri(),
                rules.path(
                    (place.folder().isEmpty() ? "" : place.folder() + "/") + name + ".parquet"),
                place,
                layout,
                RowParquetWriter.Options.DEFAULT.withProvenance().withFieldIds(rules.fieldIds()));
        writers.put(partition, writer);
      }
      writer.write(builder.bytes(), 0, writer.sourceNumber("file:/in"), 7);
    }
    List<DataFile> files = new ArrayList<>();
    for (RowParquetWriter writer : writers.values()) {
      files.add(writer.finish());
    }
    return files;
  }

  /** The rows of a snapshot, by our own reader; as detached copies. */
  static List<Row> read(Table table, TableSnapshot snapshot) throws IOException {
    RowViews views = RowViews.of(table.layout().schema());
    List<Row> rows = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      try (RowParquetReader reader =
          RowParquetReader.open(table.uri(), file, table.layout().schema(), true)) {
        for (RowBlock block = reader.next(); block != null; block = reader.next()) {
          for (int i = 0; i < block.count(); i++) {
            Row view = views.view(block.bytes(), block.row(i), block.length(i));
            rows.add(
                Row.withSchema(view.getSchema())
                    .addValues(new ArrayList<>(view.getValues()))
                    .build());
          }
        }
      }
    }
    return rows;
  }
}
