package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Columns that are filled from the path of a file: what silver has is what DuckDB makes of the same
 * folders, which it wrote itself.
 */
class PathMetadataTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      status: active
      servers:
        - {server: files, type: local, path: 'in/*/*/*.FORMAT', format: FORMAT}
      schema:
        - name: sales
          logicalType: object
          properties:
            - {name: day, logicalType: date, required: true}
            - {name: id, logicalType: integer, required: true}
            - {name: country, logicalType: string, required: true}
            - {name: amount, logicalType: number, physicalType: double, required: true}
            - {name: file, logicalType: string, required: true}
            - {name: whole, logicalType: string, required: true}
            - {name: note, logicalType: string}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source:
        metadata: {day: partition.day, country: partition.land, file: fileName, whole: path}
      silver: {write: append}
      """;

  private static final String COLUMNS = "day, id, country, amount, file, whole, note";

  @TempDir Path folder;

  private Path pipeline(String format, String contract) throws Exception {
    Files.writeString(folder.resolve("sales.odcs.yaml"), contract.replace("FORMAT", format));
    return Files.writeString(folder.resolve("sales.pipeline.yaml"), PIPELINE);
  }

  private void write(Statement duck, String format, int from, int to) throws Exception {
    String records =
        "(SELECT range AS id, range / 4 AS amount, CASE WHEN range % 2 = 0 THEN 'n' || range END AS note,"
            + " DATE '2026-11-05' + CAST(range % 3 AS INTEGER) AS day,"
            + " ['DE', 'a b:c', 'Köln', '100%'][range % 4 + 1] AS land FROM range("
            + from
            + ", "
            + to
            + "))";
    Path in = folder.resolve("in");
    if (!format.equals("json")) {
      partition(duck, records, format, in, from);
      return;
    }
    // DuckDB does not partition JSON: it names the folders, and the files in them are written
    // again.
    Path written = folder.resolve("written-" + from);
    partition(duck, records, "parquet", written, from);
    try (Stream<Path> files = Files.walk(written)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = written.relativize(file).toString().replace(".parquet", ".json");
        Files.createDirectories(in.resolve(name).getParent());
        duck.execute(
            "COPY (SELECT id, amount, note FROM read_parquet('"
                + file
                + "', hive_partitioning = false)) TO '"
                + in.resolve(name)
                + "' (FORMAT json)");
      }
    }
  }

  private static void partition(Statement duck, String records, String format, Path to, int number)
      throws SQLException {
    duck.execute(
        "COPY "
            + records
            + " TO '"
            + to
            + "' (FORMAT "
            + format
            + ", PARTITION_BY (day, land), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'data_"
            + number
            + "_{i}')");
  }

  @ParameterizedTest
  @CsvSource({"csv, DIRECT", "json, DIRECT", "parquet, DIRECT", "csv, FLINK", "parquet, SPARK"})
  void columnsHoldWhatDuckDbReadsFromThePath(String format, Runner runner) throws Exception {
    Path pipeline = pipeline(format, CONTRACT);
    Lake lake = new Lake(folder.resolve("lake"));
    Files.createDirectories(folder.resolve("in"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement duck = connection.createStatement()) {
      write(duck, format, 0, 300);
      assertThat(cycle(lake, pipeline, runner), is(300L));
      write(duck, format, 300, 350);
      assertThat(cycle(lake, pipeline, runner), is(50L));
      String reader =
          switch (format) {
            case "csv" -> "read_csv";
            case "json" -> "read_json";
            default -> "read_parquet";
          };
      String told =
          "SELECT day, id, land AS country, amount, parse_filename(filename) AS file, filename AS whole, note FROM "
              + reader
              + "('"
              + folder
              + "/in/*/*/*."
              + format
              + "', filename = true, hive_partitioning = true, hive_types = {day: DATE, land: VARCHAR})";
      String silver =
          "SELECT "
              + COLUMNS
              + " FROM read_parquet('"
              + lake.folder()
              + "/silver/sales/*.parquet')";
      assertThat(count(duck, silver), is(350L));
      assertThat(count(duck, told + " EXCEPT ALL " + silver), is(0L));
      assertThat(count(duck, silver + " EXCEPT ALL " + told), is(0L));
    }
  }

  private static long cycle(Lake lake, Path pipeline, Runner runner) throws Exception {
    Ledger ledger = lake.cycle(pipeline, runner);
    ledger.requireBalance();
    return ledger.published();
  }

  private static long count(Statement duck, String query) throws SQLException {
    try (ResultSet result = duck.executeQuery("SELECT count(*) FROM (" + query + ")")) {
      result.next();
      return result.getLong(1);
    }
  }

  @Test
  void aFolderThatHoldsNoDateMakesDeadLettersOfItsRecords() throws Exception {
    Path pipeline = pipeline("csv", CONTRACT);
    Path some = Files.createDirectories(folder.resolve("in/day=2026-11-05/land=DE"));
    Files.writeString(some.resolve("a.csv"), "id,amount\n1,2.5\n");
    Path other = Files.createDirectories(folder.resolve("in/day=yesterday/land=DE"));
    Files.writeString(other.resolve("b.csv"), "id,amount\n2,2.5\n3,2.5\n");
    Path none = Files.createDirectories(folder.resolve("in/2026/land=DE"));
    Files.writeString(none.resolve("c.csv"), "id,amount\n4,2.5\n");
    Lake lake = new Lake(folder.resolve("lake"));
    assertThat(cycle(lake, pipeline, Runner.DIRECT), is(1L));
    assertThat(lake.quarantine("sales"), is(Map.of("TYPE_MISMATCH", 2L, "MISSING_REQUIRED", 1L)));
  }

  @Test
  void aCsvFileWithoutHeaderHasTheOtherColumns() throws Exception {
    Path pipeline = pipeline("csv", CONTRACT);
    Files.writeString(pipeline, PIPELINE.replace("source:\n", "source:\n  csv: {header: false}\n"));
    Path some = Files.createDirectories(folder.resolve("in/day=2026-11-05/land=DE"));
    Files.writeString(some.resolve("a.csv"), "7,2.5,n\n");
    Lake lake = new Lake(folder.resolve("lake"));
    assertThat(cycle(lake, pipeline, Runner.DIRECT), is(1L));
    assertThat(
        lake.rows("silver", "sales").get(0),
        is(
            "{\"day\":\"2026-11-05\",\"id\":7,\"country\":\"DE\",\"amount\":2.5,\"file\":\"a.csv\",\"whole\":\""
                + some.resolve("a.csv")
                + "\",\"note\":\"n\"}"));
  }
}
