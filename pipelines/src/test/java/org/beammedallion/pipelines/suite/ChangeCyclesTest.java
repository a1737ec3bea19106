package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Changes that arrive in any order, spread over cycles by chance, leave the table that the source
 * has, on every runner and whatever they are written in; gold follows.
 */
class ChangeCyclesTest {

  private static final int CYCLES = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(ChangeLog.class)
  void silverIsTheSourcesTable(ChangeLog log) throws Exception {
    runs(log, Runner.DIRECT, 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Runner.class,
      names = {"FLINK", "SPARK"})
  void everyRunnerGivesTheSourcesTable(Runner runner) throws Exception {
    runs(ChangeLog.DEBEZIUM_JSON, runner, 2);
    runs(ChangeLog.DMS_PARQUET, runner, 3);
  }

  private void runs(ChangeLog log, Runner runner, int seed) throws Exception {
    Path place = folder.resolve(log + "-" + seed);
    Random random = new Random(seed);
    AccountHistory history = AccountHistory.of(seed, 120, 700);
    Path pipeline = log.pipeline(place.resolve("input"));
    List<Path> files = log.write(history, place.resolve("files"), 6, random);
    Lake lake = new Lake(place.resolve("lake"));
    long rows = 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      for (Path file :
          files.subList(files.size() * cycle / CYCLES, files.size() * (cycle + 1) / CYCLES)) {
        Files.move(file, place.resolve("input/data").resolve(file.getFileName()));
      }
      Ledger ledger = lake.cycle(pipeline, runner);
      assertThat(ledger.rejected(), equalTo(Map.of()));
      assertThat(ledger.deletes(), is(greaterThan(0L)));
      rows += ledger.published() - ledger.silver().replaced() - ledger.silver().deleted();
      assertThat("rows after the cycle", ledger.silver().rows(), is(rows));
    }
    assertThat(log + " on " + runner, AccountHistory.rows(lake), equalTo(history.table()));
    assertGoldFollows(lake);
  }

  private static void assertGoldFollows(Lake lake) {
    List<List<String>> gold =
        SparkTables.rows(
            "SELECT window_start, accounts, CAST(balance AS DOUBLE) FROM "
                + lake.table("gold", "balance_daily")
                + " ORDER BY 1");
    assertThat(
        gold,
        equalTo(
            new ArrayList<>(
                SparkTables.rows(
                    "SELECT date_trunc('DAY', changed_at), COUNT(*), CAST(SUM(balance) AS DOUBLE) FROM "
                        + lake.table("silver", "accounts")
                        + " GROUP BY 1 ORDER BY 1"))));
  }
}
