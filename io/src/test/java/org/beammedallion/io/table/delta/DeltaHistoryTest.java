package org.beammedallion.io.table.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Instant;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.Orders;
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
}
