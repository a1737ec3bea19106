package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} of a pipeline over files, in each state that its newest cycle can have. */
class StatusCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PIPELINE =
      """
      pipeline: trips
      contract: trips.odcs.yaml
      source: {server: local}
      silver: {write: append, eventTime: at, FORMAT}
      gold:
        - table: hourly
          window: {type: tumbling, size: 1h}
          sql: SELECT COUNT(*) AS trips FROM trips
      """;

  @TempDir Path folder;
  private Lake lake;
  private Path pipeline;

  @BeforeEach
  void write() throws IOException {
    lake = new Lake(folder.resolve("lake"));
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
              - {name: id, logicalType: integer, required: true}
              - {name: at, logicalType: timestamp, required: true}
        """);
    format("delta");
  }

  private void format(String name) throws IOException {
    Files.writeString(pipeline, PIPELINE.replace("FORMAT", "format: " + name));
  }

  private void data(String name, String time) throws IOException {
    Path file = folder.resolve("data").resolve(name + ".jsonl");
    Files.writeString(
        file,
        "{\"id\": 1, \"at\": \"2026-11-01T08:10:00.000001Z\"}\n{\"id\": \"x\"}\n{\"id\": 2, \"at\": \"2026-11-01T09:30:00Z\"}\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
  }

  private Commands.Result command(String... options) {
    List<String> all = new ArrayList<>(List.of("status", pipeline.toString()));
    all.add("--lake=" + lake.folder());
    all.addAll(List.of(options));
    Commands.Result result = Commands.run(all.toArray(String[]::new));
    assertThat(result.all(), result.code(), is(0));
    return result;
  }

  private JsonNode status() throws IOException {
    return JSON.readTree(command("--output=json").out());
  }

  @Test
  void filesThatWaitAndTheFreshnessOfTables() throws Exception {
    for (String format : List.of("delta", "iceberg")) {
      lake = new Lake(folder.resolve(format));
      format(format);
      data("a", "2026-11-02T10:00:00Z");
      data("b", "2026-11-02T09:00:00Z");
      JsonNode before = status();
      assertThat(before.at("/source/waiting").asLong(), is(2L));
      assertThat(
          before.at("/source/bytes").asLong(), is(2 * Files.size(folder.resolve("data/a.jsonl"))));
      assertThat(before.at("/source/oldest").asText(), is("2026-11-02T09:00:00Z"));
      assertThat(before.at("/tables/0/version").isNull(), is(true));
      assertThat(Files.exists(lake.folder()), is(false));
      assertThat(command().out(), containsString("waiting  2 files, 198 B, the oldest for "));

      lake.cycle(pipeline, Runner.DIRECT);
      JsonNode after = status();
      assertThat(after.at("/source/waiting").asLong(), is(0L));
      assertThat(after.at("/source/oldest").isNull(), is(true));
      assertThat(after.get("open").isNull(), is(true));
      assertThat(after.at("/cycles/0/published").asLong(), is(4L));
      assertThat(after.at("/tables/0/rows").asLong(), is(4L));
      assertThat(after.at("/tables/0/timeColumn").asText(), is("at"));
      assertThat(after.at("/tables/0/newest").asText(), is("2026-11-01T09:30:00Z"));
      assertThat(after.at("/tables/1/table").asText(), is("gold.hourly"));
      assertThat(after.at("/tables/1/newest").asText(), is("2026-11-01T09:00:00Z"));
      Instant committed = Instant.parse(after.at("/tables/0/committed").asText());
      assertThat(committed.isAfter(Instant.parse(after.get("time").asText())), is(false));
      Files.delete(folder.resolve("data/a.jsonl"));
      Files.delete(folder.resolve("data/b.jsonl"));
    }
  }

  @Test
  void aCycleThatRunsIsSeenWithItsDriver() throws Exception {
    data("a", "2026-11-02T10:00:00Z");
    List<JsonNode> seen = new ArrayList<>();
    lake.run(
        pipeline,
        Runner.DIRECT,
        (plan, step, detail) -> {
          if (step == Step.STAGED) {
            try {
              seen.add(status());
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        });
    JsonNode open = seen.get(0).get("open");
    assertThat(open.get("state").asText(), is("RUNNING"));
    assertThat(open.get("cycle").asLong(), is(1L));
    assertThat(open.get("process").asLong(), is(ProcessHandle.current().pid()));
    assertThat(open.get("since").asText(), is(Lake.NOW.toString()));
    assertThat(seen.get(0).at("/source/waiting").asLong(), is(1L));
    assertThat("it went on", lake.rows("silver", "trips").size(), is(2));
  }

  @Test
  void aCycleWhoseDriverDiedIsLeftAndThenCompleted() throws Exception {
    data("a", "2026-11-02T10:00:00Z");
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                pipeline,
                Runner.DIRECT,
                (plan, step, detail) -> {
                  throw new IllegalStateException("died");
                }));
    assertThat(status().at("/open/state").asText(), is("LEFT"));
    lake.cycle(pipeline, Runner.DIRECT);
    assertThat(status().get("open").isNull(), is(true));
  }

  @Test
  void whatTheGateHoldsIsSaidWithItsObjection() throws Exception {
    data("a", "2026-11-02T10:00:00Z");
    String gate =
        "gate: {class: " + FewRejects.class.getName() + ", options: {mostPercent: \"0\"}}\n";
    Files.writeString(pipeline, Files.readString(pipeline) + gate);
    assertThat(
        Commands.run("run", pipeline.toString(), "--lake=" + lake.folder(), "--runner=DirectRunner")
            .code(),
        is(6));
    JsonNode open = status().get("open");
    assertThat(open.get("state").asText(), is("HELD"));
    assertThat(open.get("why").asText(), containsString("1 of 3 records were rejected"));
    assertThat(
        command().out(),
        matchesPattern(
            "(?s).*Cycle 1, planned \\S+Z, is held: process \\d+ on .*The gate of 'trips' holds.*"));
    format("delta");
    lake.cycle(pipeline, Runner.DIRECT);
    assertThat(status().get("open").isNull(), is(true));
    assertThat(lake.rows("silver", "trips").size(), is(2));
  }

  @Test
  void limitsTheCyclesThatAreListed() throws Exception {
    for (String name : List.of("a", "b", "c", "d")) {
      data(name, "2026-11-02T10:00:00Z");
      lake.cycle(pipeline, Runner.DIRECT);
    }
    assertThat(status().get("cycles").size(), is(3));
    JsonNode one = JSON.readTree(command("--output=json", "--limit=1").out());
    assertThat(one.at("/cycles/0/cycle").asLong(), is(4L));
    assertThat(one.get("cycles").size(), equalTo(1));
    assertThat(
        Commands.run("status", pipeline.toString(), "--lake=" + lake.folder(), "--limit=0").code(),
        is(2));
  }
}
