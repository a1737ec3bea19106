package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two pipelines that feed the same tables, as two regions of one shop would. */
class TwoPipelinesTest {

  private static final int PARTS = 4;

  @TempDir Path folder;
  private List<List<String>> parts;
  private Lake expected;

  @BeforeEach
  void writeData() throws Exception {
    DataSet whole =
        OrdersGenerator.write(
            OrdersSpec.of(1_500).withFiles(1).withDays(2), folder.resolve("whole"));
    expected = new Lake(folder.resolve("expected"));
    expected.cycle(whole.pipeline(), Runner.DIRECT);
    Path file;
    try (var files = Files.list(whole.data())) {
      file = files.findFirst().orElseThrow();
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    Collections.shuffle(lines, new Random(4));
    parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      parts.add(lines.subList(lines.size() * part / PARTS, lines.size() * (part + 1) / PARTS));
    }
  }

  /** A pipeline of another name and another source; its tables are the same. */
  private DataSet pipeline(String name, String format) throws IOException {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(1).withFiles(1), folder.resolve(name));
    try (var files = Files.list(data.data())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline())
            .replaceAll("\n  format: .*", "")
            .replaceFirst("(?m)^silver:", "silver:\n  format: " + format)
            .replaceFirst("(?m)^pipeline: orders", "pipeline: " + name));
    return data;
  }

  private void add(DataSet data, int part) throws IOException {
    Files.write(
        data.data().resolve("part-" + part + ".jsonl"),
        parts.get(part),
        StandardCharsets.ISO_8859_1);
  }

  private void requireExpected(Lake lake) {
    assertThat(
        lake.rows("silver", "orders", "ordered_at_day"),
        equalTo(expected.rows("silver", "orders", "ordered_at_day")));
    assertThat(
        lake.rows("gold", "revenue_hourly"), equalTo(expected.rows("gold", "revenue_hourly")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void loseNothingToEachOther(String format) throws Exception {
    Lake lake = new Lake(folder.resolve("lake"));
    DataSet east = pipeline("east", format);
    DataSet west = pipeline("west", format);
    for (int part = 0; part < PARTS; part += 2) {
      add(east, part);
      add(west, part + 1);
      ExecutorService drivers = Executors.newFixedThreadPool(2);
      try {
        List<Callable<Boolean>> runs =
            List.of(
                () -> lake.run(east.pipeline(), Runner.DIRECT).resumed(),
                () -> lake.run(west.pipeline(), Runner.DIRECT).resumed());
        List<Future<Boolean>> results = drivers.invokeAll(runs);
        assertThat(results, hasSize(2));
        for (Future<Boolean> result : results) {
          assertThat(result.get(), is(false));
        }
      } finally {
        drivers.shutdownNow();
      }
    }
    requireExpected(lake);
  }

  /** Between one's silver and its gold another commits both: gold is of the latest silver. */
  @Test
  void aggregateWhatTheOtherHasCommittedMeanwhile() throws Exception {
    Lake lake = new Lake(folder.resolve("lake"));
    DataSet east = pipeline("east", "delta");
    DataSet west = pipeline("west", "delta");
    add(east, 0);
    add(east, 1);
    add(west, 2);
    add(west, 3);
    CycleListener other =
        (plan, step, detail) -> {
          if (step == Step.COMPUTING_GOLD) {
            try {
              lake.run(west.pipeline(), Runner.DIRECT);
            } catch (IOException | InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    lake.run(east.pipeline(), Runner.DIRECT, other);
    requireExpected(lake);
  }
}
