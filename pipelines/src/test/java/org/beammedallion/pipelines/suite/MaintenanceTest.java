package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.maintain.TableReport;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maintenance and rollbacks between cycles, and beside them: Spark SQL sees the right rows. */
class MaintenanceTest {

  private static final int PARTS = 4;

  @TempDir Path folder;

  private Path pipeline;
  private Path data;
  private List<List<String>> parts;

  /** A pipeline whose input comes in parts. */
  private void prepare(String format) throws IOException {
    DataSet whole =
        OrdersGenerator.write(
            OrdersSpec.of(1_200).withFiles(1).withDays(2), folder.resolve("input"));
    pipeline = whole.pipeline();
    data = whole.data();
    String text = Files.readString(pipeline).replaceAll("\n  format: .*", "");
    Files.writeString(pipeline, text.replaceFirst("(?m)^silver:", "silver:\n  format: " + format));
    Path file;
    try (var files = Files.list(data)) {
      file = files.findFirst().orElseThrow();
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    Files.delete(file);
    Collections.shuffle(lines, new Random(4));
    parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      parts.add(lines.subList(lines.size() * part / PARTS, lines.size() * (part + 1) / PARTS));
    }
  }

  private void add(int part) throws IOException {
    Files.write(
        data.resolve("part-" + part + ".jsonl"), parts.get(part), StandardCharsets.ISO_8859_1);
  }

  private Ledger cycle(Lake lake, int part) throws Exception {
    add(part);
    return lake.cycle(pipeline, Runner.FLINK);
  }

