package org.beammedallion.io.table.iceberg;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.read.DeletedRows;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.table.StagedDeletes;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.TableVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks of deleted rows as Spark SQL reads them, beside those that Spark leaves. */
class MergeOnReadTest {

  private static final String APP = "orders/silver";

  /** Orders 0 to 71 are of one day, those from 72 to 99 of the next. */
  private static final int COUNT = 100;

  @TempDir Path folder;

  private Table table;
  private final TreeSet<String> expected = new TreeSet<>();

  @BeforeEach
  void expectOrders() {
    for (int n = 0; n < COUNT; n++) {
      expected.add(order(n));
    }
  }

  private static String order(int n) {
    return "o-%06d".formatted(n);
  }

  private void make(int formatVersion) throws IOException {
    table =
        IcebergTable.of(
            TableDefinition.ofFolder(folder + "/lake 1/orders", Orders.LAYOUT)
                .withFormatVersion(formatVersion));
    table.commit(CommitRequest.append(Orders.write(table, "append", 0, COUNT), APP, 1));
  }

  private TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseThrow();
  }

  private String from() {
    return SparkTables.iceberg(table.uri());
  }

  /** Marks orders that are there, by what a worker knows: the file and the position. */
  private List<StagedDeletes> mark(TableSnapshot read, IntPredicate gone) throws IOException {
    try (RowDeleteWriter writer = table.rowDeleteRules().orElseThrow().writer("cycle-7")) {
      for (DataFile file : read.files()) {
        BitSet rows = DeletedRows.read(file.deletes());
        long before = rows.cardinality();
        forEachRow(
            file,
            (order, position) -> {
              if (gone.test(Integer.parseInt(order.substring(2)))) {
                rows.set((int) position);
              }
            });
        if (rows.cardinality() > before) {
          writer.delete(file, rows);
        }
      }
      return writer.finish();
    }
  }

  private interface RowVisitor {
    void visit(String order, long position);
  }

  private void forEachRow(DataFile file, RowVisitor visitor) throws IOException {
    try (RowParquetReader reader = RowParquetReader.open(table.uri(), file, Orders.SCHEMA, false)) {
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++) {
          visitor.visit(
              Orders.ROWS.stringAt(block.bytes(), block.row(i), 0), block.filePosition(i));
        }
      }
    }
  }

  private static CommitRequest upsert(
      TableSnapshot read, List<DataFile> adds, List<StagedDeletes> marks, long cycle) {
    return CommitRequest.replace(Operation.UPSERT, adds, List.of(), read.version(), APP, cycle)
        .withRowDeletes(marks);
  }

  private void delete(long cycle, IntPredicate gone) throws IOException {
    TableSnapshot read = snapshot();
    CommitRequest request = upsert(read, List.of(), mark(read, gone), cycle);
    assertThat(table.commit(request).outcome(), is(Outcome.COMMITTED));
    assertThat(table.commit(request).outcome(), is(Outcome.ALREADY_COMMITTED));
    expected.removeIf(order -> gone.test(Integer.parseInt(order.substring(2))));
  }

  private void assertRows() throws IOException {
    List<String> ours = new ArrayList<>();
    long live = 0;
    for (DataFile file : snapshot().files()) {
      live += file.liveRows();
      forEachRow(file, (order, position) -> ours.add(order));
    }
    Collections.sort(ours);
    assertThat(ours, is(List.copyOf(expected)));
    assertThat(live, is((long) ours.size()));
    assertThat(
        SparkTables.rows("SELECT order_id FROM " + from() + " ORDER BY 1").stream()
            .map(row -> row.get(0))
            .toList(),
        is(ours));
  }

  /** Format and the data file's name of each delete file, as Spark sees them. */
  private List<List<String>> deleteFiles() {
    return SparkTables.rows(
        "SELECT file_format, record_count, regexp_extract(referenced_data_file, 'day=([0-9-]+)', 1) FROM "
            + from()
            + ".delete_files ORDER BY 3");
  }

  private void spark(String sql) {
    SparkTables.sql(sql.replace("ORDERS", from()));
  }

  private void setModes(String mode) {
    SparkTables.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('write.delete.mode' = '%s', 'write.merge.mode' = '%s')"
            .formatted(from(), mode, mode));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFileHasOneSetOfMarksWhateverOftenRowsGo(int version) throws IOException {
    make(version);
    delete(2, n -> n % 10 == 7);
    delete(3, n -> n % 10 == 8 || n == 99);
    assertRows();
    String format = version == 2 ? "PARQUET" : "PUFFIN";
    assertThat(
        deleteFiles(),
        is(List.of(List.of(format, "14", "2026-11-01"), List.of(format, "7", "2026-11-02"))));
    TableVersion last = table.history().versions().get(0);
    assertThat(last.rowsRemoved(), is(11L));
    assertThat(last.rowsAdded(), is(0L));
    assertThat(last.origin(), is(new TableVersion.Origin(APP, 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsComeAndGoInOneCommit(int version) throws IOException {
    make(version);
    TableSnapshot read = snapshot();
    table.commit(upsert(read, Orders.write(table, "updated", 0, 10), mark(read, n -> n < 10), 2));
    assertRows();
    assertThat(
        SparkTables.rows("SELECT operation FROM " + from() + ".snapshots ORDER BY committed_at")
            .get(1),
        is(List.of("overwrite")));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sparkAndWeTakeTurns(int version) throws IOException {
    make(version);
    delete(2, n -> n % 10 == 7);
    setModes("merge-on-read");
    spark("DELETE FROM ORDERS WHERE order_id LIKE '%1'");
    expected.removeIf(order -> order.endsWith("1"));
    delete(3, n -> n % 10 == 5);
    assertRows();
    spark(
        "MERGE INTO ORDERS t USING (SELECT order_id FROM ORDERS WHERE order_id LIKE '%2') s"
            + " ON t.order_id = s.order_id WHEN MATCHED THEN UPDATE SET status = 'merged'");
    delete(4, n -> n % 20 == 2);
    assertRows();
    setModes("copy-on-write");
    spark("DELETE FROM ORDERS WHERE order_id = 'o-000012'");
    expected.remove(order(12));
    delete(5, n -> n == 32 || n == 33);
    assertRows();
    assertThat(
        SparkTables.rows("SELECT COUNT(*) FROM " + from() + " WHERE status = 'merged'"),
        is(List.of(List.of("3"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void marksThatWereComputedOnAnotherVersionAreRefused(int version) throws IOException {
    make(version);
    TableSnapshot read = snapshot();
    CommitRequest early = upsert(read, List.of(), mark(read, n -> n < 5), 3);
    delete(2, n -> n == 50);
    assertThrows(ConcurrentCommitException.class, () -> table.commit(early));
    assertRows();
    // A table may be raised to version 3 without a new snapshot.
    TableSnapshot now = snapshot();
    CommitRequest second = upsert(now, List.of(), mark(now, n -> n < 5), 4);
    spark("ALTER TABLE ORDERS SET TBLPROPERTIES ('format-version' = '3')");
    if (version == 2) {
      assertThat(
          assertThrows(ConcurrentCommitException.class, () -> table.commit(second)).getMessage(),
          containsString("of format version 3 now"));
    }
    delete(5, n -> n < 10 || n == 60);
    assertRows();
    assertThat(deleteFiles().get(0).get(0), is("PUFFIN"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void marksGoWithTheirFile(int version) throws IOException {
    make(version);
    delete(2, n -> n % 2 == 0);
    TableSnapshot read = snapshot();
    table.commit(
        CommitRequest.replace(
            Operation.UPSERT,
            Orders.write(table, "rewritten", 0, 72, n -> n % 2 == 1),
            List.of(read.files().get(0)),
            read.version(),
            APP,
            3));
    assertRows();
    assertThat(deleteFiles().size(), is(1));
    assertThat(table.history().versions().get(0).rowsRemoved(), is(36L));
    read = snapshot();
    table
        .maintenance()
        .compact(Orders.write(table, "whole", 0, COUNT, n -> n % 2 == 1), read.files());
    assertRows();
    assertThat(deleteFiles(), is(List.of()));
    assertThat(table.history().versions().get(0).rowsRemoved(), is(50L));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFileMayGoWhileAnotherIsMarked(int version) throws IOException {
    make(version);
    delete(2, n -> n % 2 == 0);
    TableSnapshot read = snapshot();
    table.commit(
        CommitRequest.replace(
                Operation.UPSERT, List.of(), read.files().subList(0, 1), read.version(), APP, 3)
            .withRowDeletes(mark(read, n -> n == 99)));
    expected.removeIf(order -> order.compareTo(order(72)) < 0 || order.equals(order(99)));
    assertRows();
    assertThat(deleteFiles().size(), is(1));
    assertThat(table.history().versions().get(0).rowsRemoved(), is(37L));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void marksThatWereNotCommittedAreLeftOver(int version) throws IOException {
    make(version);
    delete(2, n -> n == 1);
    mark(snapshot(), n -> n == 2 || n == 99);
    delete(3, n -> n == 3);
    table.maintenance().expire(Instant.now().plus(Duration.ofDays(1)), 1);
    List<StoredFile> orphans =
        table.maintenance().orphans(Instant.now().plus(Duration.ofDays(1))).stream()
            .filter(file -> !file.uri().contains("/metadata/"))
            .toList();
    // Those of version 2 of the table, which nobody can ask for any more, and those of nobody.
    assertThat(orphans.size(), is(version == 2 ? 3 : 2));
    for (StoredFile orphan : orphans) {
      assertThat(orphan.name(), startsWith("cycle-7-"));
      java.nio.file.Files.delete(Path.of(orphan.uri()));
    }
    assertRows();
  }

  @Test
  void countsARowOnceWhereOursRepeatMarksThatFilesShare() throws IOException {
    make(2);
    table.commit(CommitRequest.append(Orders.write(table, "more", COUNT, 140), APP, 2));
    for (int n = COUNT; n < 140; n++) {
      expected.add(order(n));
    }
    setModes("merge-on-read");
    SparkTables.sql(
        "ALTER TABLE " + from() + " SET TBLPROPERTIES ('write.delete.granularity' = 'partition')");
    spark("DELETE FROM ORDERS WHERE order_id LIKE '%9'");
    expected.removeIf(order -> order.endsWith("9"));
    delete(3, n -> n % 10 == 8);
    assertRows();
    assertThat(table.history().versions().get(0).rowsRemoved(), is(14L));
    table
        .maintenance()
        .compact(
            Orders.write(table, "whole", 0, 140, n -> expected.contains(order(n))),
            snapshot().files());
    assertRows();
    TableVersion compacted = table.history().versions().get(0);
    assertThat(compacted.rowsAdded(), is(112L));
    assertThat(compacted.rowsRemoved(), is(112L));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rollsBackToAndFromVersionsWithMarks(int version) throws IOException {
    make(version);
    // A second file in the partition of the first.
    table.commit(CommitRequest.append(Orders.write(table, "more", COUNT, 140), APP, 2));
    for (int n = COUNT; n < 140; n++) {
      expected.add(order(n));
    }
    List<TreeSet<String>> rows = new ArrayList<>(List.of(new TreeSet<>(expected)));
    delete(3, n -> n % 10 == 7);
    rows.add(new TreeSet<>(expected));
    delete(4, n -> n % 10 == 8 && n < 72);
    rows.add(new TreeSet<>(expected));
    setModes("merge-on-read");
    // In version 2 Spark writes one file of positions for both files of a partition then.
    SparkTables.sql(
        "ALTER TABLE " + from() + " SET TBLPROPERTIES ('write.delete.granularity' = 'partition')");
    spark("DELETE FROM ORDERS WHERE order_id LIKE '%9'");
    String shared = "SELECT 1 FROM " + from() + ".delete_files WHERE referenced_data_file IS NULL";
    assertThat(SparkTables.rows(shared).isEmpty(), is(version == 3));
    expected.removeIf(order -> order.endsWith("9"));
    rows.add(new TreeSet<>(expected));
    table
        .maintenance()
        .compact(
            Orders.write(table, "whole", 0, 140, n -> expected.contains(order(n))),
            snapshot().files());
    rows.add(new TreeSet<>(expected));
    for (int to : List.of(5, 3, 6, 2, 4, 5)) {
      int before = expected.size();
      table.history().rollback(to);
      expected.clear();
      expected.addAll(rows.get(to - 2));
      assertRows();
      TableVersion now = table.history().versions().get(0);
      assertThat(before + now.rowsAdded() - now.rowsRemoved(), is((long) expected.size()));
      assertThat(table.history().rollback(to).outcome(), is(Outcome.EMPTY));
    }
    delete(9, n -> n == 55);
    assertRows();
  }
}
