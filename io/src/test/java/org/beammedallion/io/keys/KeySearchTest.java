package org.beammedallion.io.keys;

import static org.beammedallion.fixtures.spark.SparkTables.delta;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.beammedallion.io.parquet.RandomRows;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.io.table.Partitioner;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeySearchTest {

  @TempDir Path folder;

  /** A file of a table and the rows that it was written from. */
  @SuppressWarnings("ArrayRecordComponent") // They are never compared.
  private record Written(DataFile file, byte[] bytes, List<Integer> rows) {}

  private static Table table(String format, Path folder, TableLayout layout) {
    return TableFormat.named(format)
        .table(
            new TableDefinition(
                folder.toString(), "silver", "t", layout, CatalogSettings.FOLDERS, 0, ""));
  }

  @Property(tries = 60)
  void noFileThatHoldsAKeyIsPruned(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    RandomRows rows = new RandomRows(seed);
    RecordSchema schema = rows.schema(4, 0);
    int[] key =
        IntStream.range(0, schema.fields().size())
            .filter(i -> !(schema.fields().get(i).type() instanceof FieldType.FloatType))
            .limit(3)
            .toArray();
    Assume.that(key.length > 0);
    Path place = Files.createTempDirectory("keys");
    try {
      // Delta takes no blanks in names.
      boolean blanks = schema.names().stream().anyMatch(name -> name.contains(" "));
      String format = blanks || random.nextBoolean() ? "iceberg" : "delta";
      Table table = table(format, place, new TableLayout(schema, List.of(), false));
      List<Written> written = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        written.add(write(table, "f" + i, 1 + random.nextInt(20), rows));
      }
      table.commit(CommitRequest.append(written.stream().map(Written::file).toList(), "keys", 1));
      requireFound(table, RowKey.of(RowLayout.of(schema), key, -1), written, random);
    } finally {
      delete(place);
    }
  }

  private static void requireFound(Table table, RowKey key, List<Written> written, Random random)
      throws IOException {
    List<DataFile> live = table.snapshot().orElseThrow().files();
    KeyLanes lanes = KeyLanes.of(key, live);
    for (Written each : written) {
      DataFile file =
          live.stream().filter(f -> f.path().equals(each.file().path())).findAny().orElseThrow();
      for (int row : each.rows()) {
        KeyTally tally = new KeyTally(lanes);
        tally.add(each.bytes(), row);
        Written other = written.get(random.nextInt(written.size()));
        tally.add(other.bytes(), other.rows().get(0));
        KeySearch search = new KeySearch(lanes, tally.ranges(), List.of(), 2);
        assertThat(file + " holds a key of " + search, search.mayBeIn(file), is(true));
        assertThat(readsRow(table, file, key, search, each.bytes(), row), is(true));
      }
    }
  }

  /** Whether the row's key is in a row group that is read. */
  private static boolean readsRow(
      Table table, DataFile file, RowKey key, KeySearch search, byte[] bytes, int row)
      throws IOException {
    try (RowParquetReader reader =
        RowParquetReader.open(table.uri(), file, key.layout().schema(), false)) {
      reader.readOnly((group, statistics, rows) -> search.mayBeIn(statistics, rows));
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++) {
          if (key.sameKey(bytes, row, block.bytes(), block.row(i))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static Written write(Table table, String name, int count, RandomRows rows)
      throws IOException {
    RowLayout layout = RowLayout.of(table.layout().schema());
    List<Consumer<RowBuilder>> makers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      makers.add(builder -> rows.row(builder, layout));
    }
    return write(table, name, makers);
  }

  private static Written write(Table table, String name, List<Consumer<RowBuilder>> makers)
      throws IOException {
    FileRules rules = table.fileRules();
    RowLayout layout = RowLayout.of(table.layout().schema());
    Partitioner partitioner =
        Partitioner.of(table.layout().partitionBy(), layout, rules.emptyText());
    RowBuilder builder = new RowBuilder(64);
    List<Integer> starts = new ArrayList<>();
    for (Consumer<RowBuilder> maker : makers) {
      starts.add(builder.length());
      maker.accept(builder);
    }
    Partitioner.Partition partition =
        partitioner.partition(partitioner.numberOf(builder.bytes(), starts.get(0)));
    RowParquetWriter writer =
        RowParquetWriter.create(
            table.uri(),
            rules.path(name + ".parquet"),
            partition,
            layout,
            RowParquetWriter.Options.DEFAULT.withRowGroupBytes(1).withFieldIds(rules.fieldIds()));
    for (int start : starts) {
      writer.write(builder.bytes(), start);
    }
    return new Written(writer.finish(), builder.bytes(), starts);
  }

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("id", FieldType.STRING),
          Field.required("day", FieldType.DATE),
          Field.optional("note", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(ORDERS);

  private static Consumer<RowBuilder> order(String id, int day) {
    return builder -> {
      int row = builder.beginRow(LAYOUT);
      builder.setString(LAYOUT, row, 0, id);
      builder.setInt(LAYOUT, row, 1, day);
    };
  }

  private static KeySearch search(RowKey key, List<DataFile> files, Consumer<RowBuilder> row) {
    RowBuilder builder = new RowBuilder(64);
    row.accept(builder);
    KeyLanes lanes = KeyLanes.of(key, files);
    KeyTally tally = new KeyTally(lanes);
    tally.add(builder.bytes(), 0);
    return new KeySearch(lanes, tally.ranges(), List.of(), 1);
  }

  private static List<String> candidates(Table table, RowKey key, Consumer<RowBuilder> row)
      throws IOException {
    List<DataFile> files = table.snapshot().orElseThrow().files();
    KeySearch search = search(key, files, row);
    return files.stream().filter(search::mayBeIn).map(DataFile::path).sorted().toList();
  }

  @Test
  void textsAreToldApartBehindTheBeginningThatTheyShare() throws IOException {
    Table table = table("delta", folder, new TableLayout(ORDERS, List.of(), false));
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String id = "a-long-common-beginning-0" + i;
      files.add(write(table, "f" + i, List.of(order(id + "10", i), order(id + "90", i))).file());
    }
    table.commit(CommitRequest.append(files, "keys", 1));
    RowKey id = RowKey.of(LAYOUT, new int[] {0}, -1);
    assertThat(
        candidates(table, id, order("a-long-common-beginning-0150", 0)), contains("f1.parquet"));
    assertThat(candidates(table, id, order("a-long-common-beginning-0195", 0)).size(), is(0));
    assertThat(candidates(table, id, order("a", 0)).size(), is(0));
    assertThat(candidates(table, id, order("z", 0)).size(), is(0));
  }

  @Test
  void everyFieldOfAKeyPrunes() throws IOException {
    TableLayout layout = new TableLayout(ORDERS, List.of(PartitionField.parse("day")), false);
    for (String format : List.of("delta", "iceberg")) {
      Table table = table(format, folder.resolve(format), layout);
      List<DataFile> files = new ArrayList<>();
      for (int day = 0; day < 4; day++) {
        files.add(write(table, "f" + day, List.of(order("a", day), order("z", day))).file());
      }
      table.commit(CommitRequest.append(files, "keys", 1));
      RowKey key = RowKey.of(LAYOUT, new int[] {0, 1}, -1);
      List<DataFile> live = table.snapshot().orElseThrow().files();
      KeySearch search = search(key, live, order("m", 2));
      assertThat(live.stream().filter(search::mayBeIn).count(), is(1L));
      List<DataFile> bare =
          live.stream().map(DataFile::withoutStatistics).filter(search::mayBeIn).toList();
      assertThat("by the partition's value alone", bare.size(), is(1));
      assertThat(live.stream().filter(search(key, live, order("zz", 2))::mayBeIn).count(), is(0L));
    }
  }

  @Test
  void textsThatSparkCutAreFound() throws IOException {
    sql(
        "CREATE TABLE "
            + delta(folder.toString())
            + " (id STRING NOT NULL, day DATE NOT NULL, note STRING) USING delta");
    String largest = new String(Character.toChars(Character.MAX_CODE_POINT));
    List<String> ids =
        List.of(
            "ä".repeat(40),
            largest.repeat(40),
            "x".repeat(31) + largest + "behind",
            "x".repeat(32) + "\uFFFD",
            "東京".repeat(20));
    for (String id : ids) {
      sql("INSERT INTO " + delta(folder.toString()) + " VALUES ('" + id + "', '2026-11-01', '')");
    }
    Table table = table("delta", folder, new TableLayout(ORDERS, List.of(), false));
    List<DataFile> files = table.snapshot().orElseThrow().files();
    RowKey key = RowKey.of(LAYOUT, new int[] {0}, -1);
    for (String id : ids) {
      KeySearch search = search(key, files, order(id, 20_000));
      long found = 0;
      for (DataFile file : files) {
        if (search.mayBeIn(file) && holds(table, file, key, id)) {
          found++;
        }
      }
      assertThat(id, found, is(1L));
    }
  }

  private static boolean holds(Table table, DataFile file, RowKey key, String id)
      throws IOException {
    try (RowParquetReader reader =
        RowParquetReader.open(table.uri(), file, key.layout().schema(), false)) {
      RowBlock block = reader.next();
      return block != null && LAYOUT.stringAt(block.bytes(), block.row(0), 0).equals(id);
    }
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> paths = Files.walk(place)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
