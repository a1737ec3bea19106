package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Expressions over one row give what Spark SQL gives for the same text, row by row. */
class ExpressionsAgainstSparkTest {

  /**
   * What Spark calls otherwise stands after {@code =>}, and what it does otherwise: it computes INT
   * and FLOAT in 32 bits, and its LIKE takes emoji apart.
   */
  private static final List<String> EXPRESSIONS =
      """
      CHAR_LENGTH(s)
      CHARACTER_LENGTH(s)
      LENGTH(s)
      OCTET_LENGTH(s)
      SUBSTRING(s FROM 1 FOR 1)
      SUBSTRING(s FROM 2)
      SUBSTRING(s FROM 2 FOR 3)
      SUBSTRING(s, 1, 100)
      SUBSTRING(s, 0, 2)
      SUBSTRING(s, -2, 2)
      SUBSTRING(s, -20, 19)
      SUBSTRING(s, 3, -1)
      SUBSTRING(s, i, 2)
      SUBSTR(s, 2, 1)
      LEFT(s, 1)
      LEFT(s, 0)
      LEFT(s, -1)
      LEFT(s, 50)
      RIGHT(s, 2)
      RIGHT(s, 0)
      RIGHT(s, 50)
      REVERSE(s)
      UPPER(s)
      LOWER(s)
      TRIM(s)
      TRIM(LEADING FROM s)
      TRIM(TRAILING ' ' FROM s)
      TRIM(BOTH 'x😀' FROM s)
      LTRIM(s)
      RTRIM(s)
      POSITION('😀' IN s)
      POSITION('y' IN s)
      POSITION('' IN s)
      OVERLAY(s PLACING '😀' FROM 2)
      OVERLAY(s PLACING '++' FROM 2 FOR 1)
      OVERLAY(s PLACING '' FROM 1 FOR 1)
      REPLACE(s, '😀', 'ü')
      REPLACE(s, '', 'ü')
      s || '-ß€😀-' || g
      s LIKE '_x'
      s LIKE '__'
      s LIKE '%😀' => ENDSWITH(s, '😀')
      s LIKE '_%y_'
      s LIKE 'a!%b!_c' ESCAPE '!'
      s NOT LIKE '%a%'
      s LIKE '%'
      s LIKE g
      s = 'ab'
      s <> 'ab'
      s < 'ｦ'
      s >= '😀'
      s > g
      s BETWEEN 'a' AND 'ｦ'
      s IN ('ab', '😀x', 'ｦ')
      s NOT IN ('ab', 'x')
      'ä' || 'ö'
      CAST(l AS VARCHAR) => CAST(l AS STRING)
      CAST(i AS VARCHAR) => CAST(i AS STRING)
      CAST(d AS VARCHAR) => CAST(d AS STRING)
      CAST(big AS VARCHAR) => CAST(big AS STRING)
      CAST(f AS VARCHAR) => CAST(f AS STRING)
      CAST(r AS VARCHAR) => CAST(r AS STRING)
      CAST(b AS VARCHAR) => CAST(b AS STRING)
      CAST(due AS VARCHAR) => CAST(due AS STRING)
      CAST(t AS VARCHAR) => CAST(t AS STRING)
      CAST(0.01 AS VARCHAR) => CAST(0.01 AS STRING)
      CAST(-0.50 AS VARCHAR) => CAST(-0.50 AS STRING)
      CAST(d * d AS VARCHAR) => CAST(d * d AS STRING)
      CAST(digits AS BIGINT)
      CAST(digits AS INTEGER)
      CAST(digits AS DOUBLE)
      CAST(digits AS DECIMAL(10, 2))
      CAST(d AS BIGINT)
      CAST(d AS INTEGER)
      CAST(r AS BIGINT)
      CAST(l AS DOUBLE)
      CAST(d AS DOUBLE)
      CAST(l AS DECIMAL(20, 3))
      CAST(d AS DECIMAL(10, 1))
      CAST(d AS DECIMAL(10, 0))
      CAST(r AS DOUBLE)
      CAST(f * 0.5E0 AS DECIMAL(38, 10))
      CAST(b AS INTEGER)
      CAST(t AS DATE)
      CAST(due AS TIMESTAMP)
      CAST('2024-02-29' AS DATE)
      CAST('2024-02-29 12:34:56.789' AS TIMESTAMP)
      CAST('2024-02-29T12:34:56+02:00' AS TIMESTAMP)
      CAST('2024-02-29 12:34:56' AS DATE)
      CAST('  true ' AS BOOLEAN)
      i + l
      i - l
      i * 3 => CAST(i AS BIGINT) * 3
      l + 1
      -l
      - d
      i / l
      l / 2
      7 / 2
      l / 0
      0 / l
      d / 0
      f / 0
      d / 3
      d / l
      d / i
      d / big
      big / d
      f / d
      d + big
      d - l
      d * d
      d * big
      d * 1.5
      d * 2
      d + 1
      d + f
      r * 2 => CAST(r AS DOUBLE) * 2
      i + 0.5
      1 / 3.0
      2.50 * 4
      f + l
      f * f
      MOD(i, 3)
      MOD(i, l)
      MOD(l, 0)
      MOD(d, 3)
      MOD(d, 0.3)
      MOD(big, d)
      MOD(f, 2)
      MOD(f, l)
      ABS(i)
      ABS(d)
      ABS(f)
      ROUND(d)
      ROUND(d, 1)
      ROUND(d, 5)
      ROUND(d, -1)
      ROUND(f, 1)
      ROUND(f)
      ROUND(l, -1)
      ROUND(l, 2)
      ROUND(d / 3, 2)
      FLOOR(d)
      CEIL(d)
      CEILING(d)
      FLOOR(r)
      CEIL(r)
      FLOOR(l)
      SQRT(l)
      SQRT(f)
      POWER(i, 2)
      POWER(r, 2)
      EXP(r)
      LN(f)
      LN(d)
      LOG10(l)
      i = 7
      d = 0.10
      d = 0.1000
      d > 10.499
      d > 1
      d < big
      d = l
      f = 0
      f > 0.1
      f < d
      r = 0.5
      l > 3.5
      i BETWEEN 0 AND 5
      d NOT BETWEEN 0 AND 5
      l IN (1, 2, 3)
      d IN (0.01, 1, 10.5)
      i <> l
      b = TRUE
      b IS TRUE
      b IS NOT TRUE
      b IS NULL
      NOT b
      b AND i > 0
      b OR i > 0
      i IS DISTINCT FROM l
      d IS NOT DISTINCT FROM 1
      s IS NULL
      CASE WHEN b THEN 'big' ELSE 'small' END
      CASE WHEN i > 0 THEN 1 WHEN i < 0 THEN -1 ELSE 0 END
      CASE g WHEN 'a' THEN 1 WHEN '😀' THEN 2 END
      CASE WHEN b THEN d ELSE 0 END
      CASE WHEN b THEN d ELSE 0.123 END
      CASE WHEN b THEN l ELSE f END
      CASE WHEN b THEN l ELSE d END
      CASE WHEN i <> 0 THEN l / i END
      CASE WHEN l = 0 THEN NULL ELSE i / l END
      COALESCE(d, 0)
      COALESCE(s, g, '?')
      COALESCE(l, i, 0)
      COALESCE(f, d)
      COALESCE(t, TIMESTAMP '2024-01-01 00:00:00')
      NULLIF(i, 0)
      NULLIF(d, 1)
      NULLIF(s, '')
      d / NULLIF(l, 0)
      EXTRACT(YEAR FROM t)
      EXTRACT(QUARTER FROM t)
      EXTRACT(MONTH FROM t)
      EXTRACT(WEEK FROM t)
      EXTRACT(DAY FROM t)
      EXTRACT(DOW FROM t)
      EXTRACT(ISODOW FROM t) => EXTRACT(DOW_ISO FROM t)
      EXTRACT(DOY FROM t)
      EXTRACT(HOUR FROM t)
      EXTRACT(MINUTE FROM t)
      EXTRACT(ISOYEAR FROM t) => EXTRACT(YEAROFWEEK FROM t)
      EXTRACT(SECOND FROM t) => SECOND(t)
      EXTRACT(YEAR FROM due)
      EXTRACT(WEEK FROM due)
      YEAR(t)
      MONTH(due)
      DAYOFMONTH(t)
      DAYOFWEEK(due)
      DAYOFYEAR(t)
      HOUR(t)
      SECOND(t)
      FLOOR(t TO YEAR) => DATE_TRUNC('YEAR', t)
      FLOOR(t TO MONTH) => DATE_TRUNC('MONTH', t)
      FLOOR(t TO DAY) => DATE_TRUNC('DAY', t)
      FLOOR(t TO HOUR) => DATE_TRUNC('HOUR', t)
      DATE_TRUNC('quarter', t)
      DATE_TRUNC('week', t)
      DATE_TRUNC('minute', t)
      DATE_TRUNC('second', t)
      t + INTERVAL '1' DAY
      t - INTERVAL '90' MINUTE
      t + INTERVAL '1' MONTH
      t - INTERVAL '1-2' YEAR TO MONTH
      t + INTERVAL '1 02:03:04.5' DAY TO SECOND
      due + INTERVAL '1' DAY
      due - INTERVAL '1' MONTH
      due + INTERVAL '1' YEAR
      TIMESTAMPADD(DAY, MOD(i, 1000), TIMESTAMP '2024-02-28 10:00:00') => TIMESTAMPADD(DAY, CAST(MOD(i, 1000) AS INT), TIMESTAMP '2024-02-28 10:00:00')
      TIMESTAMPADD(MONTH, 1, t)
      TIMESTAMPADD(HOUR, -1, t)
      TIMESTAMPDIFF(DAY, t, TIMESTAMP '2024-03-01 00:00:00')
      TIMESTAMPDIFF(MONTH, t, TIMESTAMP '2024-03-01 00:00:00')
      TIMESTAMPDIFF(YEAR, t, TIMESTAMP '2024-03-01 00:00:00')
      TIMESTAMPDIFF(SECOND, t, TIMESTAMP '2024-03-01 00:00:00')
      TIMESTAMPDIFF(DAY, due, DATE '2024-03-01')
      t > TIMESTAMP '2024-01-01 00:00:00.000001'
      t = TIMESTAMP '2024-02-29 23:59:59.999999'
      due >= DATE '2024-01-01'
      due < t
      due > '2020-01-01'
      t BETWEEN '2020-01-01' AND '2024-06-01 12:00:00'
      t
      due
      TRUE
      NULL IS NULL
      1.50
      1E3
      'U'
      """
          .lines()
          .toList();

