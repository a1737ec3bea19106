package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.beammedallion.fixtures.tables.TableRows;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A key of every type: rows that come in several files, and cycle after cycle, replace each other,
 * and a dimension keeps their history.
 */
class KeyTypesTest {

  private static final int KEYS = 300;

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: t
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: t
          properties:
            - {name: k, logicalType: %s, required: true, primaryKey: true, primaryKeyPosition: 1%s}
            - {name: v, logicalType: integer, required: true}
            - {name: at, logicalType: timestamp, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: t
      contract: t.odcs.yaml
      source: {server: local}
      silver: {write: upsert, latestBy: at}
      gold:
        - {table: d, kind: dimension, type: 2, columns: [v], validFrom: at}
        - {table: latest, kind: dimension, type: 1, columns: [v]}
      """;

  /** The key types, and the JSON of the key with a number. */
  enum KeyType {
    TEXT("string", "", i -> "\"k-" + i + "\""),
    INT("integer", "", Integer::toString),
    LONG("integer", ", physicalType: bigint", i -> Long.toString(i * 10_000_000_000L)),
    DECIMAL(
        "number",
        ", physicalType: 'decimal(30,2)'",
        i -> "1234567890123456789012345" + (100 + i) + ".25"),
    SMALL_DECIMAL("number", ", physicalType: 'decimal(9,2)'", i -> i + ".25"),
    DATE("date", "", i -> "\"" + LocalDate.EPOCH.plusDays(i) + "\""),
    TIMESTAMP("timestamp", "", i -> "\"" + Instant.EPOCH.plusSeconds(i) + "\""),
    TIME("time", "", i -> "\"" + LocalTime.of(1, 0, 1).plusSeconds(i) + "\"");

    private final String logicalType;
    private final String more;
    private final IntFunction<String> json;

    KeyType(String logicalType, String more, IntFunction<String> json) {
      this.logicalType = logicalType;
      this.more = more;
      this.json = json;
    }
  }

  @TempDir Path folder;

  private void files(KeyType type, int cycle, int step) throws IOException {
    List<List<String>> files = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < KEYS; i += step) {
      files
          .get(i % 3)
          .add(
              "{\"k\":%s,\"v\":%d,\"at\":\"%s\"}"
                  .formatted(type.json.apply(i), cycle, Instant.EPOCH.plusSeconds(cycle)));
    }
    for (int file = 0; file < files.size(); file++) {
      Files.write(
          folder.resolve("data").resolve("c%d-%d.jsonl".formatted(cycle, file)), files.get(file));
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreReplacedAndKeptInHistory(KeyType type) throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("t.odcs.yaml"), CONTRACT.formatted(type.logicalType, type.more));
    Path pipeline = Files.writeString(folder.resolve("t.pipeline.yaml"), PIPELINE);
    Lake lake = new Lake(folder.resolve("lake"));
    files(type, 1, 1);
    // Each type on one of two runners.
    Runner runner = type.ordinal() % 2 == 0 ? Runner.FLINK : Runner.DIRECT;
    lake.cycle(pipeline, runner);
    files(type, 2, 2);
    lake.cycle(pipeline, runner);
    files(type, 3, 4);
    lake.cycle(pipeline, runner);

    // 75 keys have three versions, 75 two, 150 one.
    List<Integer> latest = List.of(300, 300, 525);
    assertThat(figures(lake.read("silver", "t")), is(latest));
    assertThat(figures(lake.read("gold", "latest")), is(latest));
    TableRows dimension = lake.read("gold", "d");
    assertThat(figures(dimension.where(row -> row.get("is_current").equals(true))), is(latest));
    assertThat(figures(dimension), is(List.of(525, 300, 825)));
  }

  /** How many rows and keys a table has, and the sum of its values. */
  private static List<Integer> figures(TableRows table) {
    List<List<String>> rows = table.text("k", "v");
    return List.of(
        rows.size(),
        (int) rows.stream().map(row -> row.get(0)).distinct().count(),
        rows.stream().mapToInt(row -> Integer.parseInt(row.get(1))).sum());
  }
}
