package org.beammedallion.io.table.iceberg;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopTables;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableHistoryContract;
import org.junit.jupiter.api.Test;

class IcebergHistoryTest extends TableHistoryContract {

  @Override
  protected Table open(String uri) {
    return IcebergTable.of(TableDefinition.ofFolder(uri, Orders.LAYOUT));
  }

  @Override
  protected String from(Table table) {
    return SparkTables.iceberg(table.uri());
  }

  /** Rows of that version have numbers of their own. */
  @Test
  void rollsBackAndCompactsATableOfFormatThree() throws IOException {
    Table third =
        IcebergTable.of(
            TableDefinition.ofFolder(folder + "/lake 3/orders", Orders.LAYOUT)
                .withFormatVersion(3));
    third.commit(CommitRequest.append(Orders.write(third, "a", 0, 10), "app", 1));
    List<DataFile> second = Orders.write(third, "b", 10, 20);
    third.commit(CommitRequest.append(second, "app", 2));
    third.commit(CommitRequest.replace(Operation.UPSERT, List.of(), second, 2, "app", 3));
    third.history().rollback(2);
    String count =
        "SELECT COUNT(*), COUNT(DISTINCT _row_id) FROM " + SparkTables.iceberg(third.uri());
    assertThat(SparkTables.rows(count), is(List.of(List.of("20", "20"))));
    third
        .maintenance()
        .compact(Orders.write(third, "whole", 0, 20), third.snapshot().orElseThrow().files());
    assertThat(SparkTables.rows(count), is(List.of(List.of("20", "20"))));
  }

  private void append(String application, long cycle) throws IOException {
    List<DataFile> rows = Orders.write(table, application + cycle, 0, 10);
    table.commit(CommitRequest.append(rows, application, cycle));
  }

  /** As Iceberg's procedure of the same name does. */
  private void setCurrentSnapshot(long version) {
    var loaded = new HadoopTables(new Configuration()).load(table.uri());
    for (var snapshot : loaded.snapshots()) {
      if (snapshot.sequenceNumber() == version) {
        loaded.manageSnapshots().setCurrentSnapshot(snapshot.snapshotId()).commit();
      }
    }
    assertThat(loaded.currentSnapshot().sequenceNumber(), is(version));
  }

  private String setBack(long since, String application, long cycle) throws IOException {
    return table
        .history()
        .setBack(since, application, cycle)
        .map(found -> found.what().replaceFirst(".*: ", "") + "; before " + found.before())
        .orElse("");
  }

  @Test
  void findsThatAnOlderSnapshotBecameTheCurrentOne() throws IOException {
    append("own", 1);
    append("own", 2);
    append("own", 3);
    assertThat(setBack(2, "own", 2), is(""));
    setCurrentSnapshot(2);
    assertThat(setBack(2, "own", 2), is("cycle 3 was committed to it and is gone; before 3"));
    assertThat(setBack(3, "own", 3), is("version 2 is the latest, without version 3; before 3"));
    append("other", 1);
    assertThat(setBack(3, "own", 3), is("version 4 follows 2, without version 3; before 3"));
    setCurrentSnapshot(3);
    assertThat(setBack(3, "own", 3), is(""));
    assertThat(setBack(2, "own", 2), is(""));
    assertThat(setBack(4, "other", 1), is("version 3 is the latest, without version 4; before 4"));
  }

  @Test
  void aRollbackIsMeantAndWhatExpiredIsNotGone() throws IOException {
    append("own", 1);
    append("own", 2);
    table.history().rollback(1);
    assertThat(setBack(2, "own", 2), is(""));
    append("own", 3);
    assertThat(setBack(2, "own", 2), is(""));
    table.maintenance().expire(Instant.now().plusSeconds(60), 1);
    assertThat(setBack(2, "own", 2), is(""));
  }
}
