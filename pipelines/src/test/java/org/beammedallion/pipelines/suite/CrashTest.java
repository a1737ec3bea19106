package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A driver is killed with SIGKILL between any two steps of its second cycle, or while its workers
 * write; the next driver completes the same cycle, and the tables hold each record once.
 */
class CrashTest {

  @TempDir static Path shared;

  /** Steps at which a driver with Flink is killed; any runner completes what another began. */
  private static final Set<Step> ON_FLINK = Set.of(Step.STAGED, Step.GOLD_STAGED);

  private static DataSet first;
  private static DataSet second;
  private static Lake undisturbed;

  @TempDir Path folder;

  @BeforeAll
  static void runUndisturbed() throws Exception {
    first =
        OrdersGenerator.write(OrdersSpec.of(600).withFiles(1).withDays(2), shared.resolve("first"));
    second =
        OrdersGenerator.write(
            OrdersSpec.of(900).withFiles(2).withDays(2).withSeed(5), shared.resolve("second"));
    undisturbed = new Lake(shared.resolve("lake"));
    Path pipeline = prepare(shared.resolve("input"));
    undisturbed.cycle(pipeline, Runner.DIRECT);
    addSecond(pipeline);
    undisturbed.cycle(pipeline, Runner.DIRECT);
  }

  private static Runner runner(Step step) {
    return ON_FLINK.contains(step) ? Runner.FLINK : Runner.DIRECT;
  }

  /** Contract, pipeline file and the first cycle's data. */
  private static Path prepare(Path input) throws IOException {
    Files.createDirectories(input.resolve("data"));
    Files.copy(first.contract(), input.resolve(first.contract().getFileName()));
    Path pipeline = input.resolve(first.pipeline().getFileName());
    Files.copy(first.pipeline(), pipeline);
    copyData(first, input.resolve("data"), "first-");
    return pipeline;
  }

  private static void addSecond(Path pipeline) throws IOException {
    copyData(second, pipeline.resolveSibling("data"), "second-");
  }

  private static void copyData(DataSet from, Path to, String prefix) throws IOException {
    try (var files = Files.list(from.data())) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(prefix + file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"PLANNED", "STAGING", "STAGED", "SILVER_COMMITTED", "GOLD_STAGED", "GOLD_COMMITTED"})
  @NightlyRows({"MATERIALIZED", "COMPUTING_GOLD", "COMPLETED"})
  void theNextDriverCompletesTheCycle(Step step) throws Exception {
    Path pipeline = prepare(folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    addSecond(pipeline);
    try (Driver driver = Driver.start(pipeline, lake, runner(step), step)) {
      driver.awaitStep();
      if (step == Step.PLANNED || step == Step.COMPLETED) {
        driver.kill();
      } else {
        // It is alive and has the cycle: nobody else may take it.
        Assertions.assertThrows(FencedException.class, () -> lake.run(pipeline, Runner.DIRECT));
        driver.kill();
      }
    }
    Outcome outcome = lake.run(pipeline, Runner.DIRECT);
    if (step == Step.COMPLETED) {
      assertThat("nothing is left to do", outcome.ledger() == null, is(true));
    } else {
      assertThat(outcome.resumed(), is(true));
      assertThat(outcome.ledger().cycle(), is(2L));
    }
    assertSameAsUndisturbed(lake);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"SILVER_COMMITTED"})
  @NightlyRows({"STAGED", "GOLD_COMMITTED"})
  void theNextDriverCompletesTheCycleOfIcebergTables(Step step) throws Exception {
    Path pipeline = prepare(folder.resolve("input"));
    String text = Files.readString(pipeline).replaceAll("\n  format: .*", "");
    Files.writeString(pipeline, text.replaceFirst("(?m)^silver:", "silver:\n  format: iceberg"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    addSecond(pipeline);
    try (Driver driver = Driver.start(pipeline, lake, Runner.DIRECT, step)) {
      driver.awaitStep();
      driver.kill();
    }
    Outcome outcome = lake.run(pipeline, Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    assertThat(
        lake.rows("silver", "orders"),
        equalTo(undisturbed.rows("silver", "orders", "ordered_at_day")));
    assertThat(
        lake.rows("gold", "revenue_hourly"), equalTo(undisturbed.rows("gold", "revenue_hourly")));
  }

  @Test
  void survivesTheDeathOfItsWorkers() throws Exception {
    Path pipeline = prepare(folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline, Runner.DIRECT);
    addSecond(pipeline);
    try (Driver driver = Driver.start(pipeline, lake, Runner.FLINK, null)) {
      // The second cycle's first file of bronze: the workers are at it.
      Path bronze = lake.folder().resolve("bronze");
      while (driver.isAlive() && !hasFileOfCycle(bronze, 2)) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
      driver.kill();
    }
    lake.run(pipeline, Runner.DIRECT);
    assertSameAsUndisturbed(lake);
  }

  private static boolean hasFileOfCycle(Path root, int cycle) throws IOException {
    try (var files = Files.walk(root)) {
      return files.anyMatch(
          file -> file.getFileName().toString().startsWith(String.format("cycle-%010d", cycle)));
    }
  }

  private static void assertSameAsUndisturbed(Lake lake) throws IOException {
    assertThat(lake.rows("silver", "orders"), equalTo(undisturbed.rows("silver", "orders")));
    assertThat(
        lake.rows("gold", "revenue_hourly"), equalTo(undisturbed.rows("gold", "revenue_hourly")));
    assertThat(lake.quarantine("orders"), equalTo(undisturbed.quarantine("orders")));
  }
}
