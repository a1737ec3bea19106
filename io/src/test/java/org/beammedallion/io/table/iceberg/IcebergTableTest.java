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
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.actions.SparkActions;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFormatContract;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.table.iceberg.catalog.FolderSession;
import org.beammedallion.io.table.iceberg.catalog.LatestMetadata;
import org.beammedallion.quality.schema.PartitionField;
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

  static BaseTable load(Table table) {
    return Objects.requireNonNull(new FolderSession(table.uri(), new LatestMetadata()).load());
  }

  @Override
  protected Path fileOfTheLog(Table table, long version) throws IOException {
    return Path.of(load(table).operations().current().metadataFileLocation());
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
