package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many small cycles give what one large one gives, in whatever order the records come. */
class IncrementalCyclesTest {

  private static final String MORE_GOLD =
      """
        - table: orders_sliding
          window: {type: sliding, size: 2h, period: 1h}
          sql: SELECT status, COUNT(*) AS orders, MAX(amount) AS largest FROM orders GROUP BY status
        - table: customer_sessions
          window: {type: session, gap: 45m}
          sql: SELECT customer_id, COUNT(*) AS orders, SUM(amount) AS spent FROM orders GROUP BY customer_id
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Runner.class,
      names = {"FLINK", "SPARK"})
  void manyCyclesGiveWhatOneGives(Runner runner) throws Exception {
    DataSet data =
        OrdersGenerator.write(
            OrdersSpec.of(3_000).withFiles(1).withDays(2), folder.resolve("input"));
    Files.writeString(
        data.pipeline(), Files.readString(data.pipeline()).stripTrailing() + "\n" + MORE_GOLD);
    Path file = onlyFile(data.data());
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    Lake whole = new Lake(folder.resolve("whole"));
    Ledger once = whole.cycle(data.pipeline(), runner);

    Files.delete(file);
    Collections.shuffle(lines, new Random(4));
    Lake parts = new Lake(folder.resolve("parts"));
    long read = 0;
    long balance = 0;
    int cycles = 4;
    for (int cycle = 0; cycle < cycles; cycle++) {
      List<String> part =
          lines.subList(lines.size() * cycle / cycles, lines.size() * (cycle + 1) / cycles);
      Files.write(
          data.data().resolve("part-" + cycle + ".jsonl"), part, StandardCharsets.ISO_8859_1);
      Ledger ledger = parts.cycle(data.pipeline(), runner);
      assertThat("files of cycle " + ledger.cycle(), ledger.input().files(), is(1L));
      read += ledger.read();
      balance += ledger.published() - ledger.silver().replaced();
    }
    assertThat(read, is(once.read()));
    assertThat("published less replaced is what is there", balance, is(once.published()));
    assertThat(parts.rows("silver", "orders"), equalTo(whole.rows("silver", "orders")));
    for (String table : List.of("revenue_hourly", "orders_sliding", "customer_sessions")) {
      assertThat(table, parts.rows("gold", table), equalTo(whole.rows("gold", table)));
    }
    assertThat(parts.quarantine("orders"), equalTo(whole.quarantine("orders")));
  }

  @Test
  void saysThatThereIsNothingNewAndTouchesNothing() throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(200).withFiles(1), folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(data.pipeline(), Runner.DIRECT);
    List<String> before = everyFile(lake.folder());
    assertThat(lake.run(data.pipeline(), Runner.DIRECT).ledger(), is(nullValue()));
    assertThat(everyFile(lake.folder()), equalTo(before));
  }

  @Test
  void changesOnlyTheWindowsOfTheNewFile() throws Exception {
    DataSet data =
        OrdersGenerator.write(OrdersSpec.of(500).withFiles(1).withDays(3), folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(data.pipeline(), Runner.DIRECT);
    List<String> before = lake.rows("gold", "revenue_hourly");
    String order =
        Files.readAllLines(onlyFile(data.data())).stream()
            .filter(
                line ->
                    line.contains("\"currency\": \"EUR\"") || line.contains("\"currency\":\"EUR\""))
            .findFirst()
            .orElseThrow();
    String later =
        order
            .replaceFirst("\"order_id\": ?\"[^\"]*\"", "\"order_id\":\"" + unusedId(order) + "\"")
            .replaceFirst("\"amount\": ?[^,]*", "\"amount\":1.25")
            .replaceFirst("\"ordered_at\": ?\"[^\"]*\"", "\"ordered_at\":\"2031-01-01T10:30:00Z\"");
    Files.writeString(data.data().resolve("later.jsonl"), later + "\n");
    Ledger ledger = lake.cycle(data.pipeline(), Runner.DIRECT);
    assertThat(ledger.read(), is(1L));
    List<String> expected = new ArrayList<>(before);
    expected.add(
        "{\"window_start\":\"2031-01-01T10:00:00.000Z\",\"window_end\":\"2031-01-01T11:00:00.000Z\","
            + "\"currency\":\"EUR\",\"orders\":1,\"revenue\":1.25}");
    expected.sort(String::compareTo);
    assertThat(lake.rows("gold", "revenue_hourly"), equalTo(expected));
    assertThat(ledger.gold().get(0).written(), is(1L));
  }

  @Test
  void keepsTheColumnsThatLeadBackToTheSource() throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(300).withFiles(2), folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(data.pipeline(), Runner.DIRECT);
    List<String> row =
        SparkTables.rows(
                "SELECT _source, _position, order_id FROM "
                    + lake.table("silver", "orders")
                    + " LIMIT 1")
            .get(0);
    byte[] bytes = Files.readAllBytes(Path.of(row.get(0)));
    int position = Integer.parseInt(row.get(1));
    String line = new String(bytes, position, 60, StandardCharsets.ISO_8859_1);
    assertThat(line, line.contains(row.get(2)), is(true));
  }

  private static String unusedId(String order) {
    String id = order.replaceFirst(".*\"order_id\": ?\"([^\"]*)\".*", "$1");
    return id.substring(0, 2) + "9".repeat(id.length() - 2);
  }

  private static Path onlyFile(Path data) throws IOException {
    try (var files = Files.list(data)) {
      return files.findFirst().orElseThrow();
    }
  }

  private static List<String> everyFile(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }
}
