package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * NaN, infinities and the negative zero on their way from files that Spark wrote through bronze and
 * silver to gold. What Spark SQL says of the source file it must say of the tables too, with
 * conditions, for a reader skips files by the bounds that we wrote.
 */
class FloatingPointTest {

  private static final String ROWS =
      """
      SELECT id, g, CAST(d AS DOUBLE) AS d, CAST(f AS FLOAT) AS f, timestamp'2026-03-01 10:00:00' AS at
      FROM VALUES
        (1L, 'only', 'NaN', 'NaN'), (2L, 'only', 'NaN', 'NaN'),
        (3L, 'mixed', 'NaN', '1.5'), (4L, 'mixed', '1.5', 'NaN'), (5L, 'mixed', '-2.25', '-3'),
        (6L, 'mixed', NULL, NULL), (7L, 'ends', 'Infinity', '-Infinity'), (8L, 'ends', '0.5', 'Infinity'),
        (9L, 'bottom', '-Infinity', '0.1'), (10L, 'zero', '-0.0', '-0.0'), (11L, 'zero', NULL, '7')
        AS t(id, g, d, f)
      """;

  private static final List<String> CONDITIONS =
      List.of(
          "true",
          "d > 1",
          "d < -1",
          "d >= 1.5",
          "d = 0",
          "isnan(d)",
          "NOT isnan(d)",
          "d IS NULL",
          "f > 1.5",
          "f < 0",
          "f = double('NaN')",
          "d = double('Infinity')",
          "f <= double('-Infinity')");

  private static final String AGGREGATES =
      "SELECT g, MIN(d) AS least, MAX(d) AS greatest, SUM(d) AS total, AVG(d) AS mean, COUNT(d) AS n,"
          + " MIN(%1$s) AS least_f, MAX(%1$s) AS greatest_f FROM %2$s GROUP BY g";

  @TempDir Path folder;

  private Path pipeline(String source, String table) throws Exception {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: t
        name: t
        version: 1.0.0
        status: active
        servers: [{server: local, type: local, path: "source/*.%1$s", format: %1$s}]
        schema:
          - name: t
            logicalType: object
            properties:
              - {name: id, logicalType: integer, physicalType: bigint, required: true, primaryKey: true, primaryKeyPosition: 1}
              - {name: g, logicalType: string, required: true}
              - {name: d, logicalType: number, physicalType: double}
              - {name: f, logicalType: number, physicalType: float}
              - {name: at, logicalType: timestamp, required: true}
        """
            .formatted(source));
    return Files.writeString(
        folder.resolve("t.pipeline.yaml"),
        """
        pipeline: t
        contract: t.odcs.yaml
        source: {server: local}
        silver: {write: upsert, latestBy: d, eventTime: at, partitionBy: g, format: %s}
        gold:
          - table: measures
            window: {type: tumbling, size: 1d}
            sql: %s
        """
            .formatted(table, AGGREGATES.formatted("f", "t")));
  }

  @ParameterizedTest
  @CsvSource({
    "parquet, iceberg, FLINK",
    "parquet, delta,   SPARK",
    "avro,    iceberg, SPARK",
    "avro,    delta,   FLINK"
  })
  void staysWhatSparkWroteThroughAllLayers(String source, String table, Runner runner)
      throws Exception {
    Path files = folder.resolve("source");
    SparkTables.sql(ROWS).coalesce(1).write().format(source).save(files.toString());
    // Not of the files: parquet-java finds no -0.0 for a condition that asks for 0.
    Dataset<Row> memory = SparkTables.sql(ROWS);
    memory.createOrReplaceTempView("floating_point_rows");
    Lake lake = new Lake(folder.resolve("lake"));
    lake.cycle(pipeline(source, table), runner);

    assertThat(lake.quarantine("t"), is(anEmptyMap()));
    for (String condition : CONDITIONS) {
      String query = "SELECT id, g, d, f, at FROM %s WHERE " + condition + " ORDER BY id";
      assertThat(
          condition,
          SparkTables.rows(query.formatted(lake.table("silver", "t"))),
          is(SparkTables.rows(query.formatted("floating_point_rows"))));
    }
    // A zero of gold has no sign, and its floats are doubles.
    String measures =
        "SELECT g, least + 0.0D, greatest + 0.0D, total, mean, n, least_f + 0.0D, greatest_f + 0.0D"
            + " FROM %s ORDER BY g";
    assertThat(
        SparkTables.rows(measures.formatted(lake.table("gold", "measures"))),
        is(
            SparkTables.rows(
                measures.formatted(
                    "("
                        + AGGREGATES.formatted("CAST(f AS DOUBLE)", "floating_point_rows")
                        + ")"))));

    SparkTables.session()
        .read()
        .format(source)
        .option("recursiveFileLookup", "true")
        .load(folder.resolve("lake/bronze/t").toString())
        .createOrReplaceTempView("floating_point_bronze");
    String all = "SELECT id, g, d, f, at FROM %s ORDER BY id";
    assertThat(
        SparkTables.rows(all.formatted("floating_point_bronze")),
        is(SparkTables.rows(all.formatted("floating_point_rows"))));
  }
}
