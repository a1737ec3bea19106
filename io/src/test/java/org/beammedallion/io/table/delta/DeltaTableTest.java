package org.beammedallion.io.table.delta;

import static org.beammedallion.fixtures.spark.SparkTables.delta;
import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableFormatContract;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableSnapshot;
import org.junit.jupiter.api.Test;

/** Spark SQL is the judge: what it reads is what we wrote. */
class DeltaTableTest extends TableFormatContract {

  @Override
  protected Table open(String uri, TableLayout layout) {
    return DeltaTable.of(uri, layout);
  }

  @Override
  protected String from(Table table) {
    return delta(table.uri());
  }

  @Override
  protected String at(Table table, long version) {
    return from(table) + " VERSION AS OF " + version;
  }

  @Override
  protected int filesRead(String sql) {
    return SparkTables.filesRead(sql);
  }

  @Override
  protected void compact(Table table) {
    sql("OPTIMIZE " + from(table));
  }

  @Override
  protected Path fileOfTheLog(Table table, long version) {
    return Path.of(table.uri(), "_delta_log", "%020d.json".formatted(version));
  }

  @Test
  void sparkPrunesByThePartitionsColumn() throws IOException {
    append(0, 720, 1);
    assertThat(
        filesRead("SELECT * FROM " + from() + " WHERE ordered_at_day = '2026-11-03'"), is(1));
    assertThat(
        rows(
            "SELECT COUNT(*) FROM " + from() + " WHERE CAST(ordered_at AS DATE) <> ordered_at_day"),
        is(List.of(List.of("0"))));
  }

  @Test
  void sparkShowsOperationAndMetricsInTheHistory() throws IOException {
    List<DataFile> files = Orders.write(table, "a", 0, 10);
    table.commit(
        CommitRequest.append(files, APP, 1).withMetrics(Map.of("read", "12", "rejected", "2")));
    List<List<String>> history =
        sql("DESCRIBE HISTORY " + from() + " LIMIT 1")
            .selectExpr(
                "version",
                "operation",
                "operationMetrics.read",
                "operationMetrics.rejected",
                "operationMetrics.numOutputRows",
                "operationParameters.mode")
            .collectAsList()
            .stream()
            .map(
                row ->
                    IntStream.range(0, row.length())
                        .mapToObj(i -> String.valueOf(row.get(i)))
                        .toList())
            .toList();
    assertThat(history, is(List.of(List.of("1", "WRITE", "12", "2", "10", "Append"))));
  }

