package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.byEveryPath;
import static org.beammedallion.transforms.aggregate.Orders.gold;
import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.window.WindowText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is added up inside the batches is what Beam SQL would have computed from the rows. */
class PartialParityTest {

  private static final List<WindowSpec> WINDOWS =
      List.of(
          WindowSpec.tumbling(Duration.ofHours(1)),
          WindowSpec.sliding(Duration.ofHours(3), Duration.ofHours(2)),
          WindowSpec.sliding(Duration.ofMinutes(20), Duration.ofMinutes(50)));

  private static final List<String> QUERIES =
      List.of(
          "SELECT currency, COUNT(*) AS n, COUNT(amount) AS a, SUM(amount) AS s, MIN(amount) AS lo, MAX(amount) AS hi,"
              + " AVG(amount) AS av FROM orders GROUP BY currency",
          "SELECT currency, status, SUM(volume) AS s, MIN(volume) AS lo, MAX(volume) AS hi, SUM(quantity) AS q,"
              + " MIN(quantity) AS ql, SUM(points) AS p, MAX(points) AS ph, AVG(points) AS pa"
              + " FROM orders GROUP BY currency, status",
          "SELECT status AS st, currency, SUM(volume) AS s, MIN(volume) AS lo, MAX(volume) AS hi, SUM(amount) AS a,"
              + " SUM(quantity) AS q, MIN(quantity) AS ql, SUM(points) AS p, MAX(points) AS ph, COUNT(1) AS n"
              + " FROM orders WHERE points IS NOT NULL GROUP BY currency, status",
          "SELECT gift, MIN(weight) AS wl, MAX(weight) AS wh, SUM(weight) AS ws, MIN(ratio) AS rl, MAX(ratio) AS rh,"
              + " SUM(ratio) AS rs, MIN(due) AS dl, MAX(due) AS dh, MIN(paid_at) AS tl, MAX(paid_at) AS th,"
              + " MIN(gift) AS g, MIN(status) AS sl, MAX(status) AS sh FROM orders GROUP BY gift",
          "SELECT due, amount AS price, volume, quantity, paid_at, gift, COUNT(*) AS n FROM orders"
              + " GROUP BY due, amount, volume, quantity, paid_at, gift",
          "SELECT currency AS c, COUNT(*) + 1 AS n, CASE WHEN SUM(amount) > 10.505 THEN 'big' ELSE 'small' END AS size,"
              + " SUM(amount) / 3 AS third, SUM(amount) * 1.5 AS more FROM orders AS o WHERE o.amount < 10.505 OR NOT"
              + " (status LIKE 'n%w' OR status = 'é') GROUP BY o.currency HAVING COUNT(amount) >= 1 AND SUM(o.amount) < 60.005",
          "SELECT currency, COUNT(*) FILTER (WHERE gift) AS gifts, SUM(amount) FILTER (WHERE status IN ('new', 'paid'))"
              + " AS s, AVG(amount) FILTER (WHERE quantity BETWEEN 1 AND 3) AS a, MIN(points) FILTER (WHERE gift IS NOT TRUE)"
              + " AS m FROM orders GROUP BY currency",
          "SELECT DISTINCT currency, COUNT(*) AS n FROM orders WHERE quantity > 1.5 AND points <> 3 AND weight >= 0.25"
              + " AND due >= DATE '2026-03-02' AND ordered_at > TIMESTAMP '1969-12-31 22:30:00' GROUP BY currency, status",
          "SELECT status, COUNT(*) AS n FROM orders WHERE status > 'b' AND status < 'z' OR quantity NOT IN (1, 2)"
              + " OR gift IS NULL OR volume >= -1.00005 AND points NOT BETWEEN -1 AND 2 GROUP BY status",
          "SELECT currency, COUNT(*) AS n FROM orders WHERE quantity IN (-9,-8,-7,-6,-5,-4,-3,-2,-1,0,1,2,3,4,5,6,7,8,9,10,"
              + "11,12) AND NOT points IS NULL GROUP BY currency");

  private static final List<String> UNGROUPED =
      List.of(
          "SELECT COUNT(*) AS n, SUM(amount) AS s, AVG(weight) AS w, MAX(status) AS st FROM orders",
          "SELECT COUNT(points) AS n, SUM(points) AS s FROM orders WHERE gift HAVING COUNT(*) > 1");

  record Case(WindowSpec window, String sql) {
    @Override
    public String toString() {
      return WindowText.of(window) + ": " + sql;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < QUERIES.size(); i++) {
      cases.add(new Case(WINDOWS.get(i % WINDOWS.size()), QUERIES.get(i)));
      cases.add(new Case(WindowSpec.session(Duration.ofMinutes(10)), QUERIES.get(i)));
    }
    WINDOWS.forEach(window -> cases.add(new Case(window, QUERIES.get(0))));
    UNGROUPED.forEach(sql -> WINDOWS.forEach(window -> cases.add(new Case(window, sql))));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesWhatBeamSqlGivesFromTheRows(Case tested) {
    List<WindowedQuery> paths = byEveryPath(tested.sql(), tested.window());
    List<Map<String, Object>> orders = randomOrders(tested.hashCode(), 60);
    WindowedQuery bySql = paths.remove(paths.size() - 1);
    List<String> expected = gold(bySql, orders);
    assertThat("the test compares rows", expected.isEmpty(), is(false));
    assertThat("is added up inside the batches", paths.isEmpty(), is(false));
    for (WindowedQuery query : paths) {
      assertThat(query.outputSchema(), is(bySql.outputSchema()));
      assertThat(gold(query, orders), is(expected));
    }
  }

  /** Whole milliseconds, which is what Beam SQL knows, around the epoch, with nulls and repeats. */
  static List<Map<String, Object>> randomOrders(long seed, int count) {
    Random random = new Random(seed);
    List<Map<String, Object>> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      orders.add(
          order(
              "currency", pick(random, "EUR", "USD", null),
              "status", pick(random, "new", "paid", "é", "\uFF5E", "\uD83D\uDE00", "", null),
              "amount",
                  random.nextInt(5) == 0 ? null : BigDecimal.valueOf(random.nextInt(4000) - 500, 2),
              "volume",
                  random.nextInt(5) == 0
                      ? null
                      : new BigDecimal(
                          new BigInteger(80, random).subtract(BigInteger.ONE.shiftLeft(79)), 4),
              "quantity", pick(random, -2, 0, 1, 2, 3, 700, null),
              "points", random.nextInt(5) == 0 ? null : (long) random.nextInt(7) - 2,
              "weight", random.nextInt(5) == 0 ? null : random.nextInt(64) / 16.0,
              "ratio", random.nextInt(5) == 0 ? null : random.nextInt(64) / 16.0f,
              "gift", pick(random, true, false, null),
              "due", random.nextInt(5) == 0 ? null : LocalDate.of(2026, 3, 1 + random.nextInt(3)),
              "paid_at",
                  random.nextInt(5) == 0 ? null : (random.nextInt(10_000_000) - 5_000_000) * 1000L,
              "ordered_at",
                  random.nextInt(20) == 0
                      ? null
                      : (random.nextInt(8 * 3_600_000) - 5 * 3_600_000) * 1000L));
    }
    return orders;
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
