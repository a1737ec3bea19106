package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several pipelines in one process, and sources that one cycle may not take whole. */
class ManyPipelinesTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: %1$s
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/%1$s/*.csv, format: csv}
      schema:
        - name: %1$s
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: amount, logicalType: integer}
      """;

  private static final String PIPELINE =
      """
      pipeline: %1$s
      contract: %1$s.odcs.yaml
      source: {server: local}
      silver: {write: append}
      """;

  @TempDir Path folder;

  private Lake lake;

  @BeforeEach
  void makeLake() {
    lake = new Lake(folder.resolve("lake"));
  }

  private Path pipeline(String name, int files) throws IOException {
    Files.writeString(folder.resolve(name + ".odcs.yaml"), CONTRACT.formatted(name));
    Path data = Files.createDirectories(folder.resolve("data").resolve(name));
    for (int file = 0; file < files; file++) {
      Files.writeString(
          data.resolve("part-%03d.csv".formatted(file)),
          "id,amount\n%d,1\n%d,2\n".formatted(2 * file, 2 * file + 1));
    }
    Path pipeline = folder.resolve(name + ".pipeline.yaml");
    Files.writeString(pipeline, PIPELINE.formatted(name));
    return pipeline;
  }

  private long rows(String table) {
    return lake.read("silver", table).rows().size();
  }

  private Commands.Result run(String runner, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(arguments);
    all.addAll(List.of("--lake=" + lake.folder(), "--runner=" + runner));
    return Commands.run(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FlinkRunner", "SparkRunner", "DirectRunner"})
  void runSideBySide(String runner) throws Exception {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      files.add(pipeline("set" + i, i + 1).toString());
    }
    files.add("--concurrentPipelines=3");
    Commands.Result result = run(runner, files);
    assertThat(result.all(), result.code(), is(0));
    for (int i = 0; i < 6; i++) {
      assertThat(rows("set" + i), is(2L * (i + 1)));
      assertThat(
          result.out(),
          containsString("set" + i + ": cycle 1 is complete: " + 2 * (i + 1) + " read"));
    }
    assertThat(result.out(), containsString("6 cycles are complete"));
  }

  @Test
  void oneThatFailsStopsNoOther() throws Exception {
    pipeline("good", 1);
    Path broken = pipeline("broken", 1);
    Files.writeString(broken, Files.readString(broken).replace("append", "apend"));
    pipeline("gone", 1);
    Files.delete(folder.resolve("data/gone/part-000.csv"));
    Files.delete(folder.resolve("data/gone"));
    Commands.Result result = run("DirectRunner", List.of(folder.toString(), "--output=json"));
    assertThat("storage outranks a wrong file: " + result.all(), result.code(), is(5));
    assertThat(rows("good"), is(2L));
    List<String> lines = result.out().lines().toList();
    assertThat(result.out(), lines, hasSize(3));
    assertThat(
        result.out(),
        allOf(
            containsString("\"exitCode\":3"),
            containsString("\"exitCode\":5"),
            containsString("\"status\":\"COMPLETED\"")));
  }

  @Test
  void pipelinesOfOneNameAreRefused() throws Exception {
    Path first = pipeline("twice", 1);
    Path second = folder.resolve("again.pipeline.yaml");
    Files.copy(first, second);
    Commands.Result result = run("DirectRunner", List.of(first.toString(), second.toString()));
    assertThat(result.code(), is(2));
    assertThat(result.out(), containsString("have the name 'twice'"));
    assertThat("the first one runs", rows("twice"), is(2L));
  }

  @Test
  void aFolderWithoutPipelinesIsAnError() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Commands.Result result = run("DirectRunner", List.of(empty.toString()));
    assertThat(result.code(), is(2));
    assertThat(result.err(), containsString("There is no pipeline file in"));
  }

  @Test
  void aBacklogIsWorkedOffCycleAfterCycle() throws Exception {
    Path pipeline = pipeline("backlog", 25);
    Commands.Result result =
        run("DirectRunner", List.of(pipeline.toString(), "--maxFilesPerCycle=10", "--output=json"));
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.out().lines().toList(), hasSize(3));
    assertThat(rows("backlog"), is(50L));
    Commands.Result again = run("DirectRunner", List.of(pipeline.toString()));
    assertThat(again.out(), containsString("nothing new"));
  }

  @Test
  void bytesLimitACycleToo() throws Exception {
    Path pipeline = pipeline("bytes", 4);
    // Every file is larger than the limit: each is a cycle of its own.
    Commands.Result result =
        run("DirectRunner", List.of(pipeline.toString(), "--maxBytesPerCycle=10B"));
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.out(), containsString("cycle 4 is complete"));
    assertThat(result.out(), not(containsString("cycle 5")));
    assertThat(rows("bytes"), is(8L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--maxFilesPerCycle=0", "--maxBytesPerCycle=0", "--maxBytesPerCycle=many"})
  void senselessLimitsAreRefused(String limit) throws Exception {
    Commands.Result result = run("DirectRunner", List.of(pipeline("x", 1).toString(), limit));
    assertThat(result.all(), result.code(), equalTo(2));
  }
}
