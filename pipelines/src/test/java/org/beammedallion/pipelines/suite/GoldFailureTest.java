package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that a gold query cannot compute, and those that it must get right. */
class GoldFailureTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: t
      name: t
      version: 1.0.0
      status: active
      servers: [{server: local, type: local, path: "data/*", format: json}]
      schema:
        - name: t
          logicalType: object
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: s, logicalType: string}
            - {name: i, logicalType: integer}
            - {name: j, logicalType: integer}
            - {name: amt, logicalType: number, physicalType: "decimal(10,2)"}
            - {name: "größe-cm", logicalType: integer}
            - {name: ts, logicalType: timestamp, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: shaky
      contract: t.odcs.yaml
      source: {server: local}
      silver: {write: upsert, latestBy: ts, eventTime: ts}
      gold:
        - table: casts
          window: {type: tumbling, size: 1d}
          sql: SELECT CAST(s AS INTEGER) AS q, COUNT(*) AS n FROM t GROUP BY CAST(s AS INTEGER)
        - table: characters
          window: {type: tumbling, size: 1d}
          sql: SELECT SUBSTRING(s FROM 1 FOR 1) AS c, CHAR_LENGTH(s) AS l, COUNT(*) AS n FROM t GROUP BY SUBSTRING(s FROM 1 FOR 1), CHAR_LENGTH(s)
        - table: quotients
          window: {type: tumbling, size: 1d}
          sql: SELECT SUM(i) / SUM(j) AS q, AVG(i) AS a FROM t
        - table: texts
          window: {type: tumbling, size: 1d}
          sql: SELECT CAST(amt AS VARCHAR) AS v, COUNT(*) AS n FROM t GROUP BY CAST(amt AS VARCHAR)
        - table: sizes
          window: {type: tumbling, size: 1d}
          sql: SELECT MAX(`größe-cm`) AS `größte-cm`, AVG(`größe-cm` * 2) AS `Ø` FROM t
      """;

  private static final String MENDED =
      PIPELINE.replace(
          "CAST(s AS INTEGER)",
          "CASE WHEN s LIKE '_' THEN CAST(s AS INTEGER) ELSE CHAR_LENGTH(s) END");

  @TempDir Path folder;

  private Path pipeline(String text) throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("t.odcs.yaml"), CONTRACT);
    Files.writeString(
        folder.resolve("data/a.jsonl"),
        """
        {"id": 1, "s": "😀x", "i": 1, "j": 0, "amt": 0.01, "größe-cm": 7, "ts": "2024-01-01T00:00:00Z"}
        {"id": 2, "s": "ab", "i": 2, "j": 0, "amt": -0.50, "größe-cm": 8, "ts": "2024-01-01T00:00:00Z"}
        """);
    return Files.writeString(folder.resolve("t.pipeline.yaml"), text);
  }

  @ParameterizedTest
  @EnumSource(
      value = Runner.class,
      names = {"FLINK", "SPARK"})
  void failsOneTableAndCommitsTheOthers(Runner runner) throws Exception {
    Path pipeline = pipeline(PIPELINE);
    Lake lake = new Lake(folder.resolve("lake"));
    RunFailedException failed =
        assertThrows(RunFailedException.class, () -> lake.run(pipeline, runner));
    assertThat(
        failed.getMessage(),
        allOf(
            containsString("aggregating casts: "),
            containsString("2024-01-01T00:00:00.000Z to 2024-01-02T00:00:00.000Z"),
            containsString("is not a whole number"),
            containsString("CASE")));
    assertOthers(lake);
    lake.cycle(pipeline(MENDED), runner);
    assertThat(rows(lake, "casts", "q, n"), contains("2 2"));
    assertThat(rows(lake, "texts", "v, n"), contains("-0.50 1", "0.01 1"));
  }

  private static void assertOthers(Lake lake) {
    assertThat(rows(lake, "characters", "c, l, n"), contains("a 2 1", "😀 2 1"));
    assertThat(rows(lake, "quotients", "q, a"), contains("null 1.5"));
    assertThat(rows(lake, "texts", "v, n"), contains("-0.50 1", "0.01 1"));
    assertThat(rows(lake, "sizes", "größte-cm, Ø"), contains("8 15.0"));
  }

  /** All five are computed in one pipeline, and each is written down and committed alone. */
  @ParameterizedTest
  @CsvSource({
    "COMPUTING_GOLD, 3, DIRECT",
    "GOLD_STAGED, 1, FLINK",
    "GOLD_STAGED, 4, DIRECT",
    "GOLD_COMMITTED, 1, DIRECT",
    "GOLD_COMMITTED, 4, DIRECT"
  })
  void aDriverThatDiesBetweenTwoTablesLeavesTheRestToTheNext(Step step, int table, Runner runner)
      throws Exception {
    Path pipeline = pipeline(MENDED);
    Lake lake = new Lake(folder.resolve("lake"));
    AtomicInteger tables = new AtomicInteger();
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                pipeline,
                runner,
                (plan, reached, detail) -> {
                  if (reached == step && tables.incrementAndGet() == table) {
                    throw new IllegalStateException("dies");
                  }
                }));
    assertThat(lake.run(pipeline, runner).resumed(), is(true));
    assertOthers(lake);
    assertThat(rows(lake, "casts", "q, n"), contains("2 2"));
  }

  /** Names that one of the formats, or an engine that reads them, cannot keep. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "delta   | COUNT(*) AS `Summe der Teile` | 'Summe der Teile' cannot be a column's name",
        "iceberg | COUNT(*) AS `a=b`   | 'a=b' cannot be a column's name",
        "delta   | MIN(i) AS n, MAX(i) AS N | Column 'N' differs from another only in case",
        "delta   | MIN(i) AS WINDOW_START | Column 'WINDOW_START' differs from another only in case",
        "iceberg | COUNT(*) AS _pos | '_pos' is the name of a metadata column of Iceberg",
        "delta   | COUNT(*) AS \"n\" | Write names in `backticks`",
      })
  void refusesNamesOfColumnsBeforeAnythingIsWritten(String format, String columns, String message)
      throws Exception {
    Path pipeline =
        pipeline(
            PIPELINE
                .replace("SUM(i) / SUM(j) AS q, AVG(i) AS a", columns)
                .replace("eventTime: ts}", "eventTime: ts, format: " + format + "}"));
    Lake lake = new Lake(folder.resolve("lake"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> lake.run(pipeline, Runner.DIRECT));
    assertThat(refused.getMessage(), allOf(containsString("quotients"), containsString(message)));
    assertThat(Files.exists(lake.folder()), is(false));
  }

  private static List<String> rows(Lake lake, String table, String columns) {
    return lake.read("gold", table).text(columns.split(", ")).stream()
        .map(row -> String.join(" ", row))
        .sorted()
        .toList();
  }

  @Test
  void refusesWhatItCannotComputeBeforeAnythingIsWritten() throws Exception {
    Path pipeline =
        pipeline(
            PIPELINE.replace(
                "SUM(i) / SUM(j) AS q", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY i) AS q"));
    Lake lake = new Lake(folder.resolve("lake"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> lake.run(pipeline, Runner.DIRECT));
    assertThat(
        refused.getMessage(), allOf(containsString("quotients"), containsString("not available")));
    assertThat(Files.exists(lake.folder()), is(false));
  }
}
