package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cycles back to back, with compaction between them: files and logs stay few, tables stay the same.
 * The nightly profile takes 2,000 cycles.
 */
class HousekeepingTest {

  private static final int CYCLES = Integer.getInteger("housekeeping.cycles", 40);
  private static final int ROWS = 12;
  private static final int DAYS = 2;
  private static final int COMPACT_AFTER = 8;

  /**
   * Of a partition: those that may be there, those that come until tables are looked at again, and
   * one of each power of two.
   */
  private static final int MOST_FILES = COMPACT_AFTER + 2 * COMPACT_AFTER / 4 + 16;

  /** Versions are looked at every fifty, and those of one such span are there meanwhile. */
  private static final int MOST_OF_A_LOG = 420;

  private static final int MOST_VERSIONS = 110;

  /** The newest fifty cycles have a few files each, older ones are rolled up. */
  private static final int MOST_OF_PROGRESS = 450;

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: ticks
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: ticks
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: version, logicalType: integer, required: true}
            - {name: at, logicalType: timestamp, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: ticks
      contract: ticks.odcs.yaml
      source: {server: local}
      silver: {WRITE, eventTime: at, partitionBy: day(at), format: FORMAT}
      gold:
        - table: daily
          window: {type: tumbling, size: 1d}
          sql: SELECT COUNT(*) AS ticks, MAX(version) AS version FROM ticks
      """;

  @TempDir Path folder;

  private Lake lake;
  private Path pipeline;

  @BeforeEach
  void write() throws IOException {
    lake = new Lake(folder.resolve("lake"));
    pipeline = folder.resolve("ticks.pipeline.yaml");
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("ticks.odcs.yaml"), CONTRACT);
  }

  private void define(String write, String format) throws IOException {
    Files.writeString(pipeline, PIPELINE.replace("WRITE", write).replace("FORMAT", format));
  }

  /** Rows with keys of their own, and with {@code keys} some that come again and again. */
  private void file(int cycle, int keys) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      int number = cycle * ROWS + i;
      int id = keys == 0 ? number : number * 7 % keys;
      lines.append(
          String.format(
              "{\"id\": %d, \"version\": %d, \"at\": \"2026-11-0%dT%02d:00:00Z\"}%n",
              id, number, 1 + id % DAYS, id % 24));
    }
    Path hidden = folder.resolve("data/." + cycle);
    Files.writeString(hidden, lines);
    Files.move(hidden, folder.resolve(String.format("data/%06d.jsonl", cycle)));
  }

  private Map<String, Table> tables() throws IOException {
    return TableJobs.of(PipelineDefinition.load(pipeline, null), layout()).byName();
  }

  private LakeLayout layout() {
    return LakeLayout.of(lake.folder().toString());
  }

  private static long mostFilesOfAPartition(Table table) throws IOException {
    return table.snapshot().orElseThrow().files().stream()
        .collect(Collectors.groupingBy(DataFile::partitionValues, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  private long entries(String below) throws IOException {
    Path root = lake.folder().resolve(below);
    if (!Files.exists(root)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  /** Rows of a query over live files, as DuckDB reads them. */
  private static List<String> duckDb(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int column = 1; column <= columns; column++) {
          row.append(result.getString(column)).append(' ');
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  private static String files(Table table) throws IOException {
    return table.snapshot().orElseThrow().files().stream()
        .map(file -> "'" + file.uri(table.uri()).replaceFirst("^file:", "") + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  private static List<String> silver(Table table) throws IOException, SQLException {
    return duckDb(
        "SELECT id, version, epoch(\"at\") FROM " + files(table) + " ORDER BY id, version");
  }

  @ParameterizedTest
  @CsvSource({"append, delta", "upsert, iceberg"})
  @NightlyRows({"append, iceberg", "upsert, delta"})
  void filesAndLogsStayFewAndTablesStayTheSame(String write, String format) throws Exception {
    boolean upsert = write.equals("upsert");
    int keys = upsert ? 40 * ROWS : 0;
    define(upsert ? "write: upsert, latestBy: version" : "write: append", format);
    // Commits are a week old for it, so that versions expire as they do in a long run.
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
    PipelineDefinition definition = PipelineDefinition.load(pipeline, null);
    Housekeeping housekeeping =
        new Housekeeping(
            definition,
            layout(),
            Runner.DIRECT.options(),
            new Housekeeping.Settings(COMPACT_AFTER, Duration.ofHours(1)),
            later);
    Map<String, Long> compacted = new HashMap<>();
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      file(cycle, keys);
      new CycleDriver(definition, layout(), Runner.DIRECT.options(), later, CycleListener.NONE)
          .run();
      Table silver = tables().get("silver.ticks");
      List<String> before = List.of();
      boolean isLooked = cycle % 20 == 19;
      if (isLooked) {
        before = silver(silver);
      }
      for (Housekeeping.Done done :
          housekeeping.afterCycle(Duration.ofSeconds(1), Duration.ofHours(1), () -> true)) {
        assertThat(done.why(), done.why() == null, is(true));
        compacted.merge(done.table(), done.files(), Long::sum);
      }
      if (isLooked) {
        assertThat(silver(silver), equalTo(before));
        for (Map.Entry<String, Table> table : tables().entrySet()) {
          assertThat(
              table.getKey() + " after cycle " + cycle,
              mostFilesOfAPartition(table.getValue()),
              is(lessThanOrEqualTo((long) MOST_FILES)));
        }
        for (String log : List.of("silver/ticks/_delta_log", "gold/daily/_delta_log")) {
          assertThat(
              log + " after cycle " + cycle,
              entries(log),
              is(lessThanOrEqualTo((long) MOST_OF_A_LOG)));
        }
        // Iceberg's files of forgotten versions stay until maintenance removes them.
        assertThat(silver.history().versions().size(), is(lessThanOrEqualTo(MOST_VERSIONS)));
        assertThat(entries("_medallion/ticks"), is(lessThanOrEqualTo((long) MOST_OF_PROGRESS)));
      }
    }
    if (!upsert) {
      assertThat(compacted.getOrDefault("silver.ticks", 0L), is(greaterThan(CYCLES / 2L)));
    }
    String source =
        "SELECT id, version, epoch(CAST(\"at\" AS TIMESTAMP)) FROM read_json('"
            + folder.resolve("data/*.jsonl")
            + "', format = 'newline_delimited', columns = {id: 'BIGINT', version: 'BIGINT', \"at\": 'VARCHAR'})"
            + (upsert
                ? " QUALIFY row_number() OVER (PARTITION BY id ORDER BY version DESC) = 1"
                : "")
            + " ORDER BY id, version";
    assertThat(silver(tables().get("silver.ticks")), equalTo(duckDb(source)));
  }

  @Test
  void whatGoesWrongIsSaidAndEndsNothing() throws Exception {
    define("write: append", "delta");
    PipelineDefinition definition = PipelineDefinition.load(pipeline, null);
    for (int cycle = 0; cycle < 3; cycle++) {
      file(cycle, 0);
      lake.cycle(pipeline, Runner.DIRECT);
    }
    Table silver = tables().get("silver.ticks");
    DataFile lost = silver.snapshot().orElseThrow().files().get(0);
    Path file = Path.of(lost.uri(silver.uri()).replaceFirst("^file:", ""));
    byte[] content = Files.readAllBytes(file);
    Housekeeping housekeeping =
        new Housekeeping(
            definition,
            layout(),
            Runner.DIRECT.options(),
            new Housekeeping.Settings(1, Duration.ofDays(7)),
            Clock.systemUTC());
    assertThat(
        "no time",
        housekeeping.afterCycle(Duration.ZERO, Duration.ZERO, () -> true),
        equalTo(List.of()));
    Files.delete(file);
    Housekeeping.Done failed =
        housekeeping.afterCycle(Duration.ZERO, Duration.ofHours(1), () -> true).get(0);
    assertThat(failed.table(), is("silver.ticks"));
    assertThat(failed.why(), containsString(file.getFileName().toString()));
    Files.write(file, content);
    Housekeeping.Done done =
        housekeeping.afterCycle(Duration.ZERO, Duration.ofHours(1), () -> true).get(0);
    assertThat(done.why(), done.why() == null, is(true));
    assertThat(silver(silver).size(), is(3 * ROWS));
  }

  /**
   * What cycles leave of their interval is used, or the tenth of their time that they have saved
   * up: one of both is a second here, which is what a first compaction is thought to take. The last
   * cycle of a run is followed by no compaction, so one more file comes when the others are read.
   */
  @Test
  void aRunAtAnIntervalPutsSmallFilesTogether() throws Exception {
    define("write: append", "delta");
    int cycles = 6;
    for (int cycle = 0; cycle < cycles; cycle++) {
      file(cycle, 0);
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    FutureTask<Integer> run =
        new FutureTask<>(
            () ->
                CommandLines.execute(
                    new PrintWriter(out),
                    new PrintWriter(err),
                    "run",
                    pipeline.toString(),
                    "--lake=" + lake.folder(),
                    "--runner=DirectRunner",
                    "--trigger=12s",
                    "--maxFilesPerCycle=1",
                    "--maxCycles=" + (cycles + 1),
                    "--compactAfter=4",
                    "--output=json"));
    new Thread(run, "run").start();
    while (Collections.frequency(statuses(out), "COMPLETED") < cycles) {
      assertThat(out.toString() + err, run.isDone(), is(false));
      Thread.sleep(50);
    }
    // The plan of the last one did not see it, so the next run reads it.
    file(cycles, 0);
    assertThat(out.toString() + err, run.get(), is(0));
    assertThat(out.toString(), Collections.frequency(statuses(out), "COMPLETED"), is(cycles + 1));
    assertThat(
        out.toString(), Collections.frequency(statuses(out), "COMPACTED"), is(greaterThan(0)));
    assertThat(silver(tables().get("silver.ticks")).size(), is((cycles + 1) * ROWS));
  }

  /** Of the lines that are complete. */
  private static List<String> statuses(StringWriter out) throws JsonProcessingException {
    String text = out.toString();
    List<String> statuses = new ArrayList<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      statuses.add(new ObjectMapper().readTree(line).get("status").asText());
    }
    return statuses;
  }

  @Test
  void withoutAnIntervalOrWithAWrongNumberTheOptionIsRefused() throws Exception {
    define("write: append", "delta");
    String at = "--lake=" + lake.folder();
    Commands.Result once = Commands.run("run", pipeline.toString(), at, "--compactAfter=4");
    assertThat(once.all(), once.code(), is(2));
    assertThat(once.err(), containsString("--compactAfter is for a run with an interval"));
    Commands.Result negative =
        Commands.run("run", pipeline.toString(), at, "--trigger=1s", "--compactAfter=-1");
    assertThat(negative.all(), negative.code(), is(2));
    assertThat(negative.err(), containsString("--compactAfter is a number of files"));
  }
}
