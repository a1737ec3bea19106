package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.fixtures.golden.GoldenLake;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cycles} tells what each cycle did, as its ledger has it. */
class CyclesCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path lake;
  private Path pipeline;

  @BeforeEach
  void write() throws IOException {
    lake = folder.resolve("lake");
    pipeline = folder.resolve("trips.pipeline.yaml");
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("trips.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: trips
        version: 1.0.0
        servers:
          - {server: local, type: local, path: data/*.jsonl, format: json}
        schema:
          - name: trips
            properties:
              - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
              - {name: at, logicalType: timestamp, required: true}
        """);
    Files.writeString(
        pipeline,
        """
        pipeline: trips
        contract: trips.odcs.yaml
        source: {server: local}
        silver: {write: append, eventTime: at}
        gold:
          - table: hourly
            window: {type: tumbling, size: 1h}
            sql: SELECT COUNT(*) AS trips FROM trips
        """);
    String at = "\"at\": \"2026-11-01T08:00:00Z\"}\n";
    data("a", "{\"id\": 1, " + at + "{\"id\": 1, " + at + "{\"id\": \"x\"}\n");
    data("b", "{\"id\": 2, " + at);
    data("c", "{\"id\": 3, " + at);
  }

  private void data(String name, String lines) throws IOException {
    Files.writeString(folder.resolve("data").resolve(name + ".jsonl"), lines);
  }

  private Commands.Result command(String name, String... arguments) {
    List<String> all = new ArrayList<>(List.of(name, pipeline.toString(), "--lake=" + lake));
    all.addAll(Arrays.asList(arguments));
    return Commands.run(all.toArray(String[]::new));
  }

  private List<String> run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--runner=DirectRunner", "--maxFilesPerCycle=1"));
    all.addAll(Arrays.asList(arguments));
    Commands.Result result = command("run", all.toArray(String[]::new));
    assertThat(result.all(), result.code(), is(0));
    return result.out().lines().toList();
  }

  private List<String> cycles(String... arguments) {
    Commands.Result result = command("cycles", arguments);
    assertThat(result.all(), result.code(), is(0));
    return result.out().lines().toList();
  }

  @Test
  void saysThatThereAreNone() {
    assertThat(cycles().get(0), containsString("There is no cycle of trips in"));
    assertThat(cycles("--output=json"), hasSize(0));
  }

  @Test
  void aMachineIsToldWhatTheRunsSaid() throws IOException {
    List<String> runs = run("--output=json");
    List<String> cycles = cycles("--output=json");
    assertThat(cycles, hasSize(3));
    for (int i = 0; i < 3; i++) {
      JsonNode ledger = JSON.readTree(runs.get(i)).get("ledger");
      JsonNode cycle = JSON.readTree(cycles.get(i));
      assertThat(cycle.get("state").asText(), is("COMPLETE"));
      assertThat(cycle.get("cycle"), is(ledger.get("cycle")));
      assertThat(cycle.get("time"), is(ledger.get("time")));
      for (String figure : List.of("files", "bytes", "read", "published", "duplicate")) {
        assertThat(figure, cycle.get(figure), is(ledger.get(figure)));
      }
      assertThat(cycle.at("/gold/0/table").asText(), is("hourly"));
      assertThat(cycle.at("/gold/0/written"), is(ledger.at("/gold/0/written")));
      assertThat(cycle.get("seconds").asDouble(), is(greaterThanOrEqualTo(0.0)));
      JsonNode one = JSON.readTree(cycles("--cycle=" + (i + 1), "--output=json").get(0));
      assertThat(one.get("ledger"), is(ledger));
      assertThat(one.get("quarantine"), is(JSON.readTree(runs.get(i)).get("quarantine")));
    }
    assertThat(JSON.readTree(cycles.get(0)).get("rejected").asLong(), is(1L));
  }

  @Test
  void aPersonSeesATableWithTheNewestLast() throws Exception {
    run();
    List<String> lines = cycles();
    assertThat(lines, hasSize(4));
    assertThat(
        lines.get(1),
        matchesPattern(" +1  \\S+Z +1 +\\d+ B +3 +1 +1 +1 +0 +[0-9.]+  complete   hourly 1"));
    assertThat(cycles("--limit=1"), hasSize(2));
    assertThat(cycles("--limit=1").get(1), matchesPattern(" +3  .*"));
    assertThat(command("cycles", "--limit=0").code(), is(2));
  }

  @Test
  void oneCycleIsShownAsItsRunShowedIt() {
    List<String> run = run();
    List<String> cycle = cycles("--cycle=1");
    assertThat(cycle.get(0), matchesPattern("trips: cycle 1 of \\S+Z is complete"));
    List<String> shown =
        cycle.stream().skip(1).filter(line -> !line.startsWith("  seconds")).toList();
    assertThat(
        run.subList(1, shown.size() + 2).stream()
            .filter(line -> !line.startsWith("  seconds"))
            .toList(),
        is(shown));
    Commands.Result none = command("cycles", "--cycle=4");
    assertThat(none.code(), is(2));
    assertThat(none.err(), containsString("There is no cycle 4 of trips"));
  }

  @Test
  void aCycleThatIsNotDoneIsOpen() throws IOException {
    run();
    data("d", "{\"id\": \"y\"}\n");
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            + "gate: {class: "
            + FewRejects.class.getName()
            + ", options: {mostPercent: \"0\"}}\n");
    assertThat(command("run", "--runner=DirectRunner").code(), is(6));
    List<String> lines = cycles("--limit=2");
    assertThat(lines, hasSize(3));
    assertThat(lines.get(1), matchesPattern(" +3 .* complete .*"));
    assertThat(lines.get(2), matchesPattern(" +4  \\S+Z +1 +12 B +open"));
    JsonNode open = JSON.readTree(cycles("--limit=1", "--output=json").get(0));
    assertThat(open.get("state").asText(), is("OPEN"));
    assertThat(open.get("cycle").asLong(), is(4L));
    assertThat(command("cycles", "--cycle=4").err(), containsString("is not complete"));
  }

  @Test
  void aLedgerThatIsNotKeptIsSaidSo() throws IOException {
    run();
    Path ledger = lake.resolve("_medallion/trips/ledgers/0000000001.json");
    Files.writeString(ledger, "{}");
    List<String> lines = cycles();
    assertThat(lines.get(1), matchesPattern(" +1 +no ledger"));
    assertThat(
        lines.get(4),
        is(
            "No ledger is kept any more of 1 of these cycles. Of cycle 1: It was lost, and replaced by an empty one."));
    assertThat(
        JSON.readTree(cycles("--output=json").get(0)).get("state").asText(), is("LEDGER_LOST"));
    Commands.Result one = command("cycles", "--cycle=1");
    assertThat(one.code(), is(2));
    assertThat(one.err(), containsString("The ledger of cycle 1 of trips is not kept any more."));
    Commands.Result read = command("read", "quarantine", "--cycle=1", "--format=json");
    assertThat("its files are there", read.out().lines().toList(), hasSize(1));
  }

  @Test
  void cyclesThatWereRolledUpAreReadFromTheHistory() throws Exception {
    try (GoldenLake golden = GoldenLake.open("progress-2", "readings-delta", "finished")) {
      lake = golden.lake();
      pipeline = golden.input().resolve("readings.pipeline.yaml");
      List<String> lines = cycles("--limit=1000", "--output=json");
      assertThat(lines, hasSize(80));
      for (int i = 0; i < 80; i++) {
        JsonNode cycle = JSON.readTree(lines.get(i));
        assertThat(cycle.get("cycle").asLong(), is(i + 1L));
        assertThat(cycle.get("read").asLong(), is(3L));
        assertThat("that release did not say", cycle.get("seconds").isNull(), is(true));
      }
      assertThat(cycles(), hasSize(21));
      assertThat(cycles("--cycle=1").get(0), containsString("readings: cycle 1 of "));
      assertThat(
          command("read", "quarantine", "--cycle=1", "--format=json").out().lines().toList(),
          hasSize(1));
      Path history = lake.resolve("_medallion/readings/history");
      try (var segments = Files.list(history)) {
        for (Path segment : segments.toList()) {
          Files.delete(segment);
        }
      }
      lines = cycles("--limit=1000");
      assertThat(lines, hasSize(82));
      assertThat(lines.get(1), matchesPattern(" +1 +no ledger"));
      assertThat(lines.get(80), matchesPattern(" +80 .* complete.*"));
      assertThat(
          lines.get(81),
          matchesPattern(
              "No ledger is kept any more of 50 of these cycles\\. Of cycle 1: .*Restore.*"));
    }
  }
}
