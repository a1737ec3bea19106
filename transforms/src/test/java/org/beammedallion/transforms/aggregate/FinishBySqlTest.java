package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.byEveryPath;
import static org.beammedallion.transforms.aggregate.Orders.micros;
import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What the blocks of feeds become, by every path that a query can take. */
class FinishBySqlTest {

  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));
  private static final WindowSpec SESSIONS = WindowSpec.session(Duration.ofMinutes(30));
  private static final String COUNTS =
      "SELECT currency, COUNT(*) AS n, SUM(points) AS points FROM orders GROUP BY currency";

  private static Map<String, Object> sale(String time, String currency, Long points) {
    return order(
        "ordered_at",
        time == null ? null : micros("2026-03-01T" + time + "Z"),
        "currency",
        currency,
        "points",
        points);
  }

  private static String times(String from, String to) {
    return "2026-03-01T" + from + "Z 2026-03-01T" + to + "Z ";
  }

  private static TestPipeline pipeline() {
    return TestPipeline.create().enableAbandonedNodeEnforcement(false);
  }

  private static PCollection<String> finish(
      TestPipeline pipeline, WindowedQuery query, TouchedWindows touched, List<byte[]> blocks) {
    return Orders.texts(
        query,
        pipeline
            .apply(Create.of(blocks).withCoder(ByteArrayCoder.of()))
            .apply(FinishBySql.of(query, touched)));
  }

  /** Fails unless a query makes just these rows of orders, however they are split over feeds. */
  private static void requireRows(
      WindowedQuery query,
      TouchedWindows touched,
      List<Map<String, Object>> orders,
      List<String> rows) {
    TouchedWindows all = TouchedWindows.all(query.window());
    List<List<Map<String, Object>>> each = orders.stream().map(List::of).toList();
    for (List<List<Map<String, Object>>> feeds : List.of(List.of(orders), each)) {
      TestPipeline pipeline = pipeline();
      PAssert.that(finish(pipeline, query, touched, Orders.blocks(query, all, feeds)))
          .inWindow(GlobalWindow.INSTANCE)
          .containsInAnyOrder(rows);
      pipeline.run();
    }
  }

  @Test
  void rowsMaySplitOverFeedsInAnyWay() {
    List<WindowedQuery> paths = byEveryPath(COUNTS, HOURLY);
    assertThat(paths, hasSize(3));
    for (WindowedQuery query : paths) {
      requireRows(
          query,
          TouchedWindows.all(HOURLY),
          List.of(
              sale("10:00:00", "EUR", 1L),
              sale("10:59:59.999999", "EUR", 2L),
              sale("10:30:00", null, null),
              sale("11:00:00", "EUR", 4L),
              sale(null, "EUR", 8L)),
          List.of(
              times("10:00:00", "11:00:00") + "EUR 2 3",
              times("10:00:00", "11:00:00") + "null 1 null",
              times("11:00:00", "12:00:00") + "EUR 1 4"));
    }
  }

  @Test
  void givesOnlyTouchedWindows() {
    TouchedWindowsBuilder touched = TouchedWindows.builder(HOURLY);
    touched.add(micros("2026-03-01T11:59:59.999999Z"));
    for (WindowedQuery query : byEveryPath(COUNTS, HOURLY)) {
      requireRows(
          query,
          touched.build(),
          List.of(
              sale("10:59:59.999999", "EUR", 1L),
              sale("11:00:00", "EUR", 2L),
              sale("12:00:00", "EUR", 4L)),
          List.of(times("11:00:00", "12:00:00") + "EUR 1 2"));
    }
  }

  @Test
  void joinsSessionsOfSeveralFeeds() {
    for (WindowedQuery query : byEveryPath(COUNTS, SESSIONS)) {
      requireRows(
          query,
          TouchedWindows.all(SESSIONS),
          List.of(
              sale("10:00:00", "EUR", 1L),
              sale("10:50:00", "EUR", 2L),
              sale("10:25:00", "EUR", 4L),
              sale("10:25:00", "USD", 8L),
              sale("11:20:00", "EUR", 16L)),
          List.of(
              times("10:00:00", "11:20:00") + "EUR 3 7",
              times("10:25:00", "10:55:00") + "USD 1 8",
              times("11:20:00", "11:50:00") + "EUR 1 16"));
    }
  }

  @Test
  void givesNothingWithoutBlocks() {
    for (WindowedQuery query : byEveryPath(COUNTS, HOURLY)) {
      TestPipeline pipeline = pipeline();
      PAssert.that(finish(pipeline, query, TouchedWindows.all(HOURLY), List.of())).empty();
      pipeline.run();
    }
  }

  @Test
  void saysInWhichWindowARowCannotBeComputed() {
    WindowedQuery query = query("SELECT CAST(currency AS BIGINT) AS number FROM orders", HOURLY);
    TouchedWindows all = TouchedWindows.all(HOURLY);
    TestPipeline pipeline = pipeline();
    finish(
        pipeline,
        query,
        all,
        Orders.blocks(
            query,
            all,
            List.of(List.of(sale("10:30:00", "12", 1L), sale("11:30:00", "twelve", 1L)))));
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, pipeline::run);
    assertThat(
        failed.getMessage(),
        containsString("2026-03-01T11:00:00.000Z to 2026-03-01T12:00:00.000Z"));
    assertThat(failed.getMessage(), containsString("currency=twelve"));
  }

  @Test
  void failsWhereABlockIsLaterThanItsRows() {
    WindowedQuery query = query(COUNTS, HOURLY, WindowedQuery.Path.BEAM_SQL);
    TouchedWindows all = TouchedWindows.all(HOURLY);
    byte[] block = Orders.blocks(query, all, List.of(List.of(sale("10:00:00", "EUR", 1L)))).get(0);
    TestPipeline pipeline = pipeline();
    pipeline
        .apply(
            Create.timestamped(
                    TimestampedValue.of(block, Instant.parse("2026-03-01T10:00:00.001Z")))
                .withCoder(ByteArrayCoder.of()))
        .apply(FinishBySql.of(query, all));
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, pipeline::run);
    assertThat(failed.getMessage(), containsString("Cannot output with timestamp"));
  }
}
