package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;

/** What every table format keeps. Spark SQL is the judge: what it reads is what we wrote. */
public abstract class TableFormatContract extends TableFixture {

  /** What Spark SQL calls the table at one of its versions. */
  protected abstract String at(Table table, long version);

  /** How many files Spark reads for a query, after it has skipped what it can. */
  protected abstract int filesRead(String sql);

  /** Has Spark put small files together. */
  protected abstract void compact(Table table);

  /** Where the log of the table is, of which one file may be damaged. */
  protected abstract Path fileOfTheLog(Table table, long version) throws IOException;

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
  void tellsWhereItsFilesGo() throws IOException {
    append(0, 3, 1);
    DataFile file = snapshot().files().get(0);
    assertThat(file.path(), startsWith(table.fileRules().folder()));
    assertThat(Files.exists(Path.of(table.uri(), file.path())), is(true));
  }
}
