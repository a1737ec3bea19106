package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.byEveryPath;
import static org.beammedallion.transforms.aggregate.Orders.gold;
import static org.beammedallion.transforms.aggregate.Orders.micros;
import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.junit.jupiter.api.Test;

class AggregateBySqlTest {

  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));

  private static final String REVENUE =
      "SELECT currency, COUNT(*) AS orders, SUM(amount) AS revenue FROM orders GROUP BY currency";

  private static Map<String, Object> sale(String time, String currency, String amount) {
    return order(
        "ordered_at",
        micros(time),
        "currency",
        currency,
        "amount",
        amount == null ? null : new BigDecimal(amount));
  }

  private static final List<Map<String, Object>> SALES =
      List.of(
          sale("2026-03-01T10:00:00Z", "EUR", "10.50"),
          sale("2026-03-01T10:59:59.999999Z", "EUR", "0.01"),
          sale("2026-03-01T10:30:00Z", "USD", "7.00"),
          sale("2026-03-01T11:00:00Z", "EUR", null),
          sale("2026-03-01T10:10:00Z", null, "99999.99"));

  @Test
  void addsUpPerHourAndCurrency() {
    WindowedQuery query = query(REVENUE, HOURLY);
    assertThat(query.aggregatesInBatches(), is(true));
    assertThat(
        gold(query, SALES),
        contains(
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z EUR 2 10.51",
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z USD 1 7.00",
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z null 1 99999.99",
            "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z EUR 1 null"));
  }

  @Test
  void roundsWhereItCastsToFewerDigits() {
    String sql =
        "SELECT currency, CAST(SUM(amount) AS DECIMAL(12, 1)) AS s, CAST(AVG(amount) AS DECIMAL(9, 3)) AS a"
            + " FROM orders GROUP BY currency";
    List<WindowedQuery> paths = byEveryPath(sql, HOURLY);
    assertThat(paths.size(), is(2));
    for (WindowedQuery query : paths) {
      assertThat(
          gold(
              query,
              List.of(
                  sale("2026-03-01T10:00:00Z", "EUR", "0.50"),
                  sale("2026-03-01T10:00:00Z", "EUR", "0.75"),
                  sale("2026-03-01T10:00:00Z", "EUR", "0.75"),
                  sale("2026-03-01T10:00:00Z", "USD", "-0.15"))),
          contains(
              "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z EUR 2.0 0.667",
              "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z USD -0.2 -0.150"));
    }
  }

  @Test
  void givesNothingForNoRowsOnAnyPath() {
    for (WindowedQuery query : byEveryPath(REVENUE, HOURLY)) {
      assertThat(gold(query, List.of()), is(empty()));
    }
  }

  @Test
  void keepsMicrosecondsOfColumnsThatPassThrough() {
    WindowedQuery query =
        query(
            "SELECT paid_at, MIN(ordered_at) AS first_order FROM orders GROUP BY paid_at", HOURLY);
    assertThat(
        gold(
            query,
            List.of(
                order(
                    "ordered_at",
                    micros("2026-03-01T10:00:00.000007Z"),
                    "paid_at",
                    micros("2026-03-02T00:00:00.000001Z")),
                order(
                    "ordered_at",
                    micros("2026-03-01T10:00:00.000005Z"),
                    "paid_at",
                    micros("2026-03-02T00:00:00.000001Z")),
                order(
                    "ordered_at",
                    micros("2026-03-01T10:00:00.000006Z"),
                    "paid_at",
                    micros("2026-03-02T00:00:00.000002Z")))),
        contains(
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z 2026-03-02T00:00:00.000001Z 2026-03-01T10:00:00.000005Z",
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z 2026-03-02T00:00:00.000002Z 2026-03-01T10:00:00.000006Z"));
  }

  @Test
  void cutsDatesByTheirMidnight() {
    List<Map<String, Object>> orders =
        List.of(
            order("due", -1, "currency", "EUR", "amount", new BigDecimal("1.00")),
            order("due", 0, "currency", "EUR", "amount", new BigDecimal("2.00")),
            order("due", 20_513, "currency", "EUR", "amount", new BigDecimal("3.00")),
            order("due", 20_513, "currency", "EUR", "amount", new BigDecimal("4.00")),
            order("currency", "EUR", "amount", new BigDecimal("5.00")));
    WindowSpec daily = WindowSpec.tumbling(Duration.ofDays(1));
    for (WindowedQuery.Path path : WindowedQuery.Path.values()) {
      WindowedQuery query =
          WindowedQuery.of(
              "orders", REVENUE, Orders.SCHEMA, Orders.SCHEMA.indexOf("due"), daily, path);
      assertThat(
          gold(query, orders),
          contains(
              "1969-12-31T00:00:00Z 1970-01-01T00:00:00Z EUR 1 1.00",
              "1970-01-01T00:00:00Z 1970-01-02T00:00:00Z EUR 1 2.00",
              "2026-03-01T00:00:00Z 2026-03-02T00:00:00Z EUR 2 7.00"));
      TouchedWindows touched = TouchedWindows.builder(daily).build();
      assertThat(gold(query, orders, touched), is(empty()));
    }
  }

  @Test
  void putsTimesBefore1970IntoTheWindowsThatHoldThem() {
    List<Map<String, Object>> orders =
        List.of(
            sale("1969-12-31T23:59:59.999Z", "EUR", "1.00"),
            sale("1969-12-31T20:00:00Z", "EUR", "2.00"),
            sale("1901-01-01T00:30:00Z", "EUR", "3.00"));
    for (WindowedQuery query : byEveryPath(REVENUE, HOURLY)) {
      assertThat(
          gold(query, orders),
          contains(
              "1901-01-01T00:00:00Z 1901-01-01T01:00:00Z EUR 1 3.00",
              "1969-12-31T20:00:00Z 1969-12-31T21:00:00Z EUR 1 2.00",
              "1969-12-31T23:00:00Z 1970-01-01T00:00:00Z EUR 1 1.00"));
    }
  }

  @Test
  void countsEachRowInEverySlidingWindowThatHoldsIt() {
    WindowedQuery query =
        query(
            "SELECT COUNT(*) AS n FROM orders",
            WindowSpec.sliding(Duration.ofHours(3), Duration.ofHours(1)));
    assertThat(
        gold(
            query,
            List.of(
                sale("2026-03-01T10:00:00Z", "EUR", "1"),
                sale("2026-03-01T11:59:00Z", "EUR", "1"))),
        contains(
            "2026-03-01T08:00:00Z 2026-03-01T11:00:00Z 1",
            "2026-03-01T09:00:00Z 2026-03-01T12:00:00Z 2",
            "2026-03-01T10:00:00Z 2026-03-01T13:00:00Z 2",
            "2026-03-01T11:00:00Z 2026-03-01T14:00:00Z 1"));
  }

  @Test
  void makesSessionsOfTheRowsOfOneKey() {
    WindowSpec sessions = WindowSpec.session(Duration.ofMinutes(30));
    List<Map<String, Object>> orders =
        List.of(
            sale("2026-03-01T10:00:00Z", "EUR", "1.00"),
            sale("2026-03-01T10:40:00Z", "USD", "5.00"),
            sale("2026-03-01T10:29:59.999Z", "EUR", "2.00"),
            sale("2026-03-01T10:59:59.999Z", "EUR", "4.00"),
            sale("2026-03-01T11:50:00Z", "EUR", "8.00"),
            sale("2026-03-01T12:15:00Z", "EUR", "16.00"),
            sale("2026-03-01T12:35:00Z", "EUR", "32.00"));
    for (WindowedQuery query : byEveryPath(REVENUE, sessions)) {
      assertThat(
          gold(query, orders),
          contains(
              "2026-03-01T10:00:00Z 2026-03-01T10:59:59.999Z EUR 2 3.00",
              "2026-03-01T10:40:00Z 2026-03-01T11:10:00Z USD 1 5.00",
              "2026-03-01T10:59:59.999Z 2026-03-01T11:29:59.999Z EUR 1 4.00",
              "2026-03-01T11:50:00Z 2026-03-01T13:05:00Z EUR 3 56.00"));
    }
  }

  @Test
  void computesOnlyTheWindowsThatWereTouched() {
    TouchedWindowsBuilder touched = TouchedWindows.builder(HOURLY);
    touched.add(micros("2026-03-01T11:30:00Z"));
    for (WindowedQuery each : byEveryPath(REVENUE, HOURLY)) {
      assertThat(
          gold(each, SALES, touched.build()),
          contains("2026-03-01T11:00:00Z 2026-03-01T12:00:00Z EUR 1 null"));
    }
  }

  @Test
  void computesTouchedSlidingWindowsFromAllTheirRows() {
    WindowSpec window = WindowSpec.sliding(Duration.ofHours(2), Duration.ofHours(1));
    TouchedWindowsBuilder touched = TouchedWindows.builder(window);
    touched.add(micros("2026-03-01T11:30:00Z"));
    for (WindowedQuery each : byEveryPath("SELECT COUNT(*) AS n FROM orders", window)) {
      assertThat(
          gold(each, SALES, touched.build()),
          contains(
              "2026-03-01T10:00:00Z 2026-03-01T12:00:00Z 5",
              "2026-03-01T11:00:00Z 2026-03-01T13:00:00Z 1"));
    }
  }

  @Test
  void comparesDecimalsWithLiteralsExactly() {
    List<Map<String, Object>> orders =
        List.of(
            sale("2026-03-01T10:00:00Z", "EUR", "10.50"),
            sale("2026-03-01T10:00:00Z", "EUR", "10.51"));
    WindowedQuery query =
        query("SELECT amount FROM orders WHERE amount < 10.505 AND amount > 10.49", HOURLY);
    assertThat(query.aggregatesInBatches(), is(false));
    assertThat(gold(query, orders), contains("2026-03-01T10:00:00Z 2026-03-01T11:00:00Z 10.50"));
  }

  @Test
  void averagesMoreThanTenDigits() {
    List<Map<String, Object>> orders =
        List.of(
            sale("2026-03-01T10:00:00Z", "EUR", "9999999999.99"),
            sale("2026-03-01T10:00:00Z", "EUR", "9999999999.98"));
    WindowedQuery query = query("SELECT AVG(amount) AS a FROM orders", HOURLY);
    assertThat(
        gold(query, orders),
        contains("2026-03-01T10:00:00Z 2026-03-01T11:00:00Z 9999999999.985000"));
  }

  @Test
  void failsWhereASumExceeds64Bits() {
    List<Map<String, Object>> orders =
        List.of(
            order("ordered_at", 0L, "points", Long.MAX_VALUE),
            order("ordered_at", 0L, "points", 1L));
    for (WindowedQuery each : byEveryPath("SELECT SUM(points) AS p FROM orders", HOURLY)) {
      Pipeline.PipelineExecutionException failed =
          assertThrows(Pipeline.PipelineExecutionException.class, () -> gold(each, orders));
      assertThat(failed.getCause(), is(instanceOf(QueryFailedException.class)));
      assertThat(
          failed.getCause().getMessage(), containsString("cannot be computed in the window"));
    }
  }

  @Test
  void runsSubqueriesAndSetsWindowByWindow() {
    WindowedQuery query =
        query(
            "WITH per_window AS (SELECT DISTINCT currency FROM orders) SELECT COUNT(*) AS currencies FROM per_window"
                + " UNION ALL SELECT -1 FROM orders WHERE amount IS NULL",
            HOURLY);
    assertThat(
        gold(query, SALES),
        contains(
            "2026-03-01T10:00:00Z 2026-03-01T11:00:00Z 3",
            "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z -1",
            "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z 1"));
  }

  @Test
  void reachesIntoObjects() {
    WindowedQuery query =
        query(
            "SELECT o.customer.city AS city, COUNT(*) AS n FROM orders AS o GROUP BY o.customer.city",
            HOURLY);
    assertThat(
        gold(
            query,
            List.of(
                order("ordered_at", 0L, "customer", Map.of("city", "Ulm")),
                order("ordered_at", 1L, "customer", Map.of("city", "Ulm")),
                order("ordered_at", 2L, "customer", Map.of()),
                order("ordered_at", 3L))),
        contains(
            "1970-01-01T00:00:00Z 1970-01-01T01:00:00Z Ulm 2",
            "1970-01-01T00:00:00Z 1970-01-01T01:00:00Z null 2"));
  }

  @Test
  void refusesToRunSessionsWithHavingInParts() {
    WindowSpec sessions = WindowSpec.session(Duration.ofMinutes(30));
    WindowedQuery query = query(REVENUE + " HAVING COUNT(*) > 1", sessions);
    assertThrows(
        IllegalArgumentException.class,
        () -> AggregateBySql.of(query, TouchedWindows.none(sessions)));
  }

  @Test
  void spillsGroupsThatDoNotFit() {
    WindowedQuery query = query("SELECT points, COUNT(*) AS n FROM orders GROUP BY points", HOURLY);
    List<Map<String, Object>> orders = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      orders.add(order("ordered_at", 0L, "points", (long) i % 100));
    }
    RowFeed feed = query.feed(TouchedWindows.all(HOURLY), 30);
    RowBatch batch = Orders.batch(query.inputSchema(), orders);
    AtomicLong counted = new AtomicLong();
    RowLayout layout = RowLayout.of(query.blockSchema());
    AtomicInteger partials = new AtomicInteger();
    Consumer<byte[]> blocks =
        block -> {
          for (int row = Integer.BYTES; row < block.length; row = RowBlock.next(block, row)) {
            counted.addAndGet(layout.longAt(block, row, layout.fieldCount() - 1));
            partials.incrementAndGet();
          }
        };
    for (int header = 0; header < batch.length(); header = RowBatch.next(batch.bytes(), header)) {
      feed.add(
          batch.bytes(),
          header + RowBatch.HEADER,
          RowBatch.rowLength(batch.bytes(), header),
          blocks);
    }
    feed.flush(blocks);
    assertThat(counted.get(), is(1000L));
    assertThat(partials.get(), is(1000));
    feed.flush(blocks);
    assertThat("a flushed feed is empty", partials.get(), is(1000));
  }
}
