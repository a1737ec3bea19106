package org.beammedallion.transforms.aggregate;

import static org.beammedallion.transforms.aggregate.Orders.micros;
import static org.beammedallion.transforms.aggregate.Orders.order;
import static org.beammedallion.transforms.aggregate.Orders.query;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.sql.QueryFailedException;
import org.beammedallion.transforms.window.TouchedWindows;
import org.beammedallion.transforms.window.TouchedWindowsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Partial results of many bundles become one row for each group of each window. */
@ExtendWith(TestPipelineExtension.class)
class MergePartialsTest {

  private static final WindowSpec HOURLY = WindowSpec.tumbling(Duration.ofHours(1));
  private static final WindowSpec SLIDING =
      WindowSpec.sliding(Duration.ofHours(3), Duration.ofHours(1));

  private static Map<String, Object> sale(String time, String currency, String amount) {
    return order(
        "ordered_at",
        micros("2026-03-01T" + time + "Z"),
        "currency",
        currency,
        "amount",
        amount == null ? null : new BigDecimal(amount));
  }

  private static String hours(int from, int to) {
    return "2026-03-01T%02d:00:00Z 2026-03-01T%02d:00:00Z ".formatted(from, to);
  }

  private static PCollection<String> merge(
      TestPipeline pipeline,
      WindowedQuery query,
      TouchedWindows touched,
      List<List<Map<String, Object>>> feeds) {
    assertThat(query.path(), is(WindowedQuery.Path.MERGED));
    List<byte[]> blocks = Orders.blocks(query, TouchedWindows.all(query.window()), feeds);
    return Orders.texts(
        query,
        pipeline
            .apply(Create.of(blocks).withCoder(ByteArrayCoder.of()))
            .apply(new MergePartials(query, touched)));
  }

  @Test
  void mergesTheGroupsOfAllBlocks(TestPipeline pipeline) {
    WindowedQuery query =
        query(
            "SELECT currency, COUNT(*) AS n, COUNT(amount) AS known, SUM(amount) AS s,"
                + " MIN(amount) AS low, MAX(amount) AS high FROM orders GROUP BY currency",
            HOURLY);
    PAssert.that(
            merge(
                pipeline,
                query,
                TouchedWindows.all(HOURLY),
                List.of(
                    List.of(
                        sale("10:00:00", "EUR", "1.00"),
                        sale("10:10:00", "EUR", "-3.00"),
                        sale("10:20:00", null, "5.00"),
                        sale("10:59:59.999999", "USD", null)),
                    List.of(
                        sale("10:59:59.999999", "EUR", "2.50"), sale("11:00:00", "EUR", "9.00")),
                    List.of(sale("10:30:00", "EUR", null), sale("10:40:00", null, "6.00")))))
        .containsInAnyOrder(
            hours(10, 11) + "EUR 4 3 0.50 -3.00 2.50",
            hours(10, 11) + "null 2 2 11.00 5.00 6.00",
            hours(10, 11) + "USD 1 0 null null null",
            hours(11, 12) + "EUR 1 1 9.00 9.00 9.00");
    pipeline.run();
  }

  @Test
  void addsARowToEachSlidingWindowThatHoldsIt(TestPipeline pipeline) {
    PAssert.that(
            merge(
                pipeline,
                query("SELECT SUM(amount) AS s FROM orders", SLIDING),
                TouchedWindows.all(SLIDING),
                List.of(
                    List.of(sale("10:00:00", "EUR", "1.00")),
                    List.of(sale("11:59:59.999999", "EUR", "10.00")))))
        .containsInAnyOrder(
            hours(8, 11) + "1.00",
            hours(9, 12) + "11.00",
            hours(10, 13) + "11.00",
            hours(11, 14) + "10.00");
    pipeline.run();
  }

  @Test
  void leavesOutWindowsThatAreNotTouched(TestPipeline pipeline) {
    TouchedWindowsBuilder touched = TouchedWindows.builder(SLIDING);
    touched.add(micros("2026-03-01T08:30:00Z"));
    PAssert.that(
            merge(
                pipeline,
                query("SELECT SUM(amount) AS s FROM orders", SLIDING),
                touched.build(),
                List.of(
                    List.of(sale("10:00:00", "EUR", "1.00")),
                    List.of(sale("09:00:00", "EUR", "10.00")))))
        .containsInAnyOrder(hours(7, 10) + "10.00", hours(8, 11) + "11.00");
    pipeline.run();
  }

  @Test
  void givesNothingWhereNothingIsTouched(TestPipeline pipeline) {
    PAssert.that(
            merge(
                pipeline,
                query("SELECT SUM(amount) AS s FROM orders", HOURLY),
                TouchedWindows.none(HOURLY),
                List.of(List.of(sale("10:00:00", "EUR", "1.00")))))
        .empty();
    pipeline.run();
  }

  @Test
  void givesNothingWithoutBlocks(TestPipeline pipeline) {
    PAssert.that(
            merge(
                pipeline,
                query("SELECT SUM(amount) AS s FROM orders", HOURLY),
                TouchedWindows.all(HOURLY),
                List.of()))
        .empty();
    pipeline.run();
  }

  @Test
  void keepsGroupsApartThatFillManyBlocks(TestPipeline pipeline) {
    WindowedQuery query = query("SELECT points, COUNT(*) AS n FROM orders GROUP BY points", HOURLY);
    List<Map<String, Object>> orders =
        IntStream.range(0, 20_000)
            .mapToObj(i -> order("ordered_at", micros("2026-03-01T10:00:00Z"), "points", (long) i))
            .toList();
    assertThat(
        Orders.blocks(query, TouchedWindows.all(HOURLY), List.of(orders)).size(),
        is(greaterThan(1)));
    PCollection<String> rows =
        merge(
            pipeline,
            query,
            TouchedWindows.all(HOURLY),
            List.of(orders, orders.subList(1, 20_000)));
    PAssert.that(rows)
        .satisfies(
            all -> {
              Set<String> groups = new HashSet<>();
              for (String row : all) {
                assertThat(row, groups.add(row), is(true));
                boolean once = row.equals(hours(10, 11) + "0 1");
                assertThat(row, once || row.endsWith(" 2"), is(true));
              }
              assertThat(groups.size(), is(20_000));
              return null;
            });
    pipeline.run();
  }

  @Test
  void failsWhereOnlyTheSumOfBlocksExceeds64Bits(TestPipeline pipeline) {
    merge(
        pipeline,
        query("SELECT SUM(points) AS s FROM orders", HOURLY),
        TouchedWindows.all(HOURLY),
        List.of(
            List.of(order("ordered_at", 0L, "points", Long.MAX_VALUE)),
            List.of(order("ordered_at", 0L, "points", 1L))));
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, () -> pipeline.run().waitUntilFinish());
    assertThat(failed.getCause(), is(instanceOf(QueryFailedException.class)));
    assertThat(failed.getCause().getMessage(), containsString("cannot be computed in the window"));
  }
}
