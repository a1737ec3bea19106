package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.faults.OrdersFault;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Input that is broken ends as a row, a dead letter or a warning; the ledger balances, and nothing
 * fails.
 */
class BadInputTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(OrdersFault.class)
  void accountsForEveryRecordOf(OrdersFault fault) throws Exception {
    DataSet data = fault.write(folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    Ledger ledger = lake.cycle(data.pipeline(), Runner.FLINK);
    assertThat(ledger.read(), is(fault.expected().read()));
    assertThat(ledger.published(), is(fault.expected().silver()));
    assertThat(ledger.duplicate(), is(fault.expected().duplicate()));
    assertThat(lake.quarantine("orders"), equalTo(new TreeMap<>(fault.expected().rejected())));
    assertThat(
        ledger.warnings(),
        fault == OrdersFault.TRUNCATED_GZIP
            ? contains(containsString("orders.jsonl.gz is damaged or ends early"))
            : is(empty()));
  }

  @Test
  void reportsAFileThatVanishesAfterThePlanAndReadsItWhenItIsBack() throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(400).withFiles(2), folder.resolve("input"));
    Path file;
    try (var files = Files.list(data.data())) {
      file = files.sorted().skip(1).findFirst().orElseThrow();
    }
    Path away = folder.resolve("away");
    Lake lake = new Lake(folder.resolve("lake"));
    Ledger ledger =
        lake.run(
                data.pipeline(),
                Runner.FLINK,
                (plan, step, detail) -> {
                  if (step == Step.PLANNED) {
                    move(file, away);
                  }
                })
            .ledger();
    assertThat(ledger.input().vanished(), hasItem(file.toString()));
    assertThat(ledger.warnings().get(0), containsString("does not exist any more"));
    Files.move(away, file);
    Ledger next = lake.cycle(data.pipeline(), Runner.FLINK);
    assertThat(next.cycle(), is(2L));
    assertThat(ledger.read() + next.read(), is(data.expected().read()));
    assertThat((long) lake.rows("silver", "orders").size(), is(data.expected().silver()));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