  @Test
  void checkpointsEveryTenVersionsAndReadsOn() throws IOException {
    for (int cycle = 1; cycle <= 12; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    Path log = Path.of(table.uri()).resolve("_delta_log");
    assertThat(Files.exists(log.resolve("00000000000000000010.checkpoint.parquet")), is(true));
    assertThat(Files.exists(log.resolve("_last_checkpoint")), is(true));
    assertThat(table.lastCycle(APP), is(OptionalLong.of(12)));
    // Without the entries before it, the checkpoint alone carries table, files and cycles.
    for (int version = 0; version < 10; version++) {
      Files.delete(log.resolve("%020d.json".formatted(version)));
    }
    assertThat(snapshot().files().stream().mapToLong(DataFile::rows).sum(), is(120L));
    assertThat(
        table.commit(CommitRequest.append(List.of(), APP, 9).evenIfEmpty()).alreadyCommitted(),
        is(true));
    sparkSeesOrders(0, 120);
  }

  /** It has live files, and of those that were replaced the tombstones of the last ten versions. */
  @Test
  void aCheckpointDoesNotGrowWithTheCommits() throws IOException {
    append(0, 10, 1);
    for (int cycle = 2; cycle <= 80; cycle++) {
      TableSnapshot read = snapshot();
      List<DataFile> files = Orders.write(table, "upsert-" + cycle, 0, 10);
      table.commit(
          CommitRequest.replace(
              CommitRequest.Operation.UPSERT, files, read.files(), read.version(), APP, cycle));
    }
    assertThat(rowsOfTheCheckpoint(80), is(rowsOfTheCheckpoint(40)));
    sparkSeesOrders(0, 10);
  }

  private long rowsOfTheCheckpoint(long version) {
    return sql("SELECT * FROM parquet.`%s/_delta_log/%020d.checkpoint.parquet`"
            .formatted(table.uri(), version))
        .count();
  }

  @Test
  void refusesACheckpointThatIsDamaged() throws IOException {
    for (int cycle = 1; cycle <= 11; cycle++) {
      append((cycle - 1) * 10, cycle * 10, cycle);
    }
    Path log = Path.of(table.uri()).resolve("_delta_log");
    Path checkpoint = log.resolve("00000000000000000010.checkpoint.parquet");
    byte[] whole = Files.readAllBytes(checkpoint);
    // One that was never written is passed over, while the log still goes back to the beginning.
    Files.write(checkpoint, new byte[0]);
    assertThat(snapshot().rows(), is(110L));
    for (int length : new int[] {10, whole.length - 1, whole.length / 2}) {
      Files.write(checkpoint, Arrays.copyOf(whole, length));
      Table damaged = open(table.uri(), table.layout());
      assertThat(
          assertThrows(TableException.class, damaged::snapshot).getMessage(),
          containsString("cannot be read"));
      assertThrows(
          TableException.class,
          () -> damaged.commit(CommitRequest.append(List.of(), APP, 12).evenIfEmpty()));
    }
    Files.write(checkpoint, whole);
    // What only points to it may be wrong or gone.
    Files.writeString(log.resolve("_last_checkpoint"), "{");
    append(110, 120, 12);
    Files.delete(log.resolve("_last_checkpoint"));
    append(120, 130, 13);
    sparkSeesOrders(0, 130);
  }

  @Test
  void refusesDeletionVectorsByName() throws IOException {
    append(0, 50, 1);
    sql("ALTER TABLE " + from() + " SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)");
    append(50, 60, 2);
    sql("DELETE FROM " + from() + " WHERE order_id = 'o-000001'");
    String message = assertThrows(TableException.class, table::snapshot).getMessage();
    assertThat(message, containsString("deletion vectors"));
    assertThat(message, containsString("REORG TABLE"));
  }

  @Test
  void refusesFeaturesItDoesNotKnowByName() throws IOException {
    append(0, 3, 1);
    sql("ALTER TABLE " + from() + " ADD CONSTRAINT positive CHECK (amount >= 0)");
    assertThat(
        assertThrows(TableException.class, table::snapshot).getMessage(),
        containsString("checkConstraints"));
    DeltaTable other = DeltaTable.of(folder + "/widening", Orders.LAYOUT);
    other.commit(CommitRequest.append(Orders.write(other, "a", 0, 3), APP, 1));
    sql(
        "ALTER TABLE "
            + delta(other.uri())
            + " SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')");
    assertThat(
        assertThrows(TableException.class, other::snapshot).getMessage(),
        containsString("typeWidening"));
  }

  @Test
  void refusesToReplaceFilesOfAnAppendOnlyTable() throws IOException {
    append(0, 3, 1);
    sql("ALTER TABLE " + from() + " SET TBLPROPERTIES ('delta.appendOnly' = true)");
    append(3, 5, 2);
    TableSnapshot read = snapshot();
    CommitRequest request =
        CommitRequest.replace(Operation.OVERWRITE, List.of(), read.files(), read.version(), APP, 3);
    assertThat(
        assertThrows(TableException.class, () -> table.commit(request)).getMessage(),
        containsString("append-only"));
  }

  @Test
  void checkpointThatCouldNotBeReadWholeIsNotWritten() throws IOException {
    append(0, 3, 1);
    StorageEngine engine = new StorageEngine(Storage.of(table.uri()), new LogEntries());
    SnapshotImpl snapshot = (SnapshotImpl) TableManager.loadSnapshot(table.uri()).build(engine);
    String path = folder + "/checkpoint.parquet";
    for (boolean fails : new boolean[] {true, false}) {
      CloseableIterator<FilteredColumnarBatch> data = snapshot.getCreateCheckpointIterator(engine);
      CloseableIterator<FilteredColumnarBatch> broken =
          data.map(
              batch -> {
                if (fails) {
                  throw new IllegalStateException("the network is gone");
                }
                return batch;
              });
      if (fails) {
        assertThrows(
            IllegalStateException.class,
            () -> engine.getParquetHandler().writeParquetFileAtomically(path, broken));
      } else {
        engine.getParquetHandler().writeParquetFileAtomically(path, broken);
      }
      assertThat(Files.exists(Path.of(path)), is(!fails));
    }
  }
}
