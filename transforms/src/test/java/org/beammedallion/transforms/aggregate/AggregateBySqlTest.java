package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.gold;
import static org.beammedallion.transforms.aggregate.Orders.micros;
import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AggregateBySqlTest {

  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));

  private static final String REVENUE =
      "SELECT currency, COUNT(*) AS orders, SUM(amount) AS revenue FROM orders GROUP BY currency";

  private static Map<String, Object> sale(String time, String currency, String amount) {
    return order(
        "ordered_at", micros(time), "currency", currency, "amount", amount == null ? null : new BigDecimal(amount));
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
  void givesTheSameByBeamSqlAlone() {
    WindowedQuery query = query(REVENUE, HOURLY);
    assertThat(gold(query.withoutPartials(), SALES), is(gold(query, SALES)));
  }

  @Test
  void givesNothingForNoRows() {
    assertThat(gold(query(REVENUE, HOURLY), List.of()), is(empty()));
  }
}
