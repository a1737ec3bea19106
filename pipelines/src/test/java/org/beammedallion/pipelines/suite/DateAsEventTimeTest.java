package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A date can be the event time: it stands for its midnight in UTC, in every cycle. */
class DateAsEventTimeTest {

  @TempDir Path folder;

  private static List<String> sorted(String sql) {
    List<String> rows = new ArrayList<>();
    SparkTables.rows(sql).forEach(row -> rows.add(row.toString()));
    rows.sort(String::compareTo);
    return rows;
  }

  private Path pipeline(String format) throws IOException {
    Files.createDirectory(folder.resolve("in"));
    Files.writeString(
        folder.resolve("sales.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: sales
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*.csv", format: csv}
        schema:
          - name: sales
            logicalType: object
            properties:
              - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
              - {name: sold_on, logicalType: date, required: true}
              - {name: amount, logicalType: number, physicalType: "decimal(10,2)"}
              - {name: version, logicalType: integer, required: true}
        """);
    Path file = folder.resolve("sales.pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: sales
        contract: sales.odcs.yaml
        source: {server: local}
        silver:
          write: upsert
          latestBy: version
          eventTime: sold_on
          partitionBy: month(sold_on)
          format: %s
        gold:
          - table: daily
            window: {type: tumbling, size: 1d}
            sql: SELECT COUNT(*) AS n, SUM(amount) AS total FROM sales
          - table: moving
            window: {type: sliding, size: 7d, period: 1d}
            sql: SELECT COUNT(*) AS n FROM sales
          - {table: dim_sale, kind: dimension, type: 1, columns: [version]}
          - table: fact_sales
            kind: fact
            sql: |
              SELECT s.id, s.sold_on, s.amount, d.sale_key
              FROM sales AS s LEFT JOIN dim_sale AS d ON d.id = s.id
        """
            .formatted(format));
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void cutsWindowsOfRowsOfEarlierAndLaterCycles(String format) throws Exception {
    Path pipeline = pipeline(format);
    Lake lake = new Lake(folder.resolve("lake"));
    Files.writeString(
        folder.resolve("in/1.csv"),
        """
        id,sold_on,amount,version
        1,2024-02-28,1.00,1
        2,2024-02-29,2.00,1
        3,2024-02-29,3.50,1
        4,1969-12-31,4.00,1
        5,2024-12-31,5.00,1
        """);
    lake.cycle(pipeline, Runner.DIRECT);
    check(lake);
    // A row of an earlier day is corrected, one moves to another day, and one is late.
    Files.writeString(
        folder.resolve("in/2.csv"),
        """
        id,sold_on,amount,version
        1,2024-02-28,1.10,2
        3,2024-03-01,3.50,2
        6,2024-02-29,6.00,1
        7,1969-12-31,7.00,1
        """);
    lake.cycle(pipeline, Runner.DIRECT);
    check(lake);
  }

  private static void check(Lake lake) {
    String silver = lake.table("silver", "sales");
    assertThat(
        sorted("SELECT CAST(window_start AS DATE), n, total FROM " + lake.table("gold", "daily")),
        is(sorted("SELECT sold_on, COUNT(*), SUM(amount) FROM " + silver + " GROUP BY sold_on")));
    assertThat(
        sorted("SELECT CAST(window_start AS DATE), n FROM " + lake.table("gold", "moving")),
        is(
            sorted(
                "SELECT start, COUNT(*) FROM (SELECT explode(sequence(date_sub(sold_on, 6), sold_on)) AS start FROM "
                    + silver
                    + ") GROUP BY start")));
    assertThat(
        sorted("SELECT id, sold_on, amount FROM " + lake.table("gold", "fact_sales")),
        is(sorted("SELECT id, sold_on, amount FROM " + silver)));
  }
}
