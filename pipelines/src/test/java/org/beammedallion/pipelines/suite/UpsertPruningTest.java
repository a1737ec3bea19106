package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.UpsertEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upsert opens no file that cannot hold its keys, and reads no more of a file than it must. */
class UpsertPruningTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      name: Sales
      version: 1.0.0
      status: active
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: sales
          logicalType: object
          physicalType: table
          properties:
            - {name: region, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
            - {name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 2}
            - {name: note, logicalType: string}
            - {name: version, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: local}
      silver:
        write: upsert
        latestBy: version
        partitionBy: region
        format: %s
      """;

  @TempDir Path folder;

  private Path data;
  private Lake lake;
  private final List<String> expected = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws IOException {
    data = folder.resolve("input/data");
    Files.createDirectories(data);
    lake = new Lake(folder.resolve("lake"));
    Files.writeString(folder.resolve("input/sales.odcs.yaml"), CONTRACT);
  }

  /** Three regions, each with the even numbers from 0 to 198. */
  private Path threeRegions(String format, Runner runner) throws Exception {
    Path pipeline = folder.resolve("input/sales.pipeline.yaml");
    Files.writeString(pipeline, PIPELINE.formatted(format));
    List<String> lines = new ArrayList<>();
    for (String region : List.of("east", "north", "west")) {
      for (int id = 0; id < 200; id += 2) {
        lines.add(sale(region, id, 1));
        expected.add(row(region, id, 1));
      }
    }
    Files.write(data.resolve("first.jsonl"), lines);
    Ledger first = lake.cycle(pipeline, runner);
    assertThat("there was no table", first.silver().upsert() == null, is(true));
    return pipeline;
  }

  private static String sale(String region, int id, int version) {
    return "{\"region\":\"%s\",\"id\":%d,\"note\":\"n%d\",\"version\":%d}"
        .formatted(region, id, id, version);
  }

  private static String row(String region, int id, int version) {
    return "{\"region\":\"%s\",\"id\":%d,\"note\":\"n%d\",\"version\":%d}"
        .formatted(region, id, id, version);
  }

  private UpsertEntry upsert(Path pipeline, Runner runner, String... lines) throws Exception {
    Files.write(data.resolve("second.jsonl"), List.of(lines));
    UpsertEntry entry = lake.cycle(pipeline, runner).silver().upsert();
    assertThat(entry, notNullValue());
    return Objects.requireNonNull(entry);
  }

  private List<Path> filesOf(String region) throws IOException {
    try (Stream<Path> files = Files.walk(lake.folder().resolve("silver/sales"))) {
      return files
          .filter(file -> file.toString().contains("region=" + region))
          .filter(file -> file.toString().endsWith(".parquet"))
          .toList();
    }
  }

  private void requireRows() {
    expected.sort(String::compareTo);
    assertThat(lake.rows("silver", "sales"), equalTo(expected));
  }

  @ParameterizedTest
  @CsvSource({"delta,FLINK", "delta,SPARK", "delta,DIRECT", "iceberg,FLINK"})
  void filesThatCannotHoldAKeyAreNotOpened(String format, Runner runner) throws Exception {
    Path pipeline = threeRegions(format, runner);
    Map<Path, byte[]> good = new HashMap<>();
    for (String region : List.of("east", "west")) {
      for (Path file : filesOf(region)) {
        good.put(file, Files.readAllBytes(file));
        Files.write(file, new byte[(int) Files.size(file)]);
      }
    }
    int live = good.size() + filesOf("north").size();
    UpsertEntry entry =
        upsert(pipeline, runner, sale("north", 20, 2), sale("north", 21, 2), sale("south", 20, 2));
    assertThat(entry.live(), is((long) live));
    assertThat(entry.pruned(), is((long) good.size()));
    assertThat(entry.read(), is((long) live - good.size()));
    assertThat(entry.rewritten(), is(1L));
    for (Map.Entry<Path, byte[]> file : good.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
    expected.remove(row("north", 20, 1));
    expected.addAll(List.of(row("north", 20, 2), row("north", 21, 2), row("south", 20, 2)));
    requireRows();
  }

  @ParameterizedTest
  @CsvSource({"delta,FLINK", "iceberg,FLINK"})
  void ofFilesThatHoldNoneOnlyTheKeyIsRead(String format, Runner runner) throws Exception {
    Path pipeline = threeRegions(format, runner);
    Map<Path, byte[]> good = new HashMap<>();
    for (Path file : filesOf("north")) {
      good.put(file, Files.readAllBytes(file));
      damage(file, "note", "version", "_source", "_position");
    }
    UpsertEntry entry = upsert(pipeline, runner, sale("north", 21, 1));
    assertThat(entry.read(), is((long) good.size()));
    assertThat(entry.rewritten(), is(0L));
    for (Map.Entry<Path, byte[]> file : good.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
    expected.add(row("north", 21, 1));
    requireRows();
  }

  @ParameterizedTest
  @CsvSource({"delta,FLINK", "iceberg,SPARK"})
  void isComparedAgainWithATableThatAnotherChanged(String format, Runner runner) throws Exception {
    Path pipeline = threeRegions(format, runner);
    Files.write(data.resolve("second.jsonl"), List.of(sale("north", 20, 2), sale("west", 20, 2)));
    List<Step> steps = new ArrayList<>();
    Ledger ledger =
        lake.run(
                pipeline,
                runner,
                (plan, step, detail) -> {
                  if (step == Step.STAGED && !steps.contains(Step.STAGED)) {
                    SparkTables.sql(
                        "DELETE FROM " + lake.table("silver", "sales") + " WHERE id IN (20, 22)");
                  }
                  steps.add(step);
                })
            .ledger();
    assertThat(Collections.frequency(steps, Step.STAGED), is(2));
    assertThat("the source is read once", Collections.frequency(steps, Step.MATERIALIZED), is(1));
    assertThat("no row was left to replace", ledger.silver().replaced(), is(0L));
    expected.removeIf(row -> row.contains("\"id\":20,") || row.contains("\"id\":22,"));
    expected.addAll(List.of(row("north", 20, 2), row("west", 20, 2)));
    requireRows();
    assertThat(filesBelow(lake.folder().resolve("_medallion/sales/results")), is(0L));
  }

  private static long filesBelow(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  /** Overwrites the data of some columns, so that reading them fails. */
  private static void damage(Path file, String... columns) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            org.apache.parquet.ParquetReadOptions.builder(new PlainParquetConfiguration())
                .build())) {
      for (ColumnChunkMetaData chunk : reader.getFooter().getBlocks().get(0).getColumns()) {
        if (List.of(columns).contains(chunk.getPath().toDotString())) {
          int start = (int) chunk.getStartingPos();
          for (int i = start; i < start + chunk.getTotalSize(); i++) {
            bytes[i] = (byte) 0xFF;
          }
        }
      }
    }
    Files.write(file, bytes);
  }
}
