package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.iceberg;
import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.actions.SparkActions;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.RowBlock;
import org.beammedallion.io.parquet.RowParquetReader;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.PartitionField;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFormatContract;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcebergTableTest extends TableFormatContract {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, layout));
  }

  @Override
  protected String from(Table table) {
    return iceberg(table.uri());
  }

  @Override
  protected String at(Table table, long version) {
    return asOf(from(table), version);
  }

  /** How Spark names a version of a table. */
  static String asOf(String table, long version) {
    String snapshot =
        rows("SELECT DISTINCT snapshot_id FROM "
                + table
                + ".entries WHERE status < 2 AND sequence_number = "
                + version)
            .get(0)
            .get(0);
    return table + " VERSION AS OF " + snapshot;
  }

  @Override
  protected int filesRead(String sql) {
    return (int) SparkTables.icebergFilesRead(sql);
  }

  @Override
  protected void compact(Table table) {
    SparkActions.get(SparkTables.session())
        .rewriteDataFiles(load(table))
        .option("rewrite-all", "true")
        .execute();
  }

  private static BaseTable load(Table table) {
    return Objects.requireNonNull(new FolderSession(table.uri()).load());
  }

  @Override
  protected Path fileOfTheLog(Table table, long version) throws IOException {
    return Path.of(load(table).operations().current().metadataFileLocation());
  }

  @Override
  protected String emptyPartition() {
    return "";
  }

  /** A table that Spark made, whose columns are numbered in another order. */
  private void createInSpark(String properties) {
    String name = from(table);
    SparkTables.sql("CREATE NAMESPACE IF NOT EXISTS " + name.substring(0, name.lastIndexOf(".")));
    SparkTables.sql(
        "CREATE TABLE "
            + name
            + " (_position BIGINT, ordered_at TIMESTAMP NOT NULL, order_id STRING NOT NULL,"
            + " amount DECIMAL(12, 2) NOT NULL, currency STRING NOT NULL, status STRING, _source STRING)"
            + " USING iceberg PARTITIONED BY (days(ordered_at)) TBLPROPERTIES ("
            + properties
            + ")");
  }

  @Test
  void goesOnWithATableThatSparkMade() throws IOException {
    createInSpark("'format-version' = '2'");
    append(0, 100, 1);
    assertThat(
        rows(
            "SELECT COUNT(*), COUNT(DISTINCT order_id), MIN(ordered_at) = timestamp_micros("
                + Orders.orderedAt(0)
                + ") FROM "
                + from()),
        is(List.of(List.of("100", "100", "true"))));
    assertThat(
        rows("SELECT amount FROM " + from() + " WHERE order_id = 'o-000007'"),
        is(List.of(List.of(amount(7)))));
  }

  @Test
  void refusesFilesThatAreNumberedForAnotherTable() throws IOException {
    CommitRequest early = CommitRequest.append(Orders.write(table, "early", 0, 10), APP, 1);
    createInSpark("'format-version' = '2'");
    assertThat(
        assertThrows(ConcurrentCommitException.class, () -> table.commit(early)).getMessage(),
        containsString("are not those of the Iceberg table"));
    append(0, 10, 1);
    assertThat(rows("SELECT COUNT(*) FROM " + from()), is(List.of(List.of("10"))));
  }

  @Test
  void refusesFormatVersionOne() throws IOException {
    createInSpark("'format-version' = '1'");
    String message = assertThrows(TableException.class, table::snapshot).getMessage();
    assertThat(message, containsString("format version 1"));
    assertThat(message, containsString("'format-version' = '2'"));
    SparkTables.sql("ALTER TABLE " + from() + " SET TBLPROPERTIES ('format-version' = '2')");
    append(0, 10, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "9"})
  void refusesAFormatVersionThatIsNotKnown(String version) throws IOException {
    append(0, 3, 1);
    Path metadata = fileOfTheLog(table, 1);
    Files.writeString(
        metadata,
        Files.readString(metadata)
            .replaceFirst("\"format-version\" ?: ?2", "\"format-version\":" + version));
    assertThat(
        assertThrows(TableException.class, table::snapshot).getMessage(),
        containsString("is of format version " + version));
  }

  @Test
  void makesTablesOfVersionThreeWhereAsked() throws IOException {
    Table third =
        IcebergTable.of(
            TableDefinition.ofFolder(folder + "/lake/third", Orders.LAYOUT).withFormatVersion(3));
    third.commit(CommitRequest.append(Orders.write(third, "a", 0, 50), APP, 1));
    TableSnapshot read = third.snapshot().orElseThrow();
    third.commit(
        CommitRequest.replace(
            Operation.UPSERT,
            Orders.write(third, "b", 0, 60),
            read.files(),
            read.version(),
            APP,
            2));
    assertThat(load(third).operations().current().formatVersion(), is(3));
    assertThat(
        rows("SELECT COUNT(*), COUNT(DISTINCT _row_id) FROM " + from(third)),
        is(List.of(List.of("60", "60"))));
  }

  /** Orders 0 to 99, of which Spark took some away in two turns, without writing files anew. */
  private void deleteInSpark(String version) throws IOException {
    append(0, 100, 1);
    SparkTables.sql(
        "ALTER TABLE "
            + from()
            + " SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read', 'format-version' = '"
            + version
            + "')");
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id LIKE '%7'");
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id IN ('o-000001', 'o-000099')");
    assertThat(deleteFiles() > 0, is(true));
  }

  private int deleteFiles() {
    return rows("SELECT file_path FROM " + from() + ".delete_files").size();
  }

  private List<String> readHere() throws IOException {
    List<String> orders = new ArrayList<>();
    for (DataFile file : snapshot().files()) {
      long before = orders.size();
      try (RowParquetReader reader =
          RowParquetReader.open(table.uri(), file, Orders.SCHEMA, true)) {
        for (RowBlock block = reader.next(); block != null; block = reader.next()) {
          for (int i = 0; i < block.count(); i++) {
            String order = Orders.ROWS.stringAt(block.bytes(), block.row(i), 0);
            orders.add(order);
            assertThat("where it came from", order, is("o-%06d".formatted(block.position(i))));
          }
        }
      }
      assertThat((long) orders.size() - before, is(file.liveRows()));
    }
    Collections.sort(orders);
    return orders;
  }

  private List<String> readInSpark() {
    return rows("SELECT order_id FROM " + from() + " ORDER BY order_id").stream()
        .map(row -> row.get(0))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void rowsThatOthersDeletedByPositionAreNotThere(String version) throws IOException {
    deleteInSpark(version);
    assertThat(readHere(), is(readInSpark()));
    assertThat(readHere().size(), is(88));
    TableSnapshot read = snapshot();
    table.commit(
        CommitRequest.replace(
            Operation.UPSERT,
            Orders.write(table, "b", 0, 50),
            List.of(read.files().get(0)),
            read.version(),
            APP,
            2));
    assertThat(readHere(), is(readInSpark()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void aFileIsNotCompactedThatLostRowsMeanwhile(String version) throws IOException {
    deleteInSpark(version);
    TableSnapshot read = snapshot();
    SparkTables.sql("DELETE FROM " + from() + " WHERE order_id = 'o-000000'");
    List<DataFile> whole = Orders.write(table, "compacted", 0, 100);
    assertThrows(
        ConcurrentCommitException.class, () -> table.maintenance().compact(whole, read.files()));
    assertThat(readHere(), is(readInSpark()));
  }

  @Test
  void refusesDamagedDeletionVectors() throws IOException {
    deleteInSpark("3");
    Path vectors = Path.of(snapshot().files().get(0).deletes().get(0).uri());
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[(int) snapshot().files().get(0).deletes().get(0).offset() + 12] ^= 1;
    Files.write(vectors, bytes);
    assertThat(
        assertThrows(StorageException.class, this::readHere).getMessage(),
        containsString("is damaged"));
  }

  @Test
  void refusesEqualityDeletesByName() throws IOException {
    append(0, 50, 1);
    BaseTable loaded = load(table);
    org.apache.iceberg.DataFile file =
        IcebergCommit.liveTasks(loaded, snapshot().files()).get(0).file();
    loaded
        .newRowDelta()
        .addDeletes(
            FileMetadata.deleteFileBuilder(loaded.spec())
                .ofEqualityDeletes(1)
                .withPath(table.uri() + "/data/equality.parquet")
                .withFormat(FileFormat.PARQUET)
                .withPartition(file.partition())
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build())
        .commit();
    String message = assertThrows(TableException.class, table::snapshot).getMessage();
    assertThat(message, containsString("equality deletes"));
    assertThat(message, containsString("rewrite_data_files"));
  }

  @Test
  void readsAColumnThatCameAgainWithoutItsOldValues() throws IOException {
    append(0, 3, 1);
    SparkTables.sql("ALTER TABLE " + from() + " RENAME COLUMN status TO state");
    SparkTables.sql("ALTER TABLE " + from() + " ADD COLUMN status STRING");
    SparkTables.sql("ALTER TABLE " + from() + " DROP COLUMN state");
    append(3, 6, 2);
    assertThat(
        SparkTables.rows("SELECT order_id FROM " + from() + " WHERE status IS NOT NULL").size(),
        is(2));
    int ours = 0;
    for (DataFile file : snapshot().files()) {
      try (RowParquetReader reader =
          RowParquetReader.open(table.uri(), file, Orders.SCHEMA, false)) {
        RowBlock rows = Objects.requireNonNull(reader.next());
        for (int i = 0; i < rows.count(); i++) {
          ours += Orders.ROWS.isNull(rows.bytes(), rows.row(i), 3) ? 0 : 1;
        }
      }
    }
    assertThat(ours, is(2));
  }

  @Test
  void refusesPartitionsThatWereChanged() throws IOException {
    append(0, 3, 1);
    load(table).updateSpec().removeField("ordered_at_day").commit();
    String message = assertThrows(TableException.class, table::snapshot).getMessage();
    assertThat(message, containsString("partitioned by []"));
    load(table).updateSpec().addField("ordered_at_day", Expressions.day("ordered_at")).commit();
    append(3, 6, 2);
    assertThat(snapshot().files().size(), is(2));
  }

  @Test
  void remembersCyclesWhenSnapshotsHaveExpired() throws IOException {
    append(0, 10, 1);
    table.commit(
        CommitRequest.append(Orders.write(table, "other", 10, 20), "other", 1)
            .withMetrics(Map.of("read", "12")));
    assertThat(load(table).currentSnapshot().summary().get("medallion.read"), is("12"));
    load(table).expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(table.lastCycle(APP), is(OptionalLong.of(1)));
    CommitRequest again = CommitRequest.append(Orders.write(table, "again", 0, 10), APP, 1);
    assertThat(table.commit(again).alreadyCommitted(), is(true));
    // And the other way round: the snapshots know, should the property be lost.
    load(table).updateProperties().remove("medallion.last-cycle.other").commit();
    assertThat(table.lastCycle("other"), is(OptionalLong.of(1)));
    sparkSeesOrders(0, 20);
  }

  @Test
  void findsItsVersionWithoutTheHint() throws IOException {
    append(0, 10, 1);
    append(10, 20, 2);
    Path hint = Path.of(table.uri(), "metadata", "version-hint.text");
    Files.writeString(hint, "1");
    assertThat(snapshot().version(), is(2L));
    Files.delete(hint);
    append(20, 30, 3);
    assertThat(Files.readString(hint), is("4"));
    sparkSeesOrders(0, 30);
  }

  private List<Integer> metadataVersions() throws IOException {
    try (var files = Files.list(Path.of(table.uri(), "metadata"))) {
      return files
          .flatMapToInt(
              file -> FolderTableOperations.versionOf(file.getFileName().toString()).stream())
          .sorted()
          .boxed()
          .toList();
    }
  }

  private void keepOnly(int versions, boolean deleteAfterCommit) {
    load(table)
        .updateProperties()
        .set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, Integer.toString(versions))
        .set(
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
            Boolean.toString(deleteAfterCommit))
        .commit();
  }

  @Test
  void removesOldMetadataWithEachCommitWhereTheTableAsksForIt() throws IOException {
    append(0, 10, 1);
    keepOnly(2, true);
    for (int cycle = 2; cycle <= 6; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    assertThat(metadataVersions(), is(List.of(6, 7, 8)));
    assertThat(table.history().snapshot(1).rows(), is(10L));
    sparkSeesOrders(0, 60);
  }

  @Test
  void maintenanceRemovesMetadataThatTheLatestDoesNotRemember() throws IOException {
    append(0, 10, 1);
    keepOnly(2, false);
    for (int cycle = 2; cycle <= 11; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    Instant now = Instant.now();
    assertThat(table.maintenance().orphans(now.minusSeconds(3600)), is(List.of()));
    List<String> names =
        table.maintenance().orphans(now.plusSeconds(60)).stream().map(StoredFile::name).toList();
    List<String> expected = new ArrayList<>();
    for (int version = 1; version <= 10; version++) {
      expected.add("v" + version + ".metadata.json");
    }
    assertThat("the oldest goes first", names, is(expected));
    for (String name : names) {
      Files.delete(Path.of(table.uri(), "metadata", name));
    }
    append(110, 120, 12);
    sparkSeesOrders(0, 120);
  }

  /** It read version 2, and version 3 is there no more. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void whoSleptWhileMetadataWasRemovedLosesNothing(int kept) throws IOException {
    append(0, 10, 1);
    BaseTable sleeper = load(table);
    List<DataFile> files = Orders.write(table, "late", 60, 70);
    keepOnly(kept, true);
    for (int cycle = 2; cycle <= 6; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    assertThat(metadataVersions().get(0), is(8 - kept));
    new IcebergCommit(sleeper, Orders.LAYOUT, CommitRequest.append(files, "late", 1)).run();
    assertThat(metadataVersions().get(0), is(9 - kept));
    sparkSeesOrders(0, 70);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-.*\\.avro", ".*-m0\\.avro"})
  void refusesManifestsThatAreDamaged(String name) throws IOException {
    append(0, 10, 1);
    append(10, 20, 2);
    List<Path> manifests;
    try (var files = Files.list(Path.of(table.uri(), "metadata"))) {
      manifests = files.filter(file -> file.getFileName().toString().matches(name)).toList();
    }
    assertThat(manifests.isEmpty(), is(false));
    for (Path manifest : manifests) {
      Files.write(manifest, Arrays.copyOf(Files.readAllBytes(manifest), 40));
    }
    assertThat(
        assertThrows(TableException.class, table::snapshot).getMessage(),
        containsString("cannot be read"));
  }

  @Test
  void asksSparkForCopiesInsteadOfDeleteFiles() throws IOException {
    append(0, 50, 1);
    SparkTables.sql("UPDATE " + from() + " SET status = 'x' WHERE order_id = 'o-000001'");
    assertThat(
        rows("SELECT DISTINCT content FROM " + from() + ".all_files"), is(List.of(List.of("0"))));
  }

  @Test
  void refusesTwoPartitionsOfOneTime() {
    TableLayout layout =
        new TableLayout(
            Orders.SCHEMA,
            List.of(
                PartitionField.parse("month(ordered_at)"), PartitionField.parse("day(ordered_at)")),
            true);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> open(folder + "/lake/two", layout))
            .getMessage(),
        containsString("the finest is enough"));
  }
}
