package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.maintain.TableReport;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Changes in any order, late ones and repeated ones among them, leave the source's table where
 * replaced rows are only marked, and gold follows: as Spark SQL reads them.
 */
class MergeOnReadTest {

  private static final int CYCLES = 4;

  @TempDir Path folder;

  private Path pipeline;
  private Lake lake;
  private AccountHistory history;
  private List<Path> files;

  private void prepare(ChangeLog log, int formatVersion) throws IOException {
    Random random = new Random(formatVersion);
    history = AccountHistory.of(formatVersion, 80, 500);
    pipeline = log.pipeline(folder.resolve("input"));
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
                .replaceFirst(
                    "(?m)^silver:",
                    "silver:\n  format: iceberg\n  upsert: merge-on-read\n  formatVersion: "
                        + formatVersion)
                .stripTrailing()
            + """

              - table: account_now
                kind: dimension
                type: 1
                columns: [email, owner]
              - table: account_then
                kind: dimension
                type: 2
                columns: [email]
                validFrom: changed_at
            """);
    files = log.write(history, folder.resolve("files"), 7, random);
    lake = new Lake(folder.resolve("lake"));
  }

  private void arrive(int cycle) throws IOException {
    for (Path file :
        files.subList(files.size() * cycle / CYCLES, files.size() * (cycle + 1) / CYCLES)) {
      Files.move(file, folder.resolve("input/data").resolve(file.getFileName()));
    }
  }

  private Ledger cycle(int cycle, Runner runner) throws Exception {
    arrive(cycle);
    Ledger ledger = lake.cycle(pipeline, runner);
    assertThat(ledger.rejected(), equalTo(Map.of()));
    return ledger;
  }

  private TableReport maintain(double deleteRatio) throws IOException {
    return new Maintenance(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            new Maintenance.Settings(Duration.ofDays(7), 1, SortOrder.NONE, deleteRatio, false),
            Clock.systemUTC())
        .run()
        .tables()
        .get(0);
  }

  private List<List<String>> silver() {
    return AccountHistory.rows(lake);
  }

  private List<List<String>> deleteFiles() {
    return SparkTables.rows(
        "SELECT DISTINCT file_format, file_path FROM "
            + lake.table("silver", "accounts")
            + ".delete_files ORDER BY 2");
  }

  private void assertGoldFollows() {
    String silver = lake.table("silver", "accounts");
    assertThat(
        SparkTables.rows(
            "SELECT window_start, accounts, CAST(balance AS DOUBLE) FROM "
                + lake.table("gold", "balance_daily")
                + " ORDER BY 1"),
        equalTo(
            SparkTables.rows(
                "SELECT date_trunc('DAY', changed_at), COUNT(*), CAST(SUM(balance) AS DOUBLE) FROM "
                    + silver
                    + " GROUP BY 1 ORDER BY 1")));
    List<List<String>> now = lake.read("silver", "accounts").orderBy("id").text("id", "email");
    assertThat(lake.read("gold", "account_now").orderBy("id").text("id", "email"), equalTo(now));
    assertThat(
        lake.read("gold", "account_then")
            .where(row -> row.get("is_current").equals(true))
            .orderBy("id")
            .text("id", "email"),
        equalTo(now));
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECT, 2, DEBEZIUM_JSON",
    "DIRECT, 3, DMS_PARQUET",
    "FLINK, 2, DEBEZIUM_JSON",
    "FLINK, 3, DEBEZIUM_JSON",
    "SPARK, 2, DMS_PARQUET",
    "SPARK, 3, DEBEZIUM_JSON"
  })
  void everyRunnerGivesTheSourcesTable(Runner runner, int formatVersion, ChangeLog log)
      throws Exception {
    prepare(log, formatVersion);
    long rows = 0;
    long marked = 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      Ledger ledger = cycle(cycle, runner);
      rows += ledger.published() - ledger.silver().replaced() - ledger.silver().deleted();
      assertThat("rows after the cycle", ledger.silver().rows(), is(rows));
      UpsertEntry upsert = ledger.silver().upsert();
      if (upsert != null) {
        assertThat(upsert.copiedGroups() + upsert.rewrittenGroups(), is(0L));
        assertThat(
            upsert.markedRows() <= ledger.silver().replaced() + ledger.silver().deleted(),
            is(true));
        marked += upsert.markedRows();
      }
    }
    assertThat(marked, is(greaterThan(0L)));
    assertThat(
        deleteFiles().stream().map(file -> file.get(0)).distinct().toList(),
        equalTo(List.of(formatVersion == 2 ? "PARQUET" : "PUFFIN")));
    assertThat(silver(), equalTo(history.table()));
    assertGoldFollows();
  }

  @ParameterizedTest
  @CsvSource({"2", "3"})
  void maintenanceTakesMarksAwayAndNoRow(int formatVersion) throws Exception {
    prepare(ChangeLog.DEBEZIUM_JSON, formatVersion);
    cycle(0, Runner.DIRECT);
    cycle(1, Runner.DIRECT);
    List<List<String>> before = silver();
    assertThat(deleteFiles(), is(not(empty())));
    TableReport all = maintain(0);
    assertThat(all.before().deletedRows(), is(greaterThan(0L)));
    assertThat(all.after().deletedRows(), is(0L));
    assertThat(deleteFiles(), is(empty()));
    assertThat(silver(), equalTo(before));
    cycle(2, Runner.DIRECT);
    cycle(3, Runner.DIRECT);
    assertThat(silver(), equalTo(history.table()));
    assertGoldFollows();
    rowsOfEveryVersionCanBeReadAndComeBack(before);
  }

  private void rowsOfEveryVersionCanBeReadAndComeBack(List<List<String>> rowsOfThird)
      throws IOException {
    Table table =
        TableJobs.of(
                PipelineDefinition.load(pipeline, null), LakeLayout.of(lake.folder().toString()))
            .named("silver.accounts");
    long rows = 0;
    List<TableVersion> versions = table.history().versions();
    for (int i = versions.size() - 1; i >= 0; i--) {
      TableVersion version = versions.get(i);
      rows += Objects.requireNonNull(version.rowsAdded());
      rows -= Objects.requireNonNull(version.rowsRemoved());
      assertThat(table.history().snapshot(version.version()).rows(), is(rows));
    }
    table.history().rollback(3);
    assertThat(silver(), equalTo(rowsOfThird));
    table.history().rollback(versions.get(0).version());
    assertThat(silver(), equalTo(history.table()));
  }

  /** Behind the commit the table holds marks that the progress log names too. */
  @ParameterizedTest
  @CsvSource({"STAGED, 3", "SILVER_COMMITTED, 2"})
  void theNextDriverCommitsMarksOnce(Step step, int formatVersion) throws Exception {
    prepare(ChangeLog.DMS_PARQUET, formatVersion);
    cycle(0, Runner.DIRECT);
    arrive(1);
    try (Driver driver = Driver.start(pipeline, lake, Runner.DIRECT, step)) {
      driver.awaitStep();
      driver.kill();
    }
    Outcome outcome = lake.run(pipeline, Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    Ledger ledger = Objects.requireNonNull(outcome.ledger());
    assertThat(Objects.requireNonNull(ledger.silver().upsert()).marked(), is(greaterThan(0L)));
    cycle(2, Runner.DIRECT);
    cycle(3, Runner.DIRECT);
    assertThat(silver(), equalTo(history.table()));
    assertGoldFollows();
  }

  @Test
  void maintainsWhileCyclesRun() throws Exception {
    prepare(ChangeLog.DEBEZIUM_JSON, 3);
    cycle(0, Runner.DIRECT);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> cycles =
          pool.submit(
              () -> {
                for (int cycle = 1; cycle < CYCLES; cycle++) {
                  cycle(cycle, Runner.DIRECT);
                }
                return null;
              });
      do {
        maintain(0);
      } while (!cycles.isDone());
      cycles.get();
    } finally {
      pool.shutdownNow();
    }
    assertThat(silver(), equalTo(history.table()));
    assertGoldFollows();
    assertThat(maintain(0.3).after().deletedRows(), is(lessThan(80L)));
  }
}
