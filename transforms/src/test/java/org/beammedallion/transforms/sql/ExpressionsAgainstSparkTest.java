package org.beammedallion.transforms.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.beam.sdk.testing.TestPipeline;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions over one row give what Spark SQL gives for the same text, row by row. */
class ExpressionsAgainstSparkTest {

  private static String ours(String line) {
    return line.split(" => ")[0];
  }

  private static String sparks(String line) {
    String[] parts = line.split(" => ");
    return parts[parts.length - 1];
  }

  private static final Map<Long, List<String>> RESULTS = new ConcurrentSkipListMap<>();

  /**
   * @param file of expressions, one a line. What Spark calls otherwise stands after {@code =>}, and
   *     what it does otherwise: it computes INT and FLOAT in 32 bits, and its LIKE takes emoji
   *     apart.
   */
  @ParameterizedTest
  @CsvSource({
    "text, false",
    "casts, false",
    "numbers, false",
    "conditions, false",
    "times, false",
    "edges, true"
  })
  void giveWhatSparkGives(String file, boolean extremes) throws IOException {
    List<String> lines = lines(file);
    List<Map<String, Object>> rows = extremes ? ExtremeRows.rows() : SampleRows.rows();
    SampleRows.asView("samples", rows);
    List<RowExpressions.Named> named = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      named.add(new RowExpressions.Named("c" + i, parse(ours(lines.get(i)))));
    }
    RowExpressions expressions =
        RowExpressions.of(
            SampleRows.SCHEMA,
            named,
            List.of(),
            name ->
                new RowExpressions.Reference(
                    SampleRows.SCHEMA.indexOf(name.getSimple()), List.of()));
    run(expressions, rows);
    List<String> differences = new ArrayList<>();
    Map<Long, List<String>> spark = spark(lines);
    assertThat("every row has results", RESULTS.keySet(), is(spark.keySet()));
    for (int i = 0; i < lines.size(); i++) {
      for (Map.Entry<Long, List<String>> row : spark.entrySet()) {
        String expected = row.getValue().get(i);
        String actual = RESULTS.get(row.getKey()).get(i);
        if (!same(expected, actual)) {
          differences.add(
              lines.get(i) + ", row " + row.getKey() + ": Spark " + expected + ", ours " + actual);
        }
      }
    }
    assertThat(String.join("\n", differences), differences, is(empty()));
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream expressions =
        Objects.requireNonNull(
            ExpressionsAgainstSparkTest.class.getResourceAsStream(
                "/expressions/" + file + ".txt"))) {
      return new String(expressions.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
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

  private static Map<Long, List<String>> spark(List<String> lines) {
    StringBuilder sql = new StringBuilder("SELECT id");
    for (int i = 0; i < lines.size(); i++) {
      sql.append(", ").append(sparks(lines.get(i))).append(" AS c").append(i);
    }
    Map<Long, List<String>> rows = new TreeMap<>();
    for (List<String> row : SparkTables.rows(sql + " FROM samples")) {
      rows.put(Long.valueOf(row.get(0)), row.subList(1, row.size()));
    }
    return rows;
  }

  private static void run(RowExpressions expressions, List<Map<String, Object>> samples) {
    RESULTS.clear();
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    List<Row> rows =
        samples.stream()
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
