package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowedQueryTest {

  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));
  private static final WindowSpec SESSIONS = WindowSpec.session(Duration.ofMinutes(5));

  @Test
  void declaresTheColumnsOfGold() {
    WindowedQuery query =
        query(
            "SELECT currency, order_id, COUNT(*) AS n, SUM(amount) AS s, MAX(volume) AS hi, SUM(volume) AS v,"
                + " AVG(amount) AS av, SUM(quantity) AS q, AVG(weight) AS w, MIN(paid_at) AS t, MAX(due) AS d,"
                + " SUM(amount) * 2 AS twice, MIN(gift) AS g FROM orders GROUP BY currency, order_id",
            HOURLY);
    assertThat(
        query.outputSchema(),
        is(
            RecordSchema.of(
                Field.required("window_start", FieldType.TIMESTAMP),
                Field.required("window_end", FieldType.TIMESTAMP),
                Field.optional("currency", FieldType.STRING),
                Field.required("order_id", FieldType.STRING),
                Field.required("n", FieldType.LONG),
                Field.optional("s", FieldType.decimal(22, 2)),
                Field.optional("hi", FieldType.decimal(30, 4)),
                Field.optional("v", FieldType.decimal(38, 4)),
                Field.optional("av", FieldType.decimal(38, 6)),
                Field.optional("q", FieldType.LONG),
                Field.optional("w", FieldType.DOUBLE),
                Field.optional("t", FieldType.TIMESTAMP),
                Field.optional("d", FieldType.DATE),
                Field.optional("twice", FieldType.decimal(38, 2)),
                Field.optional("g", FieldType.BOOLEAN))));
  }

  @Test
  void requiresOnlyTheColumnsItTouches() {
    WindowedQuery query =
        query("SELECT o.status, SUM(amount) AS s FROM orders o WHERE gift GROUP BY status", HOURLY);
    assertThat(query.inputSchema().names(), contains("status", "amount", "gift", "ordered_at"));
    assertThat(query.requiredFields(), is(new int[] {2, 3, 9, 12}));
  }

  @Test
  void requiresEveryColumnThatSqlKnowsForAStar() {
    WindowedQuery query = query("SELECT COUNT(*) AS n FROM (SELECT * FROM orders) x", HOURLY);
    assertThat(query.inputSchema().names().size(), is(Orders.SCHEMA.fields().size() - 1));
  }

  @Test
  void countingRowsTouchesNoColumnButTheEventTime() {
    assertThat(
        query("SELECT COUNT(*) AS n FROM orders", HOURLY).inputSchema().names(),
        contains("ordered_at"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT curency, COUNT(*) AS n FROM orders GROUP BY curency | 1 | 52 | did you mean 'currency'?",
        "SELECT currency, COUNT(*) AS n FROM orders WHERE o.x = 1 GROUP BY currency | 1 | 50 | there is no table 'o' in FROM; the only one is 'orders'.",
        "SELECT currency FROM order | 1 | 22 | 'order' is a reserved word",
        "SELECT currency FROM sales | 1 | 22 | there is no table 'sales'; FROM takes orders.",
        "SELEC currency FROM orders | 1 | 1 | did you mean SELECT?",
        "SELECT currency, SUM(amount) AS s FROM orders | 1 | 8 | not being grouped",
        "SELECT currency, SUM(status) AS s FROM orders GROUP BY currency | 1 | 18 | is text",
        "SELECT tags FROM orders | 1 | 8 | there is no column 'tags'; the columns are",
        "INSERT INTO orders SELECT * FROM orders | 1 | 1 | made by a SELECT",
        "SELECT currency FROM orders ORDER BY currency | 1 | 38 | a gold table has no order",
        "SELECT currency FROM orders LIMIT 5 | 1 | 35 | a gold table has no order",
        "SELECT COUNT(DISTINCT status) AS n FROM orders | 1 | 8 | SELECT DISTINCT",
        "SELECT a.currency FROM orders a JOIN orders b ON a.status = b.status | 1 | 33 | joins are not supported",
        "SELECT currency, (SELECT MAX(points) FROM orders) AS m FROM orders | 1 | 18 | becomes a join",
        "SELECT ROW_NUMBER() OVER (PARTITION BY currency ORDER BY due) AS n FROM orders | 1 | 8 | OVER is not supported",
        "SELECT currency, COUNT(*) AS n FROM orders GROUP BY ROLLUP(currency) | 1 | 53 | UNION ALL",
        "SELECT COUNT(*) AS n FROM orders GROUP BY TUMBLE(ordered_at, INTERVAL '1' HOUR) | 1 | 43 | not needed",
        "SELECT currency, CURRENT_TIMESTAMP AS now FROM orders | 1 | 18 | another value each time",
        "SELECT 1 AS x | 1 | 1 | add FROM orders",
        "SELECT currency, COUNT(*) FROM orders GROUP BY currency | 1 | 1 | give it one with AS",
        "SELECT currency AS window_start FROM orders | 1 | 1 | appears twice",
        "WITH orders AS (SELECT * FROM orders) SELECT currency FROM orders | 1 | 6 | choose another name",
        "SELECT weight, COUNT(*) AS n FROM orders GROUP BY weight | 0 | 0 | cast it to DECIMAL",
        "SELECT DISTINCT weight FROM orders | 0 | 0 | cast it to DECIMAL",
        "SELECT currency, STDDEV_POP(weight) FILTER (WHERE gift) AS d FROM orders GROUP BY currency | 1 | 18 | Use CASE",
      })
  void refusesWithPlaceAndReason(String sql, int line, int column, String reason) {
    InvalidQueryException refused =
        assertThrows(InvalidQueryException.class, () -> query(sql, HOURLY));
    assertThat(refused.getMessage(), containsString(reason));
    assertThat(refused.getMessage(), refused.line(), is(line));
    assertThat(refused.getMessage(), refused.column(), is(column));
  }

  @Test
  void tellsTheLineOfAFault() {
    InvalidQueryException refused =
        assertThrows(
            InvalidQueryException.class,
            () -> query("SELECT currency,\n  stat FROM orders", HOURLY));
    assertThat(
        refused.getMessage(),
        is("SQL line 2, column 3: there is no column 'stat'; did you mean 'status'?"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT COUNT(*) AS n FROM orders",
        "SELECT currency FROM orders",
        "SELECT currency, COUNT(*) AS n FROM (SELECT * FROM orders) x GROUP BY currency",
        "SELECT currency, COUNT(*) AS n FROM orders GROUP BY currency UNION ALL SELECT status, 1 FROM orders"
      })
  void refusesSessionsThatBelongToNoColumns(String sql) {
    InvalidQueryException refused =
        assertThrows(InvalidQueryException.class, () -> query(sql, SESSIONS));
    assertThat(refused.getMessage(), containsString("Session windows need"));
  }

  @Test
  void recomputesSessionsAsAWholeWhereHavingHidesSome() {
    String sql = "SELECT currency, COUNT(*) AS n FROM orders WHERE gift GROUP BY currency";
    assertThat(query(sql, SESSIONS).recomputesWhole(), is(false));
    assertThat(query(sql + " HAVING COUNT(*) > 1", SESSIONS).recomputesWhole(), is(true));
    assertThat(query(sql + " HAVING COUNT(*) > 1", HOURLY).recomputesWhole(), is(false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT currency, VAR_POP(weight) AS v FROM orders GROUP BY currency",
        "SELECT UPPER(currency) AS c, COUNT(*) AS n FROM orders GROUP BY UPPER(currency)",
        "SELECT currency, SUM(amount * 2) AS s FROM orders GROUP BY currency",
        "SELECT currency, COUNT(*) AS n FROM orders WHERE status LIKE 'a_b' GROUP BY currency",
        "SELECT currency, COUNT(*) AS n FROM orders WHERE amount < volume GROUP BY currency",
        "SELECT currency, EXTRACT(HOUR FROM MAX(paid_at)) AS h FROM orders GROUP BY currency",
        "SELECT currency FROM orders",
        "SELECT currency, COUNT(*) AS n FROM orders GROUP BY currency UNION ALL SELECT status, 1 FROM orders"
      })
  void leavesTheRestToBeamSql(String sql) {
    assertThat(query(sql, HOURLY).aggregatesInBatches(), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT currency AS c, COUNT(*) AS n, MAX(due) AS d FROM orders GROUP BY currency | MERGED",
        "SELECT currency, AVG(amount) AS a FROM orders GROUP BY currency | PARTIALS_TO_BEAM_SQL",
        "SELECT currency, COUNT(*) AS n FROM orders GROUP BY currency HAVING COUNT(*) > 1 | PARTIALS_TO_BEAM_SQL",
        "SELECT DISTINCT COUNT(*) AS n FROM orders GROUP BY currency | PARTIALS_TO_BEAM_SQL",
        "SELECT UPPER(currency) AS u, COUNT(*) AS n FROM orders GROUP BY currency | PARTIALS_TO_BEAM_SQL",
        "SELECT currency, VAR_POP(weight) AS v FROM orders GROUP BY currency | BEAM_SQL",
      })
  void takesTheFastestPathThatIsExact(String sql, WindowedQuery.Path path) {
    assertThat(query(sql, HOURLY).path(), is(path));
  }

  @Test
  void refusesALiteralThatIsNoDate() {
    InvalidQueryException refused =
        assertThrows(
            InvalidQueryException.class,
            () -> query("SELECT COUNT(*) AS n FROM orders WHERE due > DATE 'yesterday'", HOURLY));
    assertThat(refused.getMessage(), containsString("DATE"));
    assertThat(refused.column(), is(46));
  }

  @Test
  void refusesAnEventTimeThatIsNoTimestamp() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                WindowedQuery.of(
                    "orders", "SELECT currency FROM orders", Orders.SCHEMA, 1, HOURLY));
    assertThat(
        refused.getMessage(), allOf(containsString("'currency'"), containsString("timestamp")));
  }
}
