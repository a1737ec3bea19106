package org.beammedallion.io.aggregate;

import static org.beammedallion.io.writing.TableFiles.micros;
import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.aggregate.WindowedQuery;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which windows of a gold table are computed, which stay, and which are gone. */
class StageAggregateTest {

  private static final RecordSchema SILVER =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("currency", FieldType.STRING),
          Field.optional("points", FieldType.LONG),
          Field.optional("ordered_at", FieldType.TIMESTAMP));
  private static final int ORDERED_AT = 3;
  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));
  private static final String POINTS =
      "SELECT currency, COUNT(*) AS orders, SUM(points) AS points FROM orders GROUP BY currency";

  @TempDir Path folder;

  private static WindowedQuery query(String sql, WindowSpec window) {
    return WindowedQuery.of("orders", sql, SILVER, ORDERED_AT, window);
  }

  private static TouchedWindows touched(WindowSpec window, String... times) {
    TouchedWindowsBuilder builder = TouchedWindows.builder(window);
    for (String time : times) {
      builder.add(at(time));
    }
    return builder.build();
  }

  /** A time of the day of all orders. */
  private static long at(String time) {
    return micros("2026-03-01T" + time + "Z");
  }

  private static String hours(String from, String to) {
    return at(from + ":00:00") + " " + at(to + ":00:00");
  }

  private static Object[] order(long id, String currency, Long points, String time) {
    return row(id, currency, points, time == null ? null : at(time));
  }

  private TableFiles silver() {
    return TableFiles.in(folder.resolve("silver"), SILVER);
  }

  private TableFiles gold(WindowedQuery query, String... partitionedBy) {
    return TableFiles.in(folder.resolve("gold"), query.outputSchema(), partitionedBy);
  }

  private String resultUri() {
    return folder.resolve("result.json").toString();
  }

  private StageResult stage(
      WindowedQuery query,
      TouchedWindows touched,
      List<DataFile> silverFiles,
      List<DataFile> tableFiles,
      String... partitionedBy)
      throws IOException {
    return stage(query, touched, silverFiles, tableFiles, List.of(), partitionedBy);
  }

  private StageResult stage(
      WindowedQuery query,
      TouchedWindows touched,
      List<DataFile> silverFiles,
      List<DataFile> tableFiles,
      List<DataFile> keptFiles,
      String... partitionedBy)
      throws IOException {
    return TableFiles.run(
        StageAggregate.of(
            new StageAggregate.Settings(
                query,
                touched,
                silver().folder(),
                silverFiles,
                tableFiles,
                keptFiles,
                gold(query, partitionedBy).target(),
                resultUri())),
        resultUri());
  }

  /** The second query is one whose last step Beam SQL takes. */
  @ParameterizedTest
  @ValueSource(strings = {POINTS, POINTS + " HAVING COUNT(*) > 0"})
  void computesTouchedWindowsAndKeepsTheOthersOfTheSameFiles(String sql) throws IOException {
    WindowedQuery query = query(sql, HOURLY);
    List<DataFile> silver = new ArrayList<>();
    silver.addAll(
        silver()
            .write(
                order(1, "EUR", 5L, "10:00:00"),
                order(2, null, null, "10:30:00"),
                order(3, "EUR", 100L, "09:59:59.999999"),
                order(4, "EUR", 100L, null)));
    silver.addAll(
        silver().write(order(5, "EUR", 7L, "10:59:59.999999"), order(6, "EUR", 100L, "11:00:00")));
    List<DataFile> gold =
        gold(query)
            .write(
                row(at("09:00:00"), at("10:00:00"), "EUR", 9L, 90L),
                row(at("10:00:00"), at("11:00:00"), "EUR", 1L, 1L),
                row(at("10:00:00"), at("11:00:00"), "USD", 1L, 1L),
                row(at("11:00:00"), at("12:00:00"), "EUR", 11L, 110L));

    StageResult result = stage(query, touched(HOURLY, "10:15:00"), silver, gold);

    gold(query)
        .requireRows(
            result.files(),
            hours("09", "10") + " EUR 9 90",
            hours("10", "11") + " EUR 2 12",
            hours("10", "11") + " null 1 null",
            hours("11", "12") + " EUR 11 110");
    assertThat("rows that were computed", result.published(), is(2L));
    assertThat(result.files(), hasSize(1));
  }

  @Test
  void takesAwayATouchedWindowThatHasNoRowsAnyMore() throws IOException {
    WindowedQuery query = query(POINTS, HOURLY);
    List<DataFile> gold =
        gold(query)
            .write(
                row(at("10:00:00"), at("11:00:00"), "EUR", 1L, 1L),
                row(at("11:00:00"), at("12:00:00"), "EUR", 2L, 2L));

    StageResult result = stage(query, touched(HOURLY, "10:15:00"), List.of(), gold);

    gold(query).requireRows(result.files(), hours("11", "12") + " EUR 2 2");
    assertThat(result.published(), is(0L));
  }

  @Test
  void writesNoFileWhereNothingIsTouchedAndNothingKept() throws IOException {
    List<DataFile> silver = silver().write(order(1, "EUR", 5L, "10:00:00"));
    StageResult result =
        stage(query(POINTS, HOURLY), TouchedWindows.none(HOURLY), silver, List.of());

    assertThat(result.files(), is(empty()));
    assertThat(result.published(), is(0L));
  }

  @Test
  void writesOneFileForEachPartition() throws IOException {
    WindowedQuery query = query(POINTS, HOURLY);
    List<DataFile> silver =
        silver()
            .write(
                order(1, "EUR", 5L, "10:00:00"),
                order(2, "USD", 6L, "10:00:00"),
                order(3, "EUR", 7L, "12:00:00"));

    StageResult result = stage(query, TouchedWindows.all(HOURLY), silver, List.of(), "currency");

    assertThat(
        result.files().stream()
            .map(file -> file.partitionValues().get("currency") + " " + file.rows())
            .sorted()
            .toList(),
        is(List.of("EUR 2", "USD 1")));
  }

  @Test
  void computesEachSlidingWindowThatHoldsATouchedTime() throws IOException {
    WindowSpec sliding = WindowSpec.sliding(Duration.ofHours(2), Duration.ofHours(1));
    WindowedQuery query = query("SELECT COUNT(*) AS orders FROM orders", sliding);
    List<DataFile> silver =
        silver().write(order(1, "EUR", 1L, "09:30:00"), order(2, "EUR", 1L, "10:30:00"));
    List<DataFile> gold =
        gold(query)
            .write(
                row(at("08:00:00"), at("10:00:00"), 80L),
                row(at("09:00:00"), at("11:00:00"), 90L),
                row(at("10:00:00"), at("12:00:00"), 100L),
                row(at("11:00:00"), at("13:00:00"), 110L));

    StageResult result = stage(query, touched(sliding, "10:30:00"), silver, gold);

    gold(query)
        .requireRows(
            result.files(),
            hours("08", "10") + " 80",
            hours("09", "11") + " 2",
            hours("10", "12") + " 1",
            hours("11", "13") + " 110");
  }

  @Test
  void joinsTwoSessionsOfGoldThatATouchedTimeConnects() throws IOException {
    WindowSpec sessions = WindowSpec.session(Duration.ofHours(1));
    WindowedQuery query =
        query("SELECT currency, COUNT(*) AS orders FROM orders GROUP BY currency", sessions);
    List<DataFile> silver =
        silver()
            .write(
                order(1, "EUR", 1L, "10:00:00"),
                order(2, "EUR", 1L, "11:30:00"),
                order(3, "EUR", 1L, "10:45:00"),
                order(4, "EUR", 1L, "20:00:00"));
    List<DataFile> gold =
        gold(query)
            .write(
                row(at("10:00:00"), at("11:00:00"), "EUR", 1L),
                row(at("11:30:00"), at("12:30:00"), "EUR", 1L),
                row(at("20:00:00"), at("21:00:00"), "EUR", 7L));
    TouchedWindows touched =
        TableWindows.closed(gold(query).folder(), gold, query, touched(sessions, "10:45:00"));

    StageResult result = stage(query, touched, silver, gold);

    gold(query)
        .requireRows(
            result.files(),
            at("10:00:00") + " " + at("12:30:00") + " EUR 3",
            hours("20", "21") + " EUR 7");
  }

  /** One of them leads to the next, and a file far away is not opened. */
  @Test
  void onlyFilesWithSessionsThatWouldBeCutAreRead() throws IOException {
    WindowSpec sessions = WindowSpec.session(Duration.ofHours(1));
    WindowedQuery query =
        query("SELECT currency, COUNT(*) AS orders FROM orders GROUP BY currency", sessions);
    List<DataFile> gold = new ArrayList<>();
    gold.addAll(gold(query).write(row(at("08:00:00"), at("09:10:00"), "EUR", 1L)));
    gold.addAll(gold(query).write(row(at("09:00:00"), at("10:20:00"), "USD", 1L)));
    List<DataFile> far = gold(query).write(row(at("20:00:00"), at("21:00:00"), "EUR", 7L));
    gold.addAll(far);
    Files.delete(Path.of(far.get(0).uri(gold(query).folder())));

    TouchedWindows touched =
        TableWindows.closed(gold(query).folder(), gold, query, touched(sessions, "10:10:00"));

    assertThat(touched.contains(at("08:00:00"), at("09:10:00")), is(true));
    assertThat(touched.contains(at("20:00:00"), at("21:00:00")), is(false));
  }

  @Test
  void aRepeatGivesTheSameRowsInFilesOfOtherNames() throws IOException {
    WindowedQuery query = query(POINTS, HOURLY);
    List<DataFile> silver = silver().write(order(1, "EUR", 5L, "10:00:00"));

    StageResult first = stage(query, TouchedWindows.all(HOURLY), silver, List.of());
    StageResult second = stage(query, TouchedWindows.all(HOURLY), silver, List.of());

    for (StageResult result : List.of(first, second)) {
      gold(query).requireRows(result.files(), hours("10", "11") + " EUR 1 5");
    }
    assertThat(first.files().get(0).path().equals(second.files().get(0).path()), is(false));
  }

  @Test
  void leavesNoResultWhereASumExceeds64Bits() throws IOException {
    List<DataFile> silver =
        silver()
            .write(order(1, "EUR", Long.MAX_VALUE, "10:00:00"), order(2, "EUR", 1L, "10:00:00"));

    PipelineExecutionException failed =
        assertThrows(
            PipelineExecutionException.class,
            () -> stage(query(POINTS, HOURLY), TouchedWindows.all(HOURLY), silver, List.of()));

    assertThat(failed.getCause(), is(instanceOf(QueryFailedException.class)));
    assertThat(failed.getCause().getMessage(), containsString("cannot be computed in the window"));
    assertThat(Files.exists(Path.of(resultUri())), is(false));
  }

  @Test
  void leavesNoResultWhereAFileOfSilverIsGone() throws IOException {
    List<DataFile> silver = silver().write(order(1, "EUR", 5L, "10:00:00"));
    Files.delete(Path.of(silver.get(0).uri(silver().folder())));

    assertThrows(
        PipelineExecutionException.class,
        () -> stage(query(POINTS, HOURLY), TouchedWindows.all(HOURLY), silver, List.of()));
    assertThat(Files.exists(Path.of(resultUri())), is(false));
  }
}
