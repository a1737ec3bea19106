package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own PTransform between the checks and the deduplication. */
class OwnTransformTest {

  @TempDir Path folder;

  private Path pipelineWith(String transform) throws Exception {
    DataSet data =
        OrdersGenerator.write(OrdersSpec.of(2_000).withFiles(2), folder.resolve("input"));
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline()).stripTrailing() + "\n" + transform + "\n");
    return data.pipeline();
  }

  @Test
  void changesAndFiltersRowsOnEveryRunner() throws Exception {
    Path pipeline =
        pipelineWith(
            "transform:\n  class: org.beammedallion.pipelines.suite.KeepLargeOrders\n  options: {least: \"100\"}");
    List<String> expected = null;
    for (Runner runner : Runner.values()) {
      Lake lake = new Lake(folder.resolve(runner.name()));
      Ledger ledger = lake.cycle(pipeline, runner);
      assertThat(ledger.filtered(), is(greaterThan(0L)));
      String wrong =
          "SELECT count(*), sum(if(_source IS NULL, 1, 0)) FROM "
              + lake.table("silver", "orders")
              + " WHERE amount < 100 OR status <> upper(status) OR _source IS NULL";
      assertThat(SparkTables.rows(wrong).get(0).get(0), is("0"));
      List<String> rows = lake.rows("silver", "orders");
      if (expected == null) {
        expected = rows;
      }
      assertThat(runner.name(), rows, equalTo(expected));
    }
  }

  @Test
  void saysThatAClassIsNotThere() throws Exception {
    Path pipeline = pipelineWith("transform:\n  class: com.example.Missing");
    RuntimeException refused =
        Assertions.assertThrows(
            IllegalArgumentException.class,
            () -> new Lake(folder.resolve("lake")).run(pipeline, Runner.DIRECT));
    assertThat(refused.getMessage(), containsString("no such class is on the classpath"));
  }
}
