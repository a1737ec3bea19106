package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.cli.ExitCode;
import org.beammedallion.pipelines.cycle.CycleHeldException;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands between a cycle that is written and readers who see it. */
class GateTest {

  @TempDir Path folder;
  private DataSet data;
  private String withoutGate;

  @BeforeEach
  void writeData() throws IOException {
    data = OrdersGenerator.write(OrdersSpec.of(1_000).withFiles(2), folder.resolve("input"));
    withoutGate = Files.readString(data.pipeline()).stripTrailing() + "\n";
  }

  private void gate(String className, int mostPercent) throws IOException {
    Files.writeString(
        data.pipeline(),
        withoutGate
            + "gate:\n  class: "
            + className
            + "\n  options: {mostPercent: "
            + mostPercent
            + "}\n");
  }

  private void format(String format) {
    withoutGate =
        withoutGate
            .replaceAll("\n  format: .*", "")
            .replaceFirst("(?m)^silver:", "silver:\n  format: " + format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void holdsACycleBackBeforeAnythingOfItIsSeen(String format) throws Exception {
    format(format);
    gate(FewRejects.class.getName(), 0);
    Lake lake = new Lake(folder.resolve("lake"));
    for (int run = 0; run < 2; run++) {
      assertThat(
          assertThrows(CycleHeldException.class, () -> lake.run(data.pipeline(), Runner.DIRECT))
              .getMessage(),
          allOf(
              containsString("cycle 1"),
              containsString("of 1000 records were rejected, more than 0 percent"),
              containsString("Nothing of it is in any table")));
      assertThat(Files.exists(lake.folder().resolve("silver/orders/_delta_log")), is(false));
      assertThat(Files.exists(lake.folder().resolve("silver/orders/metadata")), is(false));
      assertThat(Files.exists(lake.folder().resolve("gold")), is(false));
    }

    gate(FewRejects.class.getName(), 50);
    Outcome outcome = lake.run(data.pipeline(), Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    Files.writeString(data.pipeline(), withoutGate);
    Lake other = new Lake(folder.resolve("other"));
    other.run(data.pipeline(), Runner.DIRECT);
    assertThat(lake.rows("silver", "orders"), equalTo(other.rows("silver", "orders")));
    assertThat(lake.rows("gold", "revenue_hourly"), equalTo(other.rows("gold", "revenue_hourly")));
  }

  @Test
  void isNotAskedAboutWhatIsPublishedAlready() throws Exception {
    gate(FewRejects.class.getName(), 50);
    Lake lake = new Lake(folder.resolve("lake"));
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                data.pipeline(),
                Runner.DIRECT,
                (plan, step, detail) -> {
                  if (step == Step.SILVER_COMMITTED) {
                    throw new IllegalStateException("The driver dies here.");
                  }
                }));
    gate(FewRejects.class.getName(), 0);
    assertThat(lake.run(data.pipeline(), Runner.DIRECT).resumed(), is(true));
    assertThat(lake.rows("silver", "orders").size(), is((int) data.expected().silver()));
  }

  @Test
  void tellsASchedulerInAWordOfItsOwn() throws Exception {
    gate(FewRejects.class.getName(), 0);
    StringWriter err = new StringWriter();
    int code =
        CommandLines.execute(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            "run",
            data.pipeline().toString(),
            "--lake=" + folder.resolve("lake"),
            "--runner=DirectRunner");
    assertThat(err.toString(), code, is(ExitCode.HELD.code()));
    assertThat(
        err.toString(), containsString("medallion: The gate of 'orders' holds cycle 1 back"));
  }

  @Test
  void refusesAClassThatIsNoGate() throws Exception {
    gate(KeepLargeOrders.class.getName(), 0);
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> new Lake(folder.resolve("lake")).run(data.pipeline(), Runner.DIRECT))
            .getMessage(),
        containsString("must be a public class that implements org.beammedallion.quality.gate"));
    assertThat(Files.exists(folder.resolve("lake")), is(false));
  }
}
