package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates and timestamps of Spark's files, in both of its calendars, are what Spark reads. */
class SparkCalendarTest {

  private static final String ROWS =
      """
      SELECT CAST(d AS DATE) AS d, CAST(t AS TIMESTAMP) AS t FROM VALUES
        ('0001-01-01', '0001-01-03 00:00:00'),
        ('0099-12-31', '0500-06-15 23:59:59.999999'),
        ('1000-02-28', '1000-02-28 12:34:56.123456'),
        ('1000-03-01', '1000-03-01 00:00:00.000001'),
        ('1500-03-01', '1500-03-01 00:00:00'),
        ('1582-10-04', '1582-10-04 23:59:59.999999'),
        ('1582-10-15', '1582-10-15 00:00:00'),
        ('1752-09-14', '1883-11-18 12:00:00'),
        ('1899-12-31', '1893-03-31 23:59:59.5'),
        ('1900-01-01', '1900-01-01 00:00:00.000001'),
        ('1969-12-31', '1969-12-31 23:59:59.999999'),
        ('2024-02-29', '2024-10-27 02:30:00'),
        ('9999-12-31', '9999-12-30 23:59:59.999999') AS r(d, t)
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "LEGACY, TIMESTAMP_MICROS, UTC",
    "LEGACY, TIMESTAMP_MICROS, America/Los_Angeles",
    "LEGACY, TIMESTAMP_MILLIS, Europe/Berlin",
    "LEGACY, INT96, Europe/Berlin",
    "LEGACY, INT96, Asia/Kolkata",
    "CORRECTED, TIMESTAMP_MICROS, Europe/Berlin",
    "CORRECTED, INT96, America/Los_Angeles"
  })
  void datesAndTimestampsAreWhatSparkReads(String calendar, String type, String zone)
      throws IOException {
    SparkSession spark = SparkTables.session();
    Map<String, String> settings =
        Map.of(
            "spark.sql.session.timeZone", zone,
            "spark.sql.parquet.outputTimestampType", type,
            "spark.sql.parquet.datetimeRebaseModeInWrite", calendar,
            "spark.sql.parquet.int96RebaseModeInWrite", calendar);
    Path files = folder.resolve("files");
    List<Row> expected;
    RuntimeConfig conf = spark.conf();
    Map<String, String> before = new java.util.HashMap<>();
    settings.keySet().forEach(key -> before.put(key, conf.get(key)));
    try {
      settings.forEach(conf::set);
      spark
          .sql(ROWS)
          .coalesce(1)
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(files.toUri().toString());
      expected =
          spark
              .read()
              .parquet(files.toUri().toString())
              .selectExpr("unix_date(d)", "unix_micros(t)")
              .collectAsList();
    } finally {
      before.forEach(conf::set);
    }
    Path file;
    try (Stream<Path> all = Files.list(files)) {
      file = all.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    // INT96 is a point in time, whatever the field's zone is.
    TimestampType timestamp = new TimestampType(null, ZoneId.of("Australia/Sydney"));
    SourceFiles.Read read =
        SourceFiles.read(file, Field.optional("d", FieldType.DATE), Field.optional("t", timestamp));
    assertThat(read.rejects().toString(), read.rejects().size(), is(0));
    List<Object> dates = new ArrayList<>();
    List<Object> times = new ArrayList<>();
    for (Row row : expected) {
      dates.add(LocalDate.ofEpochDay(row.getInt(0)));
      times.add(Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS));
    }
    assertThat(read.column("d"), is(dates));
    assertThat(read.column("t"), is(times));
  }
}
