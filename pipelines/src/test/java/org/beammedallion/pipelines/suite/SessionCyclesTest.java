package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gold tables of sessions over cycles, where at any time somebody's session is open. What is right
 * is told by Spark's session windows over all input.
 */
class SessionCyclesTest {

  private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: clicks
      version: 1.0.0
      servers:
        - {server: files, type: local, path: "in/*.jsonl", format: json}
      schema:
        - name: clicks
          properties:
            - {name: person, logicalType: string}
            - {name: device, logicalType: integer, physicalType: int, required: true}
            - {name: at, logicalType: timestamp, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: clicks
      contract: clicks.odcs.yaml
      source: {server: files}
      silver: {write: append, format: FORMAT, eventTime: at}
      gold:
        - table: visits
          window: {type: session, gap: 30m}
          sql: SELECT device, COUNT(*) AS clicks, person FROM clicks GROUP BY person, device
      """;

  @TempDir Path folder;

  private Lake lake;
  private Path pipeline;
  private int files;

  private void prepare(String format) throws IOException {
    lake = new Lake(folder.resolve("lake"));
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("clicks.odcs.yaml"), CONTRACT);
    pipeline =
        Files.writeString(
            folder.resolve("clicks.pipeline.yaml"), PIPELINE.replace("FORMAT", format));
  }

  private static String click(String person, int device, int minute) {
    return "{\"person\": "
        + (person == null ? null : '"' + person + '"')
        + ", \"device\": "
        + device
        + ", \"at\": \""
        + DAY.plusSeconds(60L * minute)
        + "\"}";
  }

  private void cycle(Runner runner, List<String> clicks) throws Exception {
    Files.write(folder.resolve("in/" + files++ + ".jsonl"), clicks);
    lake.cycle(pipeline, runner).requireBalance();
  }

  /**
   * Each person clicks for an hour and a half, and one begins when the one before has half an hour
   * to go.
   */
  private static List<String> chain(int fromHour, int toHour) {
    List<String> clicks = new ArrayList<>();
    for (int hour = fromHour; hour < toHour; hour++) {
      String person = hour % 5 == 4 ? null : "p" + hour % 3;
      for (int minute = 0; minute < 90; minute += 7) {
        clicks.add(click(person, hour % 2, hour * 60 + minute));
      }
    }
    return clicks;
  }

  private List<String> gold() {
    return rows(
        "SELECT window_start, window_end, person, device, clicks FROM "
            + lake.table("gold", "visits"));
  }

  private List<String> bySpark() {
    return rows(
        "SELECT session_window.start, session_window.end, person, device, COUNT(*) FROM"
            + " (SELECT CAST(at AS TIMESTAMP) AS at, person, device FROM json.`"
            + folder.resolve("in")
            + "`) GROUP BY session_window(at, '30 minutes'), person, device");
  }

  private static List<String> rows(String sql) {
    return SparkTables.rows(sql).stream().map(Object::toString).sorted().toList();
  }

  private Set<Path> silver() throws IOException {
    try (var paths = Files.walk(lake.folder().resolve("silver/clicks"))) {
      return new HashSet<>(paths.filter(path -> path.toString().endsWith(".parquet")).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, delta", "FLINK, delta", "SPARK, iceberg"})
  void onlyRowsNearTheNewOnesAreRead(Runner runner, String format) throws Exception {
    prepare(format);
    cycle(runner, chain(0, 5));
    Set<Path> early = silver();
    cycle(runner, chain(5, 10));
    List<Path> hidden = new ArrayList<>();
    for (Path file : early) {
      hidden.add(Files.move(file, folder.resolve(file.getFileName().toString())));
    }
    assertThat(hidden.isEmpty(), is(false));

    cycle(runner, List.of(click("p0", 1, 10 * 60 + 20), click("late", 7, 10 * 60 + 21)));

    assertThat(gold(), equalTo(bySpark()));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void whereGoldWasChangedByHandAllSessionsOfTheTimeAreComputed(Runner runner) throws Exception {
    prepare("delta");
    cycle(
        runner,
        List.of(
            click("a", 1, 0),
            click("a", 1, 25),
            click("a", 1, 50),
            click("b", 1, 45),
            click("b", 1, 55)));
    assertThat(gold(), equalTo(bySpark()));
    SparkTables.sql(
        "UPDATE "
            + lake.table("gold", "visits")
            + " SET window_end = TIMESTAMP '2026-03-01T00:55:00Z', clicks = 2 WHERE person = 'a'");

    cycle(runner, List.of(click("b", 1, 70)));

    assertThat(gold(), equalTo(bySpark()));
  }

  /** What was rolled back to was grouped by other columns. */
  @Test
  void afterARollbackToAnotherGroupingNoClickIsCountedTwice() throws Exception {
    prepare("delta");
    String sql = Files.readString(pipeline);
    Files.writeString(
        pipeline,
        sql.replace("SELECT device,", "SELECT 0 AS device,").replace("person, device", "person"));
    cycle(Runner.DIRECT, chain(0, 5));
    Files.writeString(pipeline, sql);
    lake.recompute(pipeline, Runner.DIRECT, "visits");
    assertThat(gold(), equalTo(bySpark()));
    Commands.Result rolledBack =
        Commands.run(
            "rollback", pipeline.toString(), "gold.visits", "--to=1", "--lake=" + lake.folder());
    assertThat(rolledBack.all(), rolledBack.code(), is(0));

    Outcome outcome = next(click("late", 7, 4 * 60 + 80));

    assertThat(clicksInGold(), is(chain(0, 5).size() + 1L));
    assertThat(outcome.warnings().toString(), containsString("older definition"));
    assertThat(next(click("later", 7, 4 * 60 + 81)).ledger() == null, is(false));
    assertThat(clicksInGold(), is(chain(0, 5).size() + 2L));
    lake.recompute(pipeline, Runner.DIRECT, "visits");
    assertThat(gold(), equalTo(bySpark()));
  }

  private Outcome next(String click) throws Exception {
    Files.write(folder.resolve("in/" + files++ + ".jsonl"), List.of(click));
    return lake.run(pipeline, Runner.DIRECT);
  }

  private long clicksInGold() {
    return Long.parseLong(
        SparkTables.rows("SELECT SUM(clicks) FROM " + lake.table("gold", "visits")).get(0).get(0));
  }

  /** Sessions of both gaps are in gold; those that are touched are of the new one. */
  @Test
  void afterAChangeOfTheGapNoClickIsLost() throws Exception {
    prepare("delta");
    cycle(Runner.DIRECT, chain(0, 5));
    Files.writeString(pipeline, Files.readString(pipeline).replace("gap: 30m", "gap: 3m"));

    cycle(Runner.DIRECT, List.of(click("p0", 0, 4 * 60 + 1)));

    assertThat(clicksInGold(), is(chain(0, 5).size() + 1L));
    Files.writeString(pipeline, Files.readString(pipeline).replace("gap: 3m", "gap: 30m"));
    assertThat(lake.recompute(pipeline, Runner.DIRECT, "visits").ledger().gold(), hasSize(1));
    assertThat(gold(), equalTo(bySpark()));
  }
}
