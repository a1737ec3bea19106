package org.beammedallion.transforms.aggregate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.Create;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.ExtremeRows;
import org.beammedallion.transforms.sql.SampleRows;
import org.beammedallion.transforms.sql.SqlRows;
import org.beammedallion.transforms.window.TouchedWindows;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggregates give what Spark SQL gives over the same rows, by each path that a query can take. */
class AggregatesAgainstSparkTest {

  /** One window holds every row. */
  private static final WindowSpec WINDOW = WindowSpec.tumbling(Duration.ofDays(36_500));

  @BeforeAll
  static void fillSpark() {
    SampleRows.asView("samples_of_groups");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT g, AVG(i) AS ai, AVG(l) AS al, AVG(d) AS ad, AVG(big) AS ab, AVG(f) AS af FROM"
            + " samples GROUP BY g",
        "SELECT AVG(i) AS ai, AVG(l) AS al, AVG(d) AS ad, AVG(r) AS ar, COUNT(i) AS n FROM samples",
        "SELECT g, SUM(i) AS si, SUM(l) AS sl, SUM(d) AS sd, SUM(big) AS sb, MIN(s) AS mins, MAX(s)"
            + " AS maxs FROM samples GROUP BY g",
        "SELECT g, SUM(i) / SUM(l) AS q, SUM(d) / SUM(l) AS dq, SUM(d) / COUNT(*) AS dn, SUM(i) / 0"
            + " AS z, SUM(f) / SUM(r) AS fq FROM samples GROUP BY g",
        "SELECT SUBSTRING(s FROM 1 FOR 1) AS c, CHAR_LENGTH(s) AS l, COUNT(*) AS n FROM samples"
            + " GROUP BY SUBSTRING(s FROM 1 FOR 1), CHAR_LENGTH(s)",
        "SELECT g, SUM(d * i) AS di, MAX(d * 1.5) AS m, AVG(d * big) AS a, SUM(d + f) AS df FROM"
            + " samples GROUP BY g",
        "SELECT g, VAR_POP(l) AS vp, VAR_SAMP(i) AS vs, STDDEV_POP(d) AS sp, STDDEV_SAMP(r) AS ss,"
            + " STDDEV(d) AS sd, VARIANCE(d) AS v FROM samples GROUP BY g",
        "SELECT g, COUNT(*) FILTER (WHERE i > 0) AS n, SUM(d) FILTER (WHERE s LIKE '_%') AS x,"
            + " AVG(i) FILTER (WHERE b) AS a FROM samples GROUP BY g",
        "SELECT g, AVG(i) AS a FROM samples GROUP BY g HAVING AVG(i) > 0.5 OR CHAR_LENGTH(g) = 1",
        "SELECT g, MIN(t) AS lo, MAX(t) AS hi, MIN(due) AS ld, EXTRACT(YEAR FROM MAX(t)) AS y FROM"
            + " samples GROUP BY g",
        "SELECT FLOOR(t TO MONTH) AS m, COUNT(*) AS n FROM samples WHERE t > TIMESTAMP '1999-12-31"
            + " 23:59:59.999999' GROUP BY FLOOR(t TO MONTH)",
        "SELECT CASE WHEN d > 0 THEN 'positive' ELSE 'no' END AS sign, COUNT(*) AS n, SUM(CASE WHEN"
            + " b THEN 1 ELSE 0 END) AS trues FROM samples GROUP BY CASE WHEN d > 0 THEN 'positive'"
            + " ELSE 'no' END",
        "SELECT DISTINCT g, b FROM samples WHERE s IS NOT NULL",
        "SELECT COUNT(x) AS n FROM (SELECT DISTINCT CAST(i AS VARCHAR) AS x FROM samples) AS q",
        "WITH q AS (SELECT g, d * 2 AS twice FROM samples) SELECT g, SUM(twice) AS s FROM q GROUP"
            + " BY g UNION ALL SELECT 'x', COUNT(*) FROM samples",
        "SELECT g FROM samples WHERE i > 0 INTERSECT SELECT g FROM samples WHERE i < 0",
        "SELECT d AS v FROM samples WHERE l = 0 UNION SELECT 1 FROM samples",
      })
  void givesWhatSparkGives(String sql) {
    List<String> expected =
        SparkTables.rows(
                sql.replace("FROM samples", "FROM samples_of_groups")
                    .replace("FLOOR(t TO MONTH)", "DATE_TRUNC('MONTH', t)")
                    .replace("AS VARCHAR", "AS STRING"))
            .stream()
            .map(AggregatesAgainstSparkTest::normal)
            .toList();
    int paths = 0;
    for (WindowedQuery.Path path : WindowedQuery.Path.values()) {
      WindowedQuery query = WindowedQuery.of("samples", sql, SampleRows.SCHEMA, TIME, WINDOW, path);
      if (query.path() == path) {
        paths++;
        assertThat(
            path + ": " + sql,
            gold(query, SampleRows.rows()),
            containsInAnyOrder(expected.toArray()));
      }
    }
    assertThat(paths > 0, is(true));
  }

  /** NaN and infinities, zeros of both signs, and the limits of the other types. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT g, MIN(f) AS lo, MAX(f) AS hi, SUM(f) AS s, AVG(f) AS a, COUNT(f) AS n FROM samples"
            + " GROUP BY g",
        "SELECT MIN(r) AS lo, MAX(r) AS hi, SUM(r) AS s, COUNT(*) AS n FROM samples",
        "SELECT g, VAR_POP(f) AS vp, VAR_SAMP(f) AS vs, STDDEV_POP(f) AS sp, STDDEV(f) AS ss FROM"
            + " samples WHERE f > 2 GROUP BY g",
        "SELECT VAR_SAMP(f) AS v, STDDEV_POP(f) AS d FROM samples WHERE id = 0",
        "SELECT g, MIN(l) AS lo, MAX(l) AS hi, AVG(l) AS a, AVG(i) AS ai, SUM(i) AS si FROM samples"
            + " GROUP BY g",
        "SELECT MIN(big) AS lo, MAX(big) AS hi, SUM(big) AS s, AVG(big) AS a, SUM(d) AS sd, AVG(d)"
            + " AS ad FROM samples",
        "SELECT MIN(t) AS lo, MAX(t) AS hi, MIN(due) AS ld, MAX(due) AS hd, MIN(s) AS ls, MAX(s) AS"
            + " hs FROM samples",
        "SELECT g, COUNT(*) AS n, COUNT(s) AS c FROM samples WHERE g IS NULL GROUP BY g",
        "SELECT COUNT(*) FILTER (WHERE f > 1) AS a, COUNT(*) FILTER (WHERE f = 0) AS z, COUNT(*)"
            + " FILTER (WHERE r < 0) AS n, MAX(f) FILTER (WHERE f < 1) AS m FROM samples",
        "SELECT MIN(b) AS lo, MAX(b) AS hi FROM samples",
        "SELECT i AS v FROM samples INTERSECT ALL SELECT i FROM samples WHERE i > 0",
        "SELECT g AS v FROM samples EXCEPT ALL SELECT g FROM samples WHERE i > 0",
        "SELECT g AS v FROM samples EXCEPT SELECT g FROM samples WHERE i > 0",
      })
  void givesWhatSparkGivesAtTheLimits(String sql) {
    SampleRows.asView("samples_at_the_limits", ExtremeRows.rows());
    List<String> expected =
        SparkTables.rows(sql.replace("FROM samples", "FROM samples_at_the_limits")).stream()
            .map(AggregatesAgainstSparkTest::normal)
            .toList();
    for (WindowedQuery.Path path : WindowedQuery.Path.values()) {
      WindowedQuery query = WindowedQuery.of("samples", sql, SampleRows.SCHEMA, TIME, WINDOW, path);
      assertThat(
          path + ": " + sql,
          gold(query, ExtremeRows.rows()),
          containsInAnyOrder(expected.toArray()));
    }
  }

  private static final int TIME = SampleRows.SCHEMA.indexOf("at");

  private static List<String> gold(WindowedQuery query, List<Map<String, Object>> rows) {
    return SqlRows.asText(
            query.outputSchema(),
            "\u0001",
            pipeline ->
                pipeline
                    .apply(Create.of(batch(query, rows)).withCoder(RowBatchCoder.of()))
                    .apply(AggregateBySql.of(query, TouchedWindows.all(WINDOW))))
        .stream()
        .map(row -> Arrays.asList(row.split("\u0001", -1)))
        .map(row -> normal(row.subList(2, row.size())))
        .toList();
  }

  private static RowBatch batch(WindowedQuery query, List<Map<String, Object>> rows) {
    RowLayout layout = RowLayout.of(query.inputSchema());
    RowBuilder builder = new RowBuilder(1024);
    for (int i = 0; i < rows.size(); i++) {
      int header = RowBatch.beginHeader(builder, 0, i);
      SqlRows.append(layout, rows.get(i), builder);
      RowBatch.endHeader(builder, header);
    }
    byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
    return new RowBatch(0, bytes, bytes.length, rows.size(), rows.size(), List.of(), new long[0]);
  }

  /** Numbers by their value, doubles to 14 digits, for sums of them depend on the order. */
  private static String normal(List<String> row) {
    List<String> normal = new ArrayList<>();
    for (String value : row) {
      try {
        BigDecimal number = new BigDecimal(value);
        boolean exact = value.indexOf('E') < 0 && number.precision() > 17;
        normal.add(
            (exact ? number : number.round(new MathContext(14)))
                .stripTrailingZeros()
                .toPlainString());
      } catch (NumberFormatException e) {
        normal.add(value);
      }
    }
    return String.join(" | ", normal);
  }
}
