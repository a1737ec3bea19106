package org.beammedallion.io.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Commits cycle after cycle to a table that others write too, until it is told to stop or is
 * killed. A cycle either appends rows, or replaces some files of anybody by copies in which every
 * row counts one more, and notes in a row of its own how many rows that were. So the sum of all
 * counts is the sum of all notes, if nothing is lost and nothing is done twice.
 */
public final class TortureWriter {

  static final String STOP = "stop";
  static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("writer", FieldType.INT),
          Field.required("cycle", FieldType.LONG),
          Field.required("item", FieldType.INT),
          Field.required("counted", FieldType.LONG),
          Field.required("noted", FieldType.LONG));
  static final TableLayout LAYOUT = new TableLayout(SCHEMA, List.of(), false);
  private static final int MOST_FILES = 3;
  private static final RowLayout ROWS = RowLayout.of(SCHEMA);

  private final Table table;
  private final int number;
  private final Random random = new Random();
  private int files;

  private TortureWriter(Table table, int number) {
    this.table = table;
    this.number = number;
  }

  static Table open(String format, String folder) {
    return TableFormat.named(format).table(TableDefinition.ofFolder(folder, LAYOUT));
  }

  static String application(int writer) {
    return "writer-" + writer;
  }

  /** Rows that a cycle appends; 0 where it replaces. */
  static int appended(int writer, long cycle) {
    // A Random's first number hardly differs between seeds that are near each other.
    int hash = new SplittableRandom(writer * 1_000_003L + cycle).nextInt(8);
    return hash < 3 ? 0 : hash;
  }

  /** Arguments: format, folder of the table, number of the writer. */
  public static void main(String[] arguments) throws IOException {
    Table table = open(arguments[0], arguments[1]);
    TortureWriter writer = new TortureWriter(table, Integer.parseInt(arguments[2]));
    Path stop = Path.of(arguments[1]).resolveSibling(STOP);
    long cycle = table.lastCycle(application(writer.number)).orElse(0) + 1;
    while (!Files.exists(stop)) {
      if (writer.commit(cycle)) {
        cycle++;
      }
    }
    System.exit(0);
  }

  private boolean commit(long cycle) throws IOException {
    int rows = appended(number, cycle);
    try {
      table.commit(rows > 0 ? append(cycle, rows) : replacement(cycle));
      return true;
    } catch (ConcurrentCommitException e) {
      return false;
    }
  }

  private CommitRequest append(long cycle, int count) throws IOException {
    try (RowParquetWriter writer = newFile()) {
      for (int item = 0; item < count; item++) {
        write(writer, cycle, item, 0);
      }
      return CommitRequest.append(List.of(writer.finish()), application(number), cycle);
    }
  }

  private CommitRequest replacement(long cycle) throws IOException {
    TableSnapshot snapshot =
        table.snapshot().orElseGet(() -> new TableSnapshot(CommitRequest.NO_TABLE, List.of()));
    List<DataFile> replaced = new ArrayList<>();
    for (int i = 0; i < MOST_FILES && !snapshot.files().isEmpty(); i++) {
      DataFile file = snapshot.files().get(random.nextInt(snapshot.files().size()));
      if (!replaced.contains(file)) {
        replaced.add(file);
      }
    }
    try (RowParquetWriter writer = newFile()) {
      long counted = 0;
      for (DataFile file : replaced) {
        counted += copy(file, writer);
      }
      write(writer, cycle, -1, counted);
      return CommitRequest.replace(
          Operation.UPSERT,
          List.of(writer.finish()),
          replaced,
          snapshot.version(),
          application(number),
          cycle);
    }
  }

  private long copy(DataFile file, RowParquetWriter writer) throws IOException {
    long rows = 0;
    try (RowParquetReader reader = RowParquetReader.open(table.uri(), file, SCHEMA, false)) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++, rows++) {
          byte[] bytes = block.bytes();
          int row = block.row(i);
          RowBuilder builder = new RowBuilder(64);
          int copy = builder.beginRow(ROWS);
          builder.setInt(ROWS, copy, 0, ROWS.intAt(bytes, row, 0));
          builder.setLong(ROWS, copy, 1, ROWS.longAt(bytes, row, 1));
          builder.setInt(ROWS, copy, 2, ROWS.intAt(bytes, row, 2));
          builder.setLong(ROWS, copy, 3, ROWS.longAt(bytes, row, 3) + 1);
          builder.setLong(ROWS, copy, 4, ROWS.longAt(bytes, row, 4));
          writer.write(builder.bytes(), copy);
        }
      }
    }
    return rows;
  }

  private RowParquetWriter newFile() throws IOException {
    FileRules rules = table.fileRules();
    String name = "w" + number + "-" + ProcessHandle.current().pid() + "-" + files++ + ".parquet";
    return RowParquetWriter.create(
        table.uri(),
        rules.path(name),
        new Partitioner.Partition(Map.of(), ""),
        ROWS,
        RowParquetWriter.Options.DEFAULT.withFieldIds(rules.fieldIds()));
  }

  private void write(RowParquetWriter writer, long cycle, int item, long noted) throws IOException {
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(ROWS);
    builder.setInt(ROWS, row, 0, number);
    builder.setLong(ROWS, row, 1, cycle);
    builder.setInt(ROWS, row, 2, item);
    builder.setLong(ROWS, row, 3, 0);
    builder.setLong(ROWS, row, 4, noted);
    writer.write(builder.bytes(), row);
  }
}
