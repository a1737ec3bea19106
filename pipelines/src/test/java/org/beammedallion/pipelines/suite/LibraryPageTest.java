package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first pipeline of {@code docs/library.md} does what the page says. */
class LibraryPageTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.0.2
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - {name: order_id, logicalType: integer, primaryKey: true, required: true}
            - {name: amount, logicalType: number, physicalType: "decimal(12,2)", required: true}
            - {name: updated_at, logicalType: timestamp, required: true}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Runner.class)
  void doesWhatItSays(Runner runner) throws Exception {
    Class<?> example = LibraryPage.program("NightlyOrders", folder);
    Path contract = Files.writeString(folder.resolve("orders.odcs.yaml"), CONTRACT);
    Path input = Files.createDirectories(folder.resolve("in"));
    String table = folder.resolve("lake/orders").toString();
    for (int night = 1; night <= 2; night++) {
      Files.writeString(
          input.resolve("a.jsonl"),
          night == 1
              ? order(1, "1.50", 1) + order(2, "2", 5) + order(1, "1.75", 3) + "{\"order_id\": 3}\n"
              : order(2, "9", 4) + order(4, "4", 1) + order(1, "0.10", 7));
      for (int repeat = 0; repeat < 2; repeat++) {
        LibraryPage.run(
            example,
            runner.options(),
            contract.toString(),
            input + "/*.jsonl",
            table,
            (long) night);
        if (night == 1) {
          assertThat(rejected(), containsString("REQUIRED"));
        }
      }
    }
    assertThat(
        SparkTables.sql("SELECT order_id, amount FROM delta.`" + table + "` ORDER BY order_id")
            .collectAsList()
            .stream()
            .map(row -> row.get(0) + " " + row.getDecimal(1))
            .toList(),
        contains("1 0.10", "2 2.00", "4 4.00"));
    assertThat("once, though each night ran twice", rejected().lines().count(), is(1L));
    assertThat(SparkTables.sql("DESCRIBE HISTORY delta.`" + table + "`").count(), is(3L));
  }

  private static String order(int id, String amount, int hour) {
    return String.format(
        "{\"order_id\": %d, \"amount\": %s, \"updated_at\": \"2026-11-01T%02d:00:00Z\"}%n",
        id, amount, hour);
  }

  private String rejected() throws Exception {
    return LibraryPage.deadLetters(folder.resolve("lake/orders-quarantine"));
  }
}
