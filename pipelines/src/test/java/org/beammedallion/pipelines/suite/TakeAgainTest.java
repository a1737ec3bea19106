package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are read again: the rows that came from them give way, wherever they have gone. */
class TakeAgainTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      servers:
        - {server: files, type: local, path: in/*.csv, format: csv}
      schema:
        - name: sales
          properties:
            - {name: id, logicalType: string, KEY: true}
            - {name: day, logicalType: date, required: true}
            - {name: amount, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: filesOPTIONS}
      silver: {write: WRITE, eventTime: day, format: FORMAT, partitionBy: day}
      gold:
        - table: daily
          window: {type: tumbling, size: 1d}
          sql: SELECT COUNT(*) AS n, SUM(amount) AS amount FROM sales
      """;

  private static final String A =
      "id,day,amount\na1,2026-01-01,1\na2,2026-01-02,2\na3,2026-01-02,x\n";
  private static final String B = "id,day,amount\nb1,2026-01-01,10\nb2,2026-01-03,20\n";

  /** One row was wrong, one stands on another day, one is new, and the first is gone. */
  private static final String A_CORRECTED =
      "id,day,amount\na2,2026-01-04,3\na3,2026-01-02,4\na4,2026-01-02,5\n";

  private static final List<String> ROWS =
      List.of(
          "{\"id\":\"a2\",\"day\":\"2026-01-04\",\"amount\":3}",
          "{\"id\":\"a3\",\"day\":\"2026-01-02\",\"amount\":4}",
          "{\"id\":\"a4\",\"day\":\"2026-01-02\",\"amount\":5}",
          "{\"id\":\"b1\",\"day\":\"2026-01-01\",\"amount\":10}",
          "{\"id\":\"b2\",\"day\":\"2026-01-03\",\"amount\":20}");

  private static final List<String> GOLD =
      List.of(
          "{\"n\":1,\"amount\":10}",
          "{\"n\":1,\"amount\":20}",
          "{\"n\":1,\"amount\":3}",
          "{\"n\":2,\"amount\":9}");

  @TempDir private Path folder;

  private Path pipeline(String write, String format, String options) throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(in.resolve("a.csv"), A);
    Files.writeString(in.resolve("b.csv"), B);
    boolean upsert = write.startsWith("upsert");
    Files.writeString(
        folder.resolve("sales.odcs.yaml"),
        CONTRACT.replace("KEY", upsert ? "primaryKey" : "required"));
    return Files.writeString(
        folder.resolve("sales.pipeline.yaml"),
        PIPELINE.replace("OPTIONS", options).replace("WRITE", write).replace("FORMAT", format));
  }

  private void correct() throws IOException {
    Files.writeString(folder.resolve("in/a.csv"), A_CORRECTED);
  }

  private static Ledger retake(Lake lake, Path pipeline, Runner runner, CycleListener listener)
      throws Exception {
    var outcome = lake.driver(pipeline, runner, listener).takingAgain(List.of("a.csv")).run();
    Ledger ledger = outcome.ledger();
    if (ledger == null) {
      throw new AssertionError("Nothing was taken again.");
    }
    return ledger;
  }

  private static void assertCorrected(Lake lake) throws IOException {
    assertThat(lake.rows("silver", "sales"), is(ROWS));
    assertThat(lake.rows("gold", "daily", "window_start", "window_end"), is(GOLD));
    assertThat(lake.quarantine("sales"), is(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "append,delta,FLINK",
    "append,iceberg,SPARK",
    "'upsert, latestBy: day',delta,SPARK",
    "'upsert, latestBy: day',iceberg,FLINK",
    "'upsert, latestBy: day, upsert: merge-on-read',iceberg,DIRECT",
    "overwrite,delta,FLINK"
  })
  void rowsOfAFileGiveWayToThoseThatItHasNow(String write, String format, Runner runner)
      throws Exception {
    Path pipeline = pipeline(write, format, "");
    Lake lake = new Lake(folder.resolve("lake"));
    Ledger first = lake.cycle(pipeline, runner);
    assertThat(first.published(), is(4L));
    assertThat(lake.quarantine("sales"), is(Map.of("TYPE_MISMATCH", 1L)));
    correct();
    Ledger again = retake(lake, pipeline, runner, CycleListener.NONE);
    assertThat(again.read(), is(3L));
    assertThat(again.published(), is(3L));
    assertThat(again.silver().replaced(), is(2L));
    assertThat(again.silver().rows(), is(5L));
    assertThat(again.input().takenAgain().toString(), containsString("/in/a.csv"));
    assertCorrected(lake);
    assertThat(lake.run(pipeline, runner).ledger() == null, is(true));
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"PLANNED", "STAGING", "STAGED", "SILVER_COMMITTED", "GOLD_STAGED", "GOLD_COMMITTED"})
  void aRunThatWasKilledTakesThemAgainOnce(Step step) throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    correct();
    assertThrows(
        IllegalStateException.class,
        () ->
            retake(
                lake,
                pipeline,
                Runner.DIRECT,
                (plan, reached, detail) -> {
                  if (reached == step) {
                    throw new IllegalStateException("killed");
                  }
                }));
    Ledger completed = retake(lake, pipeline, Runner.DIRECT, CycleListener.NONE);
    assertThat(completed.cycle(), is(2L));
    assertCorrected(lake);
    assertThat(lake.run(pipeline, Runner.DIRECT).ledger() == null, is(true));
    assertCorrected(lake);
  }

  @Test
  void aFirstContractThatWasWrongCostsNothing() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Path contract = folder.resolve("sales.odcs.yaml");
    String right = Files.readString(contract);
    Files.writeString(
        contract,
        right.replace(
            "logicalType: date", "logicalType: date, logicalTypeOptions: {format: d.M.yyyy}"));
    Lake lake = new Lake(folder.resolve("lake"));
    assertThat(lake.cycle(pipeline, Runner.DIRECT).publishedNothing(), is(true));
    Files.writeString(contract, right);
    correct();
    assertThat(
        Commands.run("validate", pipeline.toString(), "--lake=" + lake.folder()).out(),
        containsString(
            "All records of 2 files were rejected when they were read (a.csv,b.csv). A file is read once: if the"
                + " contract is right now, `medallion run … --takeAgain=a.csv,b.csv` reads them again."));
    lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE).takingAgain(List.of("*.csv")).run();
    assertCorrected(lake);
    assertThat(
        Commands.run("validate", pipeline.toString(), "--lake=" + lake.folder()).out(),
        not(containsString("--takeAgain")));
  }

  @Test
  void filesThatChangedAreTakenAgainWhereThePipelineSaysSo() throws Exception {
    Path pipeline = pipeline("append", "delta", ", changed: takeAgain");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    correct();
    Files.setLastModifiedTime(
        folder.resolve("in/a.csv"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(lake.cycle(pipeline, Runner.DIRECT).published(), is(3L));
    assertCorrected(lake);
  }

  @Test
  void rowsOfAFileThatCannotBeReadNowStay() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    List<String> before = lake.rows("silver", "sales");
    Files.writeString(folder.resolve("in/a.csv"), "other;columns\n1;2\n");
    Ledger again = retake(lake, pipeline, Runner.DIRECT, CycleListener.NONE);
    assertThat(again.input().refused(), is(not(empty())));
    assertThat(again.silver().replaced(), is(0L));
    assertThat(lake.rows("silver", "sales"), is(before));
    assertThat(lake.quarantine("sales"), is(Map.of("TYPE_MISMATCH", 1L, "FILE_REFUSED", 1L)));
    correct();
    assertThat(lake.cycle(pipeline, Runner.DIRECT).silver().replaced(), is(2L));
    assertCorrected(lake);
  }

  @Test
  void rowsOfAFileThatHasVanishedStayUntilItIsBack() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    List<String> before = lake.rows("silver", "sales");
    Ledger again =
        retake(
            lake,
            pipeline,
            Runner.DIRECT,
            (plan, reached, detail) -> {
              if (reached == Step.PLANNED) {
                delete(folder.resolve("in/a.csv"));
              }
            });
    assertThat(again.input().vanished().size(), is(1));
    assertThat(lake.rows("silver", "sales"), is(before));
    assertThat(lake.run(pipeline, Runner.DIRECT).ledger() == null, is(true));
    correct();
    assertThat(lake.cycle(pipeline, Runner.DIRECT).silver().replaced(), is(2L));
    assertCorrected(lake);
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void rowsThatStayedGiveWayAlsoUnderAnotherFolder() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    Files.writeString(folder.resolve("in/a.csv"), "other;columns\n1;2\n");
    retake(lake, pipeline, Runner.DIRECT, CycleListener.NONE);
    correct();
    Path moved = Files.createDirectory(folder.resolve("moved"));
    for (String name : List.of("in", "sales.odcs.yaml", "sales.pipeline.yaml")) {
      Files.move(folder.resolve(name), moved.resolve(name));
    }
    Path there = moved.resolve("sales.pipeline.yaml");
    assertThat(lake.cycle(there, Runner.DIRECT).silver().replaced(), is(2L));
    assertCorrected(lake);
    assertThat(lake.run(there, Runner.DIRECT).ledger() == null, is(true));
  }

  @Test
  void aFileWithoutRecordsLeavesNoRows() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    Files.writeString(folder.resolve("in/a.csv"), "id,day,amount\n");
    assertThat(retake(lake, pipeline, Runner.DIRECT, CycleListener.NONE).silver().rows(), is(2L));
    assertThat(lake.rows("silver", "sales"), is(ROWS.subList(3, 5)));
    assertThat(lake.quarantine("sales"), is(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "validate, changed: takeAgain, ''",
    "run, changed: takeAgain, ''",
    "run, changed: warn, --dryRun --takeAgain=a.csv"
  })
  void aHistoryCannotFollowFilesThatChange(String command, String changed, String options)
      throws Exception {
    Path pipeline = pipeline("upsert, latestBy: at", "delta", ", " + changed);
    Path contract = folder.resolve("sales.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(contract)
            + "      - {name: at, logicalType: timestamp, required: true}\n");
    Files.writeString(
        pipeline,
        Files.readString(pipeline) + "  - {table: dim_sale, kind: dimension, type: 2, key: id}\n");
    Path lake = folder.resolve("lake");
    List<String> arguments =
        new ArrayList<>(List.of(command, pipeline.toString(), "--lake=" + lake));
    if (!options.isEmpty()) {
      arguments.addAll(List.of(options.split(" ")));
    }
    Commands.Result result = Commands.run(arguments.toArray(new String[0]));
    assertThat(
        result.err(),
        containsString(
            "Files of pipeline 'sales' cannot be taken again: a dimension of type 2 keeps every version"));
    assertThat(result.code(), is(3));
    assertThat(Files.exists(lake.resolve("silver")), is(false));
  }

  @Test
  void validateCountsFilesThatARunWouldTakeAgain() throws Exception {
    Path pipeline = pipeline("append", "delta", ", changed: takeAgain");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    correct();
    Files.setLastModifiedTime(
        folder.resolve("in/a.csv"), FileTime.from(Instant.now().plusSeconds(5)));
    Commands.Result result =
        Commands.run("validate", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(result.all(), containsString("1 of 2 files would be read"));
    assertThat(result.all(), containsString("take again 1 of them was read before"));
  }

  @Test
  void aDryRunShowsFilesThatWouldBeTakenAgain() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    Files.writeString(folder.resolve("in/c.csv"), B);
    Commands.Result one = dryRun(lake, pipeline, "--takeAgain=a.csv");
    assertThat(one.out(), containsString("2 of 3 files would be read"));
    assertThat(
        one.out(),
        containsString(
            "take again 1 of them was read before: the rows from then give way, and gold is computed as a whole\n"));
    assertThat(one.out(), containsString("/in/a.csv\n"));
    assertThat(one.out(), not(containsString("/in/b.csv\n")));
    Commands.Result all = dryRun(lake, pipeline, "--takeAgain=*", "--output=json");
    assertThat(new ObjectMapper().readTree(all.out()).get("takenAgain").size(), is(2));
    assertThat(dryRun(lake, pipeline).out(), not(containsString("take again")));
    assertThat("only the new file is read", lake.cycle(pipeline, Runner.DIRECT).read(), is(2L));
  }

  private static Commands.Result dryRun(Lake lake, Path pipeline, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("run", pipeline.toString(), "--lake=" + lake.folder(), "--dryRun"));
    arguments.addAll(List.of(options));
    Commands.Result result = Commands.run(arguments.toArray(new String[0]));
    assertThat(result.all(), result.code(), is(0));
    return result;
  }

  @Test
  void aDryRunSaysWhatCannotBeTakenAgain() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    String lake = "--lake=" + folder.resolve("lake");
    Commands.Result none =
        Commands.run("run", pipeline.toString(), lake, "--dryRun", "--takeAgain=c.csv");
    assertThat(none.err(), containsString("--takeAgain: no file of the source is 'c.csv'."));
    assertThat(none.code(), is(3));
    Path other =
        Files.writeString(
            folder.resolve("other.pipeline.yaml"),
            Files.readString(pipeline).replace("pipeline: sales", "pipeline: other"));
    Commands.Result two =
        Commands.run(
            "run", pipeline.toString(), other.toString(), lake, "--dryRun", "--takeAgain=a.csv");
    assertThat(two.err(), containsString("Run that pipeline alone"));
    assertThat(two.code(), is(2));
  }

  @Test
  void saysWhatCannotBeTakenAgain() throws Exception {
    Path pipeline = pipeline("append", "delta", "");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    Commands.Result result =
        Commands.run("run", pipeline.toString(), "--lake=" + lake.folder(), "--takeAgain=c.csv");
    assertThat(result.err(), containsString("--takeAgain: no file of the source is 'c.csv'."));
    assertThat(lake.rows("silver", "sales").size(), is(4));
  }
}
