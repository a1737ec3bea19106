package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of towns, and {@code read} of what it has made. */
abstract class ReadTowns {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: towns
      version: 1.0.0
      servers:
        - {server: local, type: local, path: "data/*", format: %s}
      schema:
        - name: towns
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: town, logicalType: string}
      """;

  @TempDir Path folder;
  Lake lake;
  Path pipeline;

  @BeforeEach
  void openLake() {
    lake = new Lake(folder.resolve("lake"));
    pipeline = folder.resolve("towns.pipeline.yaml");
  }

  final Commands.Result command(String name, String... arguments) {
    List<String> all = new ArrayList<>(List.of(name, pipeline.toString()));
    all.addAll(Arrays.asList(arguments));
    all.add("--lake=" + lake.folder());
    return Commands.run(all.toArray(String[]::new));
  }

  final Commands.Result run() {
    return command("run", "--runner=DirectRunner");
  }

  final List<String> read(String table, String... arguments) {
    List<String> all = new ArrayList<>(List.of(table));
    all.addAll(Arrays.asList(arguments));
    Commands.Result result = command("read", all.toArray(String[]::new));
    assertThat(result.all(), result.code(), is(0));
    return result.out().lines().toList();
  }

  final List<JsonNode> readJson(String table, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--format=json");
    List<JsonNode> rows = new ArrayList<>();
    for (String line : read(table, all.toArray(String[]::new))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  final void towns(String format) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("towns.odcs.yaml"), CONTRACT.formatted(format));
    Files.writeString(
        pipeline,
        "pipeline: towns\ncontract: towns.odcs.yaml\nsource: {server: local}\nsilver: {write: append}\n");
  }

  final Path data(String name, String text) throws IOException {
    return Files.writeString(folder.resolve("data").resolve(name), text);
  }
}