  private static String ours(String line) {
    return line.split(" => ")[0];
  }

  private static String sparks(String line) {
    String[] parts = line.split(" => ");
    return parts[parts.length - 1];
  }

  private static final Map<Long, List<String>> RESULTS = new ConcurrentSkipListMap<>();

  @Test
  void giveWhatSparkGives() {
    SampleRows.asView("samples");
    List<RowExpressions.Named> named = new ArrayList<>();
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      named.add(new RowExpressions.Named("c" + i, parse(ours(EXPRESSIONS.get(i)))));
    }
    RowExpressions expressions =
        RowExpressions.of(
            SampleRows.SCHEMA,
            named,
            List.of(),
            name ->
                new RowExpressions.Reference(
                    SampleRows.SCHEMA.indexOf(name.getSimple()), List.of()));
    run(expressions);
    List<String> differences = new ArrayList<>();
    Map<Long, List<String>> spark = spark();
    assertThat("every row has results", RESULTS.keySet(), is(spark.keySet()));
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      for (Map.Entry<Long, List<String>> row : spark.entrySet()) {
        String expected = row.getValue().get(i);
        String actual = RESULTS.get(row.getKey()).get(i);
        if (!same(expected, actual)) {
          differences.add(
              EXPRESSIONS.get(i)
                  + ", row "
                  + row.getKey()
                  + ": Spark "
                  + expected
                  + ", ours "
                  + actual);
        }
      }
    }
    assertThat(String.join("\n", differences), differences, is(empty()));
  }

  /** Numbers are compared by value: a type's scale is not the matter here. */
  private static boolean same(String expected, String actual) {
    if (expected.equals(actual)) {
      return true;
    }
    try {
      return new java.math.BigDecimal(expected).compareTo(new java.math.BigDecimal(actual)) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  static SqlNode parse(String expression) {
    return ((SqlSelect) SqlDialect.parse("SELECT " + expression + " FROM t"))
        .getSelectList()
        .get(0);
  }

  private static Map<Long, List<String>> spark() {
    StringBuilder sql = new StringBuilder("SELECT id");
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      sql.append(", ").append(sparks(EXPRESSIONS.get(i))).append(" AS c").append(i);
    }
    Map<Long, List<String>> rows = new TreeMap<>();
    for (List<String> row : SparkTables.rows(sql + " FROM samples")) {
      rows.put(Long.valueOf(row.get(0)), row.subList(1, row.size()));
    }
    return rows;
  }

  private static void run(RowExpressions expressions) {
    RESULTS.clear();
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    List<Row> rows =
        SampleRows.rows().stream()
            .map(each -> SqlRows.encoded(SampleRows.SCHEMA, each))
            .map(
                encoded -> {
                  List<@Nullable Object> values = expressions.opener().values(encoded, 0);
                  values.add(encoded);
                  return Row.withSchema(expressions.schema()).attachValues(values);
                })
            .toList();
    PCollection<Row> opened = pipeline.apply(Create.of(rows).withRowSchema(expressions.schema()));
    PCollectionTuple.of(new TupleTag<>(RowExpressions.TABLE), opened)
        .apply(SqlDialect.transform(expressions.sql(), Failing.at((row, window) -> "for a row")))
        .apply(ParDo.of(new CollectFn(expressions.results())));
    pipeline.run().waitUntilFinish();
  }

  private static final class CollectFn extends DoFn<Row, Void> {
    private final RecordSchema schema;

    CollectFn(RecordSchema schema) {
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element Row results) {
      RowBuilder builder = new RowBuilder(1 << 10);
      RowSealer sealer = new RowSealer(schema, builder);
      int row = builder.beginRow(sealer.layout());
      for (int i = 0; i < schema.fields().size(); i++) {
        sealer.set(row, i, results.getValue(i + 1));
      }
      byte[] sealed = Arrays.copyOf(builder.bytes(), builder.length());
      byte[] encoded = RowExpressions.encodedRow(results);
      long id =
          org.beammedallion.transforms.row.RowLayout.of(SampleRows.SCHEMA).longAt(encoded, 0, 0);
      RESULTS.put(id, SqlRows.values(schema, sealed));
    }
  }
}