  /** What one cycle makes of some of the parts. */
  private Lake lakeOf(int... wanted) throws Exception {
    try (var files = Files.list(data)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    for (int part : wanted) {
      add(part);
    }
    Lake lake = new Lake(folder.resolve("expected"));
    lake.cycle(pipeline, Runner.FLINK);
    return lake;
  }

  private Maintenance.Report maintain(Lake lake, Duration later, boolean dryRun, String... sortBy)
      throws IOException {
    return maintain(lake, later, dryRun, Runner.DIRECT, new SortOrder(List.of(sortBy), false));
  }

  private Maintenance.Report maintain(
      Lake lake, Duration later, boolean dryRun, Runner runner, SortOrder order)
      throws IOException {
    return new Maintenance(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            runner.options(),
            new Maintenance.Settings(Duration.ofDays(7), 1, order, 0.3, dryRun),
            Clock.offset(Clock.systemUTC(), later))
        .run();
  }

  private static List<String> rows(Lake lake) {
    List<String> rows = new ArrayList<>(lake.rows("silver", "orders"));
    rows.addAll(lake.rows("gold", "revenue_hourly"));
    return rows;
  }

  private static long filesBelow(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @ParameterizedTest
  @CsvSource({"delta, FLINK", "iceberg, SPARK"})
  void cleansUpAndLeavesEveryRowAndWhatACycleHasStaged(String format, Runner runner)
      throws Exception {
    prepare(format);
    Lake lake = new Lake(folder.resolve("lake"));
    cycle(lake, 0);
    cycle(lake, 1);
    cycle(lake, 2);
    List<String> before = rows(lake);
    add(3);
    // The driver dies when everything is staged and nothing committed.
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                pipeline,
                Runner.FLINK,
                (plan, step, detail) -> {
                  if (step == Step.STAGED) {
                    throw new IllegalStateException("dead");
                  }
                }));
    long files = filesBelow(lake.folder());
    Maintenance.Report planned = maintain(lake, Duration.ofDays(8), true);
    assertThat(filesBelow(lake.folder()), is(files));

    Maintenance.Report report = maintain(lake, Duration.ofDays(8), false, runner, SortOrder.NONE);
    TableReport silver = report.tables().get(0);
    assertThat(silver.table(), is("silver.orders"));
    assertThat(silver.after().files(), is(lessThan(silver.before().files())));
    assertThat(silver.smallFiles(), is(planned.tables().get(0).smallFiles()));
    assertThat(silver.versionsExpired(), is(greaterThan(0L)));
    assertThat(silver.filesRemoved(), is(greaterThan(0L)));
    assertThat(rows(lake), equalTo(before));
    assertThat(filesBelow(lake.folder()), is(lessThan(files)));

    Outcome resumed = lake.run(pipeline, Runner.FLINK);
    assertThat(resumed.resumed(), is(true));
    List<String> all = rows(lake);
    maintain(lake, Duration.ofDays(16), false);
    assertThat(rows(lake), equalTo(all));
    assertThat(all, equalTo(rows(lakeOf(0, 1, 2, 3))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void compactsWhileCyclesRun(String format) throws Exception {
    prepare(format);
    Lake lake = new Lake(folder.resolve("lake"));
    cycle(lake, 0);
    long compacted = 0;
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> cycles =
          pool.submit(
              () -> {
                for (int part = 1; part < PARTS; part++) {
                  cycle(lake, part);
                }
                return null;
              });
      do {
        for (TableReport table : maintain(lake, Duration.ZERO, false).tables()) {
          compacted += table.smallFiles();
        }
      } while (!cycles.isDone());
      cycles.get();
    } finally {
      pool.shutdownNow();
    }
    assertThat(compacted, is(greaterThan(0L)));
    List<String> rows = rows(lake);
    assertThat(rows, equalTo(rows(lakeOf(0, 1, 2, 3))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void rowsThatWereRolledBackStayAwayAndTheNextCycleGoesOn(String format) throws Exception {
    prepare(format);
    Lake lake = new Lake(folder.resolve("lake"));
    Ledger first = cycle(lake, 0);
    List<String> before = rows(lake);
    Ledger second = cycle(lake, 1);
    TableJobs tables =
        TableJobs.of(
            PipelineDefinition.load(pipeline, null), LakeLayout.of(lake.folder().toString()));
    tables.named("silver.orders").history().rollback(first.silver().version());
    tables.named("gold.revenue_hourly").history().rollback(first.gold().get(0).version());
    assertThat(second.published(), is(greaterThan(0L)));
    assertThat(rows(lake), equalTo(before));
    assertThat(lake.run(pipeline, Runner.FLINK).ledger(), is(nullValue()));
    assertThat(rows(lake), equalTo(before));
    cycle(lake, 2);
    maintain(lake, Duration.ofDays(8), false);
    List<String> rows = rows(lake);
    assertThat(rows, equalTo(rows(lakeOf(0, 2))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void sortsTheRowsOfAPartitionOnce(String format) throws Exception {
    prepare(format);
    Lake lake = new Lake(folder.resolve("lake"));
    cycle(lake, 0);
    cycle(lake, 1);
    List<String> before = rows(lake);
    TableReport sorted =
        maintain(lake, Duration.ZERO, false, "customer_id", "order_id").tables().get(0);
    assertThat(sorted.smallFiles(), is(greaterThan(0L)));
    assertThat(rows(lake), equalTo(before));
    Map<String, List<String>> files = new TreeMap<>();
    for (List<String> row :
        SparkTables.rows(
            "SELECT input_file_name(), customer_id, order_id FROM "
                + lake.table("silver", "orders"))) {
      files
          .computeIfAbsent(row.get(0), file -> new ArrayList<>())
          .add(row.get(1) + " " + row.get(2));
    }
    assertThat((long) files.size(), is(sorted.after().files()));
    for (List<String> rows : files.values()) {
      assertThat(rows, equalTo(rows.stream().sorted().toList()));
    }
    assertThat(
        maintain(lake, Duration.ZERO, false, "customer_id", "order_id")
            .tables()
            .get(0)
            .smallFiles(),
        is(0L));
    cycle(lake, 2);
    List<String> rows = rows(lake);
    assertThat(rows, equalTo(rows(lakeOf(0, 1, 2))));
  }

  /** Sorted by the first column, the second would tell no file from another. */
  @Test
  void ordersRowsAlongACurveOverTwoColumns() throws Exception {
    DataSet large =
        OrdersGenerator.write(
            OrdersSpec.of(150_000).withFiles(2).withDays(1), folder.resolve("large"));
    pipeline = large.pipeline();
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            .replaceAll("\n  targetFileSize: .*", "")
            .replaceFirst("(?m)^silver:", "silver:\n  targetFileSize: 1MB"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.FLINK);
    List<String> before = rows(lake);
    TableReport ordered =
        maintain(
                lake,
                Duration.ZERO,
                false,
                Runner.DIRECT,
                new SortOrder(List.of("customer_id", "amount"), true))
            .tables()
            .get(0);
    assertThat(ordered.after().files(), is(greaterThan(3L)));
    assertThat(rows(lake), equalTo(before));
    String table = lake.table("silver", "orders");
    for (String column : List.of("customer_id", "amount")) {
      String ranges =
          String.format(
              "SELECT min(%1$s) low, max(%1$s) high FROM %2$s GROUP BY input_file_name()",
              column, table);
      String values =
          String.format(
              "SELECT %s value FROM %s WHERE abs(hash(order_id)) %% 200 = 0", column, table);
      List<String> counts =
          SparkTables.rows(
                  String.format(
                      "WITH f AS (%s), v AS (%s) SELECT"
                          + " (SELECT count(*) FROM v), (SELECT count(*) FROM v JOIN f ON value BETWEEN low AND high)",
                      ranges, values))
              .get(0);
      double filesAFilterReads =
          Double.parseDouble(counts.get(1)) / Double.parseDouble(counts.get(0));
      assertThat(column, filesAFilterReads, is(lessThan(ordered.after().files() * 0.75)));
    }
  }
}
