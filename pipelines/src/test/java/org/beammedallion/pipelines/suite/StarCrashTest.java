package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A driver is killed between two steps of the second cycle of a dimension or of its facts; the next
 * driver completes the cycle, and both tables are as if nothing had happened.
 */
class StarCrashTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "customers, GOLD_STAGED, iceberg, FLINK",
    "orders, SILVER_COMMITTED, iceberg+merge-on-read, DIRECT",
    "orders, GOLD_STAGED, delta, DIRECT"
  })
  @NightlyRows({
    "customers, SILVER_COMMITTED, delta, DIRECT",
    "orders, GOLD_STAGED, delta, FLINK",
    "orders, GOLD_COMMITTED, delta, DIRECT"
  })
  void theNextDriverCompletesTheCycle(String pipeline, Step step, String format, Runner runner)
      throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 11);
    data.format(format);
    data.withoutAggregate();
    Lake lake = new Lake(folder.resolve("lake"));
    data.addCustomers(0, 2);
    data.addOrders(0, 2);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    lake.cycle(data.ordersPipeline(), Runner.DIRECT);
    data.addCustomers(1, 2);
    data.addOrders(1, 2);
    if (pipeline.equals("orders")) {
      lake.cycle(data.customersPipeline(), Runner.DIRECT);
      killAndResume(data.ordersPipeline(), lake, step, runner);
    } else {
      killAndResume(data.customersPipeline(), lake, step, runner);
      lake.cycle(data.ordersPipeline(), Runner.DIRECT);
    }
    assertThat(StarData.history(lake), equalTo(data.history()));
    assertThat(StarData.factTable(lake), equalTo(data.facts(lake)));
  }

  private static void killAndResume(Path pipeline, Lake lake, Step step, Runner runner)
      throws Exception {
    try (Driver driver = Driver.start(pipeline, lake, runner, step)) {
      driver.awaitStep();
      driver.kill();
    }
    Outcome outcome = lake.run(pipeline, runner);
    assertThat(outcome.resumed(), is(true));
    assertThat(outcome.ledger().cycle(), is(2L));
  }
}
