package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.beammedallion.io.parquet.RandomRows;
import org.beammedallion.io.parquet.RowParquetWriter;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every table format keeps. Spark SQL is the judge: what it reads is what we wrote. */
public abstract class TableFormatContract {

  protected static final String APP = "orders/silver";

  @TempDir protected Path folder;
  protected Table table;

  /** A table of the format, in a folder of its own for each test. */
  protected abstract Table open(String uri, TableLayout layout);

  /** What Spark SQL calls the table. */
  protected abstract String from(Table table);

  /** What Spark SQL calls the table at one of its versions. */
  protected abstract String at(Table table, long version);

  /** How many files Spark reads for a query, after it has skipped what it can. */
  protected abstract int filesRead(String sql);

  /** Has Spark put small files together. */
  protected abstract void compact(Table table);

  /** Where the log of the table is, of which one file may be damaged. */
  protected abstract Path fileOfTheLog(Table table, long version) throws IOException;

  /** What an empty text in the column of a partition comes back as. */
  protected abstract String emptyPartition();

  @BeforeEach
  void openTable() {
    table = open(folder + "/lake 1/orders", Orders.LAYOUT);
  }

  protected String from() {
    return from(table);
  }

  protected TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseThrow();
  }

  private Table again() {
    return open(table.uri(), Orders.LAYOUT);
  }

  protected void append(int from, int to, long cycle) throws IOException {
    CommitResult result =
        table.commit(
            CommitRequest.append(Orders.write(table, "append-" + cycle, from, to), APP, cycle));
    assertThat(result.outcome(), is(Outcome.COMMITTED));
  }

  protected void sparkSeesOrders(int from, int to) {
    List<List<String>> rows = rows("SELECT * FROM " + from() + " ORDER BY order_id");
    assertThat(rows, hasSize(to - from));
    for (int n = from; n < to; n++) {
      String status = n % 5 == 0 ? "null" : n % 2 == 0 ? "paid" : "odd – größer als üblich, 東京";
      List<String> row = rows.get(n - from);
      assertThat(
          row.subList(0, 4), is(List.of("o-%06d".formatted(n), amount(n), currency(n), status)));
      assertThat(row.subList(5, 7), is(List.of("file:/in/" + n % 2, Integer.toString(n))));
    }
  }

  protected static String amount(int n) {
    return BigDecimal.valueOf(n * 101L, 2).toString();
  }

  private static String currency(int n) {
    return List.of("EUR", "USD", "GBP").get(n % 3);
  }

  @Test
  void sparkReadsWhatWasAppended() throws IOException {
    append(0, 200, 1);
    append(200, 300, 2);
    sparkSeesOrders(0, 300);
    assertThat(
        rows(
            "SELECT CAST(unix_micros(ordered_at) AS STRING) FROM "
                + from()
                + " WHERE order_id = 'o-000100'"),
        is(List.of(List.of(Long.toString(Orders.orderedAt(100))))));
  }

  @Test
  void sparkSkipsFilesByPartitionAndStatistics() throws IOException {
    append(0, 720, 1);
    assertThat(snapshot().files(), hasSize(10));
    String third = " WHERE ordered_at >= '2026-11-03' AND ordered_at < '2026-11-04'";
    assertThat(filesRead("SELECT * FROM " + from() + third), is(1));
    assertThat(rows("SELECT COUNT(*) FROM " + from() + third), is(List.of(List.of("72"))));
    assertThat(
        filesRead("SELECT * FROM " + from() + " WHERE ordered_at >= '2026-11-09 12:00:00'"), is(2));
    assertThat(filesRead("SELECT * FROM " + from() + " WHERE order_id = 'o-000075'"), is(1));
    assertThat(filesRead("SELECT * FROM " + from() + " WHERE amount > 999999"), is(0));
    assertThat(filesRead("SELECT * FROM " + from() + " WHERE currency = 'AAA'"), is(0));
    // The least and the greatest value of each file are found by it.
    for (int n : new int[] {0, 71, 72, 143, 719}) {
      assertThat(
          rows(
              "SELECT order_id FROM "
                  + from()
                  + " WHERE ordered_at = timestamp_micros("
                  + Orders.orderedAt(n)
                  + ")"),
          is(List.of(List.of("o-%06d".formatted(n)))));
      assertThat(
          rows("SELECT COUNT(*) FROM " + from() + " WHERE amount = " + amount(n)),
          is(List.of(List.of("1"))));
    }
  }

  @Test
  void snapshotTellsFilesWithTheirStatistics() throws IOException {
    append(0, 144, 1);
    TableSnapshot snapshot = snapshot();
    assertThat(snapshot.version(), is(1L));
    DataFile second =
        snapshot.files().stream()
            .filter(f -> f.isIn(Map.of("ordered_at_day", "2026-11-02")))
            .findFirst()
            .orElseThrow();
    assertThat(second.rows(), is(72L));
    assertThat(Files.size(Path.of(second.uri(table.uri()))), is(second.bytes()));
    assertThat(second.mayHold("order_id", "o-000072", "o-000072"), is(true));
    assertThat(second.mayHold("order_id", "o-000144", null), is(false));
    assertThat(second.mayHold("ordered_at", Orders.orderedAt(143), null), is(true));
    assertThat(second.mayHold("ordered_at", Orders.orderedAt(143) + 2_000, null), is(false));
    assertThat(second.mayHold("ordered_at", null, Orders.orderedAt(72) - 1_000), is(false));
    assertThat(
        second.mayHold("amount", new BigDecimal("72.72"), new BigDecimal("72.72")), is(true));
    assertThat(second.mayHold("amount", new BigDecimal("999.00"), null), is(false));
    assertThat(second.mayHold("unknown", "x", "x"), is(true));
  }

  @Test
  void repeatedCycleIsRecognised() throws IOException {
    append(0, 10, 7);
    CommitRequest again = CommitRequest.append(Orders.write(table, "again", 0, 10), APP, 7);
    assertThat(table.commit(again), is(new CommitResult(Outcome.ALREADY_COMMITTED, 1)));
    assertThat(table.lastCycle(APP), is(OptionalLong.of(7)));
    assertThat(table.lastCycle("other"), is(OptionalLong.empty()));
    sparkSeesOrders(0, 10);
  }

  @Test
  void emptyCommitMakesNoVersionUnlessAsked() throws IOException {
    assertThat(table.commit(CommitRequest.append(List.of(), APP, 1)).outcome(), is(Outcome.EMPTY));
    assertThat(table.snapshot().isEmpty(), is(true));
    append(0, 5, 2);
    assertThat(
        table.commit(CommitRequest.append(List.of(), APP, 3)),
        is(new CommitResult(Outcome.EMPTY, 1)));
    CommitResult asked = table.commit(CommitRequest.append(List.of(), APP, 4).evenIfEmpty());
    assertThat(asked, is(new CommitResult(Outcome.COMMITTED, 2)));
    assertThat(table.lastCycle(APP), is(OptionalLong.of(4)));
    sparkSeesOrders(0, 5);
  }

  /** Runs the calls at one moment, each in a thread of its own. */
  private static <T> List<T> race(List<Callable<T>> calls) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(calls.size());
    CyclicBarrier start = new CyclicBarrier(calls.size());
    try {
      List<Callable<T>> together = new ArrayList<>();
      for (Callable<T> call : calls) {
        together.add(
            () -> {
              start.await();
              return call.call();
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(together)) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyThreadsOfOneCycleCommitOnce() throws Exception {
    for (int cycle = 1; cycle <= 4; cycle++) {
      List<Callable<Outcome>> calls = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        CommitRequest request =
            CommitRequest.append(
                Orders.write(table, "race-" + cycle + "-" + thread, (cycle - 1) * 50, cycle * 50),
                APP,
                cycle);
        calls.add(() -> again().commit(request).outcome());
      }
      List<Outcome> outcomes = new ArrayList<>(race(calls));
      outcomes.sort(null);
      List<Outcome> expected = new ArrayList<>(List.of(Outcome.COMMITTED));
      for (int thread = 1; thread < 6; thread++) {
        expected.add(Outcome.ALREADY_COMMITTED);
      }
      assertThat(outcomes, is(expected));
    }
    sparkSeesOrders(0, 200);
  }

  @Test
  void appendsOfSeveralApplicationsAllLand() throws Exception {
    List<Callable<Long>> calls = new ArrayList<>();
    for (int thread = 0; thread < 6; thread++) {
      CommitRequest request =
          CommitRequest.append(
              Orders.write(table, "app-" + thread, thread * 20, thread * 20 + 20),
              "app-" + thread,
              1);
      calls.add(() -> again().commit(request).version());
    }
    assertThat(new HashSet<>(race(calls)), is(Set.of(1L, 2L, 3L, 4L, 5L, 6L)));
    sparkSeesOrders(0, 120);
  }

  @Test
  void overwriteReplacesAPartitionAtOnce() throws IOException {
    append(0, 144, 1);
    TableSnapshot read = snapshot();
    List<DataFile> old =
        read.files().stream().filter(f -> f.isIn(Map.of("ordered_at_day", "2026-11-02"))).toList();
    assertThat(old, hasSize(1));
    List<DataFile> fresh = Orders.write(table, "fresh", 72, 144, n -> n % 2 == 0);
    CommitRequest request =
        CommitRequest.replace(Operation.OVERWRITE, fresh, old, read.version(), APP, 2);
    assertThat(table.commit(request), is(new CommitResult(Outcome.COMMITTED, 2)));
    String days = "SELECT CAST(ordered_at AS DATE), COUNT(*) FROM %s GROUP BY 1 ORDER BY 1";
    assertThat(
        rows(days.formatted(from())),
        is(List.of(List.of("2026-11-01", "72"), List.of("2026-11-02", "36"))));
    assertThat(rows("SELECT COUNT(*) FROM " + at(table, 1)), is(List.of(List.of("144"))));
    assertThat(table.commit(request).alreadyCommitted(), is(true));
  }

  @Test
  void overwriteCanEmptyATable() throws IOException {
    append(0, 10, 1);
    TableSnapshot read = snapshot();
    table.commit(
        CommitRequest.replace(
            Operation.OVERWRITE, List.of(), read.files(), read.version(), APP, 2));
    assertThat(snapshot().files(), hasSize(0));
    assertThat(rows("SELECT COUNT(*) FROM " + from()), is(List.of(List.of("0"))));
  }

  @Test
  void changeComputedOnAnOldVersionIsRefused() throws IOException {
    append(0, 10, 1);
    TableSnapshot read = snapshot();
    append(10, 20, 2);
    List<DataFile> fresh = Orders.write(table, "fresh", 0, 10);
    CommitRequest stale =
        CommitRequest.replace(Operation.UPSERT, fresh, read.files(), read.version(), "upserts", 1);
    String message =
        assertThrows(ConcurrentCommitException.class, () -> table.commit(stale)).getMessage();
    assertThat(message, containsString("computed on version 1"));
    // An upsert that found nothing to replace may still have missed the rows that came meanwhile.
    CommitRequest insertOnly =
        CommitRequest.replace(
            Operation.UPSERT, fresh, List.of(), CommitRequest.NO_TABLE, "upserts", 1);
    assertThrows(ConcurrentCommitException.class, () -> table.commit(insertOnly));
    assertThat(table.lastCycle("upserts"), is(OptionalLong.empty()));
    sparkSeesOrders(0, 20);
  }

  @Test
  void ofRacingChangesOnOneVersionOneLands() throws Exception {
    append(0, 10, 1);
    TableSnapshot read = snapshot();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int thread = 0; thread < 5; thread++) {
      CommitRequest request =
          CommitRequest.replace(
              Operation.UPSERT,
              Orders.write(table, "up-" + thread, 0, 10),
              read.files(),
              read.version(),
              "app-" + thread,
              1);
      calls.add(
          () -> {
            try {
              return again().commit(request).outcome() == Outcome.COMMITTED;
            } catch (ConcurrentCommitException e) {
              return false;
            }
          });
    }
    assertThat(race(calls).stream().filter(landed -> landed).count(), is(1L));
    sparkSeesOrders(0, 10);
  }

  @Test
  void filesThatAreGoneCannotBeReplaced() throws IOException {
    append(0, 10, 1);
    DataFile ghost = new DataFile("ghost.parquet", Map.of(), 1, 1, List.of());
    CommitRequest request =
        CommitRequest.replace(
            Operation.OVERWRITE, List.of(), List.of(ghost), snapshot().version(), APP, 2);
    assertThat(
        assertThrows(ConcurrentCommitException.class, () -> table.commit(request)).getMessage(),
        containsString("ghost.parquet"));
  }

  @Test
  void upsertOnNoTableMakesIt() throws IOException {
    List<DataFile> files = Orders.write(table, "first", 0, 10);
    CommitResult result =
        table.commit(
            CommitRequest.replace(
                Operation.UPSERT, files, List.of(), CommitRequest.NO_TABLE, APP, 1));
    assertThat(result.outcome(), is(Outcome.COMMITTED));
    sparkSeesOrders(0, 10);
  }

  @Test
  void goesOnAfterSparkDeletedMergedAndCompacted() throws IOException {
    append(0, 100, 1);
    append(100, 150, 2);
    sql("DELETE FROM " + from() + " WHERE order_id >= 'o-000140'");
    sql(
        "MERGE INTO "
            + from()
            + " t USING (SELECT 'o-000003' AS order_id) s ON t.order_id = s.order_id "
            + "WHEN MATCHED THEN UPDATE SET status = 'merged'");
    compact(table);
    TableSnapshot read = snapshot();
    assertThat(read.files().stream().mapToLong(DataFile::rows).sum(), is(140L));
    append(150, 160, 3);
    assertThat(rows("SELECT COUNT(*) FROM " + from()), is(List.of(List.of("150"))));
    assertThat(
        rows("SELECT status FROM " + from() + " WHERE order_id = 'o-000003'"),
        is(List.of(List.of("merged"))));
    TableSnapshot latest = snapshot();
    List<DataFile> first =
        latest.files().stream()
            .filter(f -> f.isIn(Map.of("ordered_at_day", "2026-11-01")))
            .toList();
    table.commit(
        CommitRequest.replace(
            Operation.OVERWRITE,
            Orders.write(table, "again", 0, 72),
            first,
            latest.version(),
            APP,
            4));
    assertThat(rows("SELECT COUNT(*) FROM " + from()), is(List.of(List.of("150"))));
    assertThat(
        rows("SELECT COUNT(*) FROM " + from() + " WHERE status = 'merged'"),
        is(List.of(List.of("0"))));
  }

  @Test
  void sparkCannotBreakWhatTheContractRequires() throws IOException {
    append(0, 3, 1);
    Exception error =
        assertThrows(
            Exception.class,
            () -> sql("UPDATE " + from() + " SET currency = NULL WHERE order_id = 'o-000001'"));
    assertThat(error.toString(), containsString("currency"));
    sparkSeesOrders(0, 3);
  }

  @Test
  void refusesATableOfAnotherShapeFieldByField() throws IOException {
    append(0, 3, 1);
    RecordSchema changed =
        RecordSchema.of(
            Field.required("order_id", FieldType.STRING),
            Field.required("amount", FieldType.decimal(14, 2)),
            Field.optional("currency", FieldType.STRING),
            Field.optional("note", FieldType.STRING),
            Field.required("ordered_at", FieldType.TIMESTAMP));
    Table other = open(table.uri(), new TableLayout(changed, Orders.LAYOUT.partitionBy(), true));
    CommitRequest request = CommitRequest.append(List.of(), APP, 2).evenIfEmpty();
    String message = assertThrows(TableException.class, () -> other.commit(request)).getMessage();
    assertThat(
        message,
        containsString(
            "'amount' is decimal(14, 2) by the contract and decimal(12, 2) in the table"));
    assertThat(
        message, containsString("'currency' may be null by the contract and may not in the table"));
    assertThat(message, containsString("'note' (string) is not in the table"));
    assertThat(message, containsString("'status' is only in the table"));
    Table repartitioned =
        open(
            table.uri(),
            new TableLayout(Orders.SCHEMA, List.of(PartitionField.parse("currency")), true));
    assertThrows(TableException.class, repartitioned::snapshot);
    Table unpartitioned = open(table.uri(), new TableLayout(Orders.SCHEMA, List.of(), true));
    assertThrows(TableException.class, unpartitioned::snapshot);
  }

  @Test
  void refusesAFolderThatIsSomethingElse() throws IOException {
    Files.createDirectories(Path.of(table.uri()));
    Files.writeString(Path.of(table.uri(), "thesis.docx"), "x");
    List<DataFile> files = Orders.write(table, "a", 0, 3);
    assertThat(
        assertThrows(TableException.class, () -> table.commit(CommitRequest.append(files, APP, 1)))
            .getMessage(),
        containsString("belong to no"));
    Path file = Files.writeString(folder.resolve("plain"), "x");
    Table onFile = open(file.toString(), Orders.LAYOUT);
    assertThat(
        assertThrows(TableException.class, () -> onFile.commit(CommitRequest.append(files, APP, 1)))
            .getMessage(),
        containsString("a file of that name"));
  }

  @Test
  void refusesTheFolderOfATableOfAnotherFormat() throws IOException {
    append(0, 3, 1);
    String mine = from().startsWith("delta") ? "delta" : "iceberg";
    String other = mine.equals("delta") ? "iceberg" : "delta";
    Table stranger =
        TableFormat.named(other).table(TableDefinition.ofFolder(table.uri(), Orders.LAYOUT));
    CommitRequest request = CommitRequest.append(Orders.write(stranger, "stranger", 0, 3), APP, 1);
    assertThat(
        assertThrows(TableException.class, () -> stranger.commit(request)).getMessage(),
        containsString("'format: " + mine + "'"));
    sparkSeesOrders(0, 3);
  }

  @Test
  void refusesALogThatIsDamaged() throws IOException {
    append(0, 3, 1);
    Files.writeString(fileOfTheLog(table, 1), "{\"add\":{\"path\":");
    assertThat(
        assertThrows(TableException.class, table::snapshot).getMessage(),
        containsString("cannot be read"));
  }

  @Test
  void keepsEveryTypeAndFindsEveryValue() throws IOException {
    int schemas = 0;
    for (long seed = 1; schemas < 3; seed++) {
      RandomRows random = new RandomRows(seed);
      RecordSchema schema = random.schema(9, 2);
      if (schema.toString().matches(".*f\\d gr.*")) {
        // Delta has no such names.
        continue;
      }
      schemas++;
      Table all = open(folder + "/types-" + seed, new TableLayout(schema, List.of(), true));
      DataFile file = writeRandom(all, random, 200);
      all.commit(CommitRequest.append(List.of(file), APP, 1));
      String file1 = "parquet.`" + file.uri(all.uri()) + "`";
      String order = " ORDER BY _position";
      assertThat(
          "seed " + seed,
          rows("SELECT * FROM " + from(all) + order),
          is(rows("SELECT * FROM " + file1 + order)));
      DataFile live = all.snapshot().orElseThrow().files().get(0);
      findsExtremes(all, live, file1, leaves(schema, file1));
    }
  }

  private static DataFile writeRandom(Table table, RandomRows random, int count)
      throws IOException {
    RowLayout layout = RowLayout.of(table.layout().schema());
    FileRules rules = table.fileRules();
    try (RowParquetWriter writer =
        RowParquetWriter.create(
            table.uri(),
            rules.path("random.parquet"),
            new Partitioner.Partition(Map.of(), ""),
            layout,
            RowParquetWriter.Options.DEFAULT.withProvenance().withFieldIds(rules.fieldIds()))) {
      RowBuilder builder = new RowBuilder(64);
      for (int i = 0; i < count; i++) {
        builder.truncate(0);
        int row = random.row(builder, layout);
        writer.write(builder.bytes(), row, writer.sourceNumber("file:/in"), i);
      }
      return writer.finish();
    }
  }

  /** Columns that have statistics, with their types in Spark. */
  private static Map<List<String>, DataType> leaves(RecordSchema schema, String from) {
    Map<List<String>, DataType> leaves = new HashMap<>();
    collect(sql("SELECT * FROM " + from).schema(), List.of(), leaves);
    assertThat(schema.fields().toString(), leaves, is(not(anEmptyMap())));
    return leaves;
  }

  private static void collect(
      StructType struct, List<String> parent, Map<List<String>, DataType> leaves) {
    for (StructField field : struct.fields()) {
      List<String> path = Stream.concat(parent.stream(), Stream.of(field.name())).toList();
      if (field.dataType() instanceof StructType inner) {
        collect(inner, path, leaves);
      } else if (!(field.dataType() instanceof ArrayType)) {
        leaves.put(path, field.dataType());
      }
    }
  }

  /** The least and the greatest values are found in the table, whatever its statistics skip. */
  private void findsExtremes(
      Table all, DataFile live, String file, Map<List<String>, DataType> columns) {
    List<List<String>> paths = List.copyOf(columns.keySet());
    List<String> asked = new ArrayList<>();
    for (List<String> path : paths) {
      asked.add("MIN(%1$s), MAX(%1$s), COUNT(*) - COUNT(%1$s)".formatted(quoted(path)));
    }
    List<String> seen = rows("SELECT " + String.join(", ", asked) + " FROM " + file).get(0);
    for (int i = 0; i < paths.size(); i++) {
      List<String> path = paths.get(i);
      ColumnStatistics statistics =
          live.statistics().stream()
              .filter(each -> each.path().equals(path))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no statistics of " + path));
      assertThat(quoted(path), Long.toString(statistics.nullCount()), is(seen.get(3 * i + 2)));
      for (String extreme : seen.subList(3 * i, 3 * i + 2)) {
        if (!extreme.equals("null")) {
          String condition = " WHERE " + quoted(path) + " = " + literal(extreme, columns.get(path));
          assertThat(
              condition,
              rows("SELECT COUNT(*) FROM " + from(all) + condition),
              is(not(List.of(List.of("0")))));
        }
      }
    }
  }

  private static String quoted(List<String> path) {
    return "`" + String.join("`.`", path) + "`";
  }

  private static String literal(String value, DataType type) {
    StringBuilder text = new StringBuilder();
    value.chars().forEach(c -> text.append("\\u").append(String.format("%04x", c)));
    return "CAST('" + text + "' AS " + type.sql() + ")";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "year(at)",
        "month(at)",
        "day(at)",
        "hour(at)",
        "year(date)",
        "month(date)",
        "day(date)",
        "country",
        "number",
        "small",
        "flag",
        "date",
        "country, day(at), number"
      })
  void partitionsByEveryTransform(String partitionBy) throws IOException {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("id", FieldType.INT),
            Field.optional("at", FieldType.TIMESTAMP),
            Field.optional("date", FieldType.DATE),
            Field.optional("country", FieldType.STRING),
            Field.optional("number", FieldType.LONG),
            Field.optional("small", FieldType.INT),
            Field.optional("flag", FieldType.BOOLEAN));
    List<PartitionField> partitions =
        Stream.of(partitionBy.split(", ")).map(PartitionField::parse).toList();
    Table parts = open(folder + "/lake/parts", new TableLayout(schema, partitions, false));
    List<DataFile> files = writeParts(parts);
    parts.commit(CommitRequest.append(files, APP, 1));
    String all = "SELECT id, at, date, country, number, small, flag FROM " + from(parts);
    List<List<String>> written = rows(all + " ORDER BY id");
    assertThat(written, hasSize(12));
    for (List<String> row : written) {
      int id = Integer.parseInt(row.get(0));
      assertThat(row, is(expectedPart(id, partitions)));
    }
    // What the table says of a file's partition is what the writer said.
    TableSnapshot read = parts.snapshot().orElseThrow();
    Set<Map<String, @Nullable String>> told = new HashSet<>();
    read.files().forEach(file -> told.add(file.partitionValues()));
    Set<Map<String, @Nullable String>> said = new HashSet<>();
    files.forEach(file -> said.add(file.partitionValues()));
    assertThat(told, is(said));
    // Spark finds the rows by what they are partitioned by, whatever it skips.
    for (PartitionField partition : partitions) {
      String column = partition.source();
      int index = schema.indexOf(column);
      for (String value : new TreeSet<>(written.stream().map(row -> row.get(index)).toList())) {
        String condition =
            value.equals("null")
                ? column + " IS NULL"
                : column.equals("flag") ? column + " = " + value : column + " = '" + value + "'";
        assertThat(
            condition,
            rows("SELECT id FROM " + from(parts) + " WHERE " + condition + " ORDER BY id"),
            is(
                written.stream()
                    .filter(row -> row.get(index).equals(value))
                    .map(row -> List.of(row.get(0)))
                    .toList()));
      }
    }
    // One partition is overwritten, and it alone.
    DataFile one = read.files().get(0);
    parts.commit(
        CommitRequest.replace(
            Operation.OVERWRITE,
            List.of(),
            read.files().stream().filter(f -> f.isIn(one.partitionValues())).toList(),
            read.version(),
            APP,
            2));
    assertThat(
        rows("SELECT COUNT(*) FROM " + from(parts)),
        is(List.of(List.of(Long.toString(12 - one.rows())))));
  }

  private static final String[] COUNTRIES = {"DE", "", "a/b=c%20:é", "nil", "x".repeat(80)};
  private static final long[] TIMES = {
    Orders.START, Orders.START - 1, -1, 0, 253_402_300_799_999_999L, -62_135_596_800_000_000L
  };

  private List<DataFile> writeParts(Table parts) throws IOException {
    RowLayout layout = RowLayout.of(parts.layout().schema());
    FileRules rules = parts.fileRules();
    Partitioner partitioner =
        Partitioner.of(parts.layout().partitionBy(), layout, rules.emptyText());
    Map<Integer, RowParquetWriter> writers = new HashMap<>();
    RowBuilder builder = new RowBuilder(64);
    for (int id = 0; id < 12; id++) {
      builder.truncate(0);
      int row = builder.beginRow(layout);
      builder.setInt(layout, row, 0, id);
      if (id % 6 != 5) {
        builder.setLong(layout, row, 1, TIMES[id % TIMES.length]);
        builder.setInt(
            layout, row, 2, (int) Math.floorDiv(TIMES[(id + 1) % TIMES.length], 86_400_000_000L));
        builder.setString(layout, row, 3, COUNTRIES[id % COUNTRIES.length]);
        builder.setLong(layout, row, 4, id % 2 == 0 ? Long.MIN_VALUE + id : 7);
        builder.setInt(layout, row, 5, id % 3 - 1);
        builder.setBoolean(layout, row, 6, id % 2 == 0);
      }
      int partition = partitioner.numberOf(builder.bytes(), row);
      RowParquetWriter writer = writers.get(partition);
      if (writer == null) {
        Partitioner.Partition place = partitioner.partition(partition);
        writer =
            RowParquetWriter.create(
                parts.uri(),
                rules.path(place.folder() + "/part-" + partition + ".parquet"),
                place,
                layout,
                RowParquetWriter.Options.DEFAULT.withFieldIds(rules.fieldIds()));
        writers.put(partition, writer);
      }
      writer.write(builder.bytes(), row);
    }
    List<DataFile> files = new ArrayList<>();
    for (RowParquetWriter writer : writers.values()) {
      files.add(writer.finish());
    }
    return files;
  }

  private List<String> expectedPart(int id, List<PartitionField> partitions) {
    if (id % 6 == 5) {
      return List.of(Integer.toString(id), "null", "null", "null", "null", "null", "null");
    }
    String country = COUNTRIES[id % COUNTRIES.length];
    boolean byCountry = partitions.stream().anyMatch(each -> each.column().equals("country"));
    long next = TIMES[(id + 1) % TIMES.length];
    return List.of(
        Integer.toString(id),
        java.time.Instant.EPOCH
            .plus(TIMES[id % TIMES.length], java.time.temporal.ChronoUnit.MICROS)
            .toString(),
        java.time.LocalDate.ofEpochDay(Math.floorDiv(next, 86_400_000_000L)).toString(),
        byCountry && country.isEmpty() ? emptyPartition() : country,
        Long.toString(id % 2 == 0 ? Long.MIN_VALUE + id : 7),
        Integer.toString(id % 3 - 1),
        Boolean.toString(id % 2 == 0));
  }

  @Test
  void tellsWhereItsFilesGo() throws IOException {
    append(0, 3, 1);
    DataFile file = snapshot().files().get(0);
    assertThat(file.path(), startsWith(table.fileRules().folder()));
    assertThat(Files.exists(Path.of(table.uri(), file.path())), is(true));
  }
}
