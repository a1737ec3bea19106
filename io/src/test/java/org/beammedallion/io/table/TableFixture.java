package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table of orders that a test fills, and Spark SQL reads. */
public abstract class TableFixture {

  protected static final String APP = "orders/silver";

  @TempDir protected Path folder;
  protected Table table;

  /** A table of the format, in a folder of its own for each test. */
  protected abstract Table open(String uri, TableLayout layout);

  /** What Spark SQL calls the table. */
  protected abstract String from(Table table);

  @BeforeEach
  void openTable() {
    table = open(folder + "/lake 1/orders", Orders.LAYOUT);
  }

  protected String from() {
    return from(table);
  }

  protected TableSnapshot snapshot() throws IOException {
    return table.snapshot().orElseThrow();
  }

  protected void append(int from, int to, long cycle) throws IOException {
    CommitResult result =
        table.commit(
            CommitRequest.append(Orders.write(table, "append-" + cycle, from, to), APP, cycle));
    assertThat(result.outcome(), is(Outcome.COMMITTED));
  }

  protected void sparkSeesOrders(int from, int to) {
    List<List<String>> rows = rows("SELECT * FROM " + from() + " ORDER BY order_id");
    assertThat(rows, hasSize(to - from));
    for (int n = from; n < to; n++) {
      String status = n % 5 == 0 ? "null" : n % 2 == 0 ? "paid" : "odd – größer als üblich, 東京";
      List<String> row = rows.get(n - from);
      assertThat(
          row.subList(0, 4), is(List.of("o-%06d".formatted(n), amount(n), currency(n), status)));
      assertThat(row.subList(5, 7), is(List.of("file:/in/" + n % 2, Integer.toString(n))));
    }
  }

  protected static String amount(int n) {
    return BigDecimal.valueOf(n * 101L, 2).toString();
  }

  private static String currency(int n) {
    return List.of("EUR", "USD", "GBP").get(n % 3);
  }

  protected Table again() {
    return open(table.uri(), Orders.LAYOUT);
  }
}
