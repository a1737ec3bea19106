package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.SilverRollback;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A dimension of more keys than fit in one file: a cycle writes the files of the keys it touches,
 * and leaves what Spark SQL makes of all lines.
 */
class DimensionByKeyTest {

  private static final int CUSTOMERS = 4_000;

  @TempDir Path folder;

  private static PipelineDefinition definition(StarData data) {
    return PipelineDefinition.load(data.customersPipeline(), null);
  }

  private static LakeLayout layout(Lake lake) {
    return LakeLayout.of(lake.folder().toString());
  }

  private static Table table(Lake lake, StarData data, String name) {
    return TableJobs.of(definition(data), layout(lake)).named(name);
  }

  private static Set<String> files(Lake lake, StarData data, String table) throws Exception {
    return table(lake, data, table).snapshot().orElseThrow().files().stream()
        .map(DataFile::path)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static void requireRight(Lake lake, StarData data) {
    List<List<String>> history = StarData.history(lake);
    assertThat(history.size(), is(greaterThan(CUSTOMERS)));
    assertThat(history, equalTo(data.history()));
  }

  @ParameterizedTest
  @CsvSource({"FLINK, delta", "SPARK, iceberg"})
  void aCycleWritesOnlyTheFilesOfTheKeysItTouches(Runner runner, String format) throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 21);
    data.format(format);
    Lake lake = new Lake(folder.resolve("lake"));
    data.addManyCustomers(CUSTOMERS);
    data.addCustomers(0, 1);
    lake.cycle(data.customersPipeline(), runner);
    Set<String> versions = files(lake, data, "silver.customers_versions");
    Set<String> dimension = files(lake, data, "gold.dim_customer");
    assertThat(versions.size(), is(2));
    assertThat(dimension.size(), is(2));

    data.addLateCustomer();
    lake.cycle(data.customersPipeline(), runner);
    Set<String> laterVersions = files(lake, data, "silver.customers_versions");
    Set<String> laterDimension = files(lake, data, "gold.dim_customer");
    assertThat(laterVersions.stream().filter(versions::contains).count(), is(1L));
    assertThat(laterDimension.stream().filter(dimension::contains).count(), is(1L));
    requireRight(lake, data);
  }

  /** Of equally late rows the greater counts, by all columns of silver, as in silver itself. */
  @ParameterizedTest
  @CsvSource({"FLINK, delta", "SPARK, iceberg", "DIRECT, delta"})
  void aTieIsDecidedAsInSilver(Runner runner, String format) throws Exception {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: t
        name: T
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*", format: json}
        schema:
          - name: t
            logicalType: object
            properties:
              - {name: email, logicalType: string}
              - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
              - {name: tags, logicalType: array, items: {logicalType: string}}
              - {name: segment, logicalType: string}
              - {name: at, logicalType: timestamp, required: true}
        """);
    Path pipeline = folder.resolve("t.pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        pipeline: t
        contract: t.odcs.yaml
        source: {server: local}
        silver: {write: upsert, latestBy: at, format: %s}
        gold:
          - {table: latest, kind: dimension, type: 1, columns: [segment]}
          - {table: history, kind: dimension, type: 2, columns: [segment]}
        """
            .formatted(format));
    Path input = Files.createDirectories(folder.resolve("in"));
    String row =
        "{\"id\":%d,\"email\":\"%s\",\"tags\":[\"%s\"],\"segment\":\"%s\",\"at\":\"%s\"}\n";
    String time = "2026-01-01T00:00:00Z";
    Files.writeString(
        input.resolve("1.jsonl"),
        row.formatted(1, "a", "t", "z", time)
            + row.formatted(1, "b", "t", "y", time)
            + row.formatted(2, "a", "t", "z", time)
            + row.formatted(2, "a", "u", "x", time));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, runner);
    Files.writeString(input.resolve("2.jsonl"), row.formatted(1, "c", "t", "x", time));
    lake.cycle(pipeline, runner);

    List<List<String>> silver = segments(lake.table("silver", "t"), "");
    assertThat(silver, is(List.of(List.of("1", "x"), List.of("2", "x"))));
    assertThat(segments(lake.table("gold", "latest"), ""), is(silver));
    assertThat(segments(lake.table("gold", "history"), " WHERE is_current"), is(silver));
    assertThat(segments(lake.table("gold", "history"), ""), is(silver));
  }

  private static List<List<String>> segments(String table, String where) {
    return SparkTables.rows("SELECT id, segment FROM " + table + where + " ORDER BY id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SILVER_COMMITTED", "COMPUTING_GOLD"})
  void aKilledCycleIsCompleted(String step) throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 22);
    Lake lake = new Lake(folder.resolve("lake"));
    data.addManyCustomers(CUSTOMERS);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    data.addCustomers(0, 1);
    data.addLateCustomer();
    try (Driver driver =
        Driver.start(data.customersPipeline(), lake, Runner.DIRECT, Step.valueOf(step))) {
      driver.awaitStep();
      driver.kill();
    }
    assertThat(lake.run(data.customersPipeline(), Runner.DIRECT).resumed(), is(true));
    requireRight(lake, data);
  }

  @Test
  void whatWasRolledBackIsNotLeftInRangesThatNoLaterCycleTouches() throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 23);
    Lake lake = new Lake(folder.resolve("lake"));
    data.addManyCustomers(CUSTOMERS);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    long first = table(lake, data, "silver.customers").snapshot().orElseThrow().version();
    List<List<String>> before = StarData.history(lake);
    data.addCustomers(0, 1);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    assertThat(StarData.history(lake).size(), is(greaterThan(before.size())));

    SilverRollback.run(
        definition(data), layout(lake), Clock.fixed(Lake.NOW, ZoneOffset.UTC), first);
    data.forgetCustomers();
    data.addLateCustomer();
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    requireRight(lake, data);
  }

  @Test
  void aDimensionThatSomebodyElseChangedIsMadeAgainAsAWhole() throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 24);
    Lake lake = new Lake(folder.resolve("lake"));
    data.addManyCustomers(CUSTOMERS);
    data.addCustomers(0, 1);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    int rows = StarData.history(lake).size();
    SparkTables.sql(
        "DELETE FROM " + lake.table("gold", "dim_customer") + " WHERE customer_id LIKE 'c-000%'");
    assertThat(StarData.history(lake).size(), is(lessThan(rows)));
    data.addLateCustomer();
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    requireRight(lake, data);
  }

  @ParameterizedTest
  @CsvSource({"FLINK, delta", "SPARK, iceberg+merge-on-read"})
  void withoutHistoryOnlyTheFilesOfChangedRowsAreWritten(Runner runner, String format)
      throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 25);
    data.format(format);
    data.withoutHistory();
    Lake lake = new Lake(folder.resolve("lake"));
    data.addManyCustomers(CUSTOMERS);
    data.addCustomers(0, 1);
    lake.cycle(data.customersPipeline(), runner);
    data.addLateCustomer();
    lake.cycle(data.customersPipeline(), runner);
    assertThat(StarData.latest(lake), equalTo(data.latest()));
    Set<String> before = files(lake, data, "gold.dim_customer");

    // The same record once more: silver writes nothing of it, and the dimension stays.
    data.repeatLateCustomer();
    lake.cycle(data.customersPipeline(), runner);
    assertThat(files(lake, data, "gold.dim_customer"), is(before));
    assertThat(StarData.latest(lake), equalTo(data.latest()));
  }
}
