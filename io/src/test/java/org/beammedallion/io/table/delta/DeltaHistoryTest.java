package org.beammedallion.io.table.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.SetBack;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableHistoryContract;
import org.junit.jupiter.api.Test;

class DeltaHistoryTest extends TableHistoryContract {

  @Override
  protected Table open(String uri) {
    return DeltaTable.of(uri, Orders.LAYOUT);
  }

  @Override
  protected String from(Table table) {
    return SparkTables.delta(table.uri());
  }

  private void append(int cycle) throws IOException {
    assertThat(
        table
            .commit(
                CommitRequest.append(
                    Orders.write(table, "a-" + cycle, cycle * 10, cycle * 10 + 10), "app", cycle))
            .outcome(),
        is(Outcome.COMMITTED));
  }

  private String sparkCounts(String version) {
    return SparkTables.rows("SELECT COUNT(*) FROM " + from(table) + version).get(0).get(0);
  }

  @Test
  void sparkReadsKeptVersionsAndGoesBackOnACleanedLog() throws IOException {
    for (int cycle = 0; cycle < 5; cycle++) {
      append(cycle);
    }
    table.history().rollback(2);
    table.maintenance().expire(Instant.now().plusSeconds(60), 3);
    for (int version = 4; version <= 6; version++) {
      assertThat(sparkCounts(" VERSION AS OF " + version), is(version == 6 ? "20" : version + "0"));
    }
    SparkTables.sql("RESTORE TABLE " + from(table) + " TO VERSION AS OF 5");
    assertThat(sparkCounts(""), is("50"));
    assertThat(table.history().versions().get(0).operation(), is("RESTORE"));
    append(5);
    SparkTables.sql("OPTIMIZE " + from(table));
    assertThat(sparkCounts(""), is("60"));
    assertThat(table.history().rollback(6).outcome(), is(Outcome.COMMITTED));
    for (int cycle = 6; cycle < 18; cycle++) {
      append(cycle);
    }
    assertThat(sparkCounts(""), is("140"));
    assertThat(
        table.snapshot().orElseThrow().files().stream().mapToLong(file -> file.rows()).sum(),
        is(140L));
  }

  @Test
  void compactsButDoesNotRollBackWhatIsAppendOnly() throws IOException {
    append(0);
    append(1);
    SparkTables.sql(
        "ALTER TABLE " + from(table) + " SET TBLPROPERTIES ('delta.appendOnly' = 'true')");
    TableException refused = assertThrows(TableException.class, () -> table.history().rollback(1));
    assertThat(refused.getMessage(), containsString("append-only"));
    table
        .maintenance()
        .compact(Orders.write(table, "whole", 0, 20), table.snapshot().orElseThrow().files());
    assertThat(sparkCounts(""), is("20"));
    assertThat(table.history().versions().get(0).operation(), is("OPTIMIZE"));
  }

  private void append(String application, long cycle) throws IOException {
    List<DataFile> rows = Orders.write(table, application + cycle, 0, 10);
    table.commit(CommitRequest.append(rows, application, cycle));
  }

  private void restore(String to) {
    SparkTables.sql("RESTORE TABLE " + from(table) + " TO " + to);
  }

  private String setBack(String application) throws IOException {
    return table
        .history()
        .setBack(3, application, 3)
        .map(found -> found.what().replaceFirst(".*: ", "") + ", before " + found.before())
        .orElse("");
  }

  @Test
  void findsARestoreOfAnotherEngineUntilItIsUndone() throws IOException {
    for (int cycle = 1; cycle <= 3; cycle++) {
      append("own", cycle);
    }
    append("other", 1);
    assertThat(setBack("own"), is(""));
    restore("VERSION AS OF 3");
    assertThat("only rows of the other are gone", setBack("own"), is(""));
    assertThat(
        table.history().setBack(4, "other", 1).orElseThrow(),
        is(new SetBack("was set back by another program: version 5 is a RESTORE to version 3", 4)));
    restore("VERSION AS OF 2");
    SparkTables.sql("OPTIMIZE " + from(table));
    append("other", 2);
    assertThat(setBack("own"), is("version 6 is a RESTORE to version 2, before 5"));
    restore("VERSION AS OF 5");
    assertThat(setBack("own"), is(""));
    append("own", 4);
    long fourth = table.snapshot().orElseThrow().version();
    restore("VERSION AS OF 5");
    assertThat(
        setBack("own"),
        is("version " + (fourth + 1) + " is a RESTORE to version 5, before " + fourth));
    table.history().rollback(fourth);
    assertThat(setBack("own"), is(""));
  }

  @Test
  void aRollbackIsMeant() throws IOException {
    for (int cycle = 1; cycle <= 3; cycle++) {
      append("own", cycle);
    }
    table.history().rollback(2);
    assertThat(setBack("own"), is(""));
    restore("VERSION AS OF 3");
    assertThat(
        "what was undone is back",
        setBack("own"),
        is("version 5 is a RESTORE to version 3, before 4"));
    table.history().rollback(4);
    assertThat(setBack("own"), is(""));
  }

  @Test
  void findsARestoreToATime() throws IOException {
    for (int cycle = 1; cycle <= 3; cycle++) {
      append("own", cycle);
    }
    for (int version = 0; version <= 3; version++) {
      Path entry = Path.of(table.uri(), "_delta_log", String.format("%020d.json", version));
      Files.setLastModifiedTime(
          entry, FileTime.from(Duration.ofHours(version + 1).toSeconds(), TimeUnit.SECONDS));
    }
    restore("TIMESTAMP AS OF '1970-01-01 03:30:00'");
    assertThat(setBack("own"), is("version 4 is a RESTORE to an earlier time, before 3"));
  }
}
