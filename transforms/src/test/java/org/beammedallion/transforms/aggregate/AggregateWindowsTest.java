package org.beammedallion.transforms.aggregate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.beammedallion.transforms.sql.InvalidQueryException;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class AggregateWindowsTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .addStringField("country")
          .addDateTimeField("at")
          .addNullableField("amount", Schema.FieldType.DECIMAL)
          .addStringField("not_needed")
          .build();

  private static final WindowSpec HOURLY = new WindowSpec.Tumbling(Duration.ofHours(1));

  private static final String SQL =
      "SELECT country, COUNT(*) AS orders, SUM(amount) AS amount FROM orders GROUP BY country";

  private static Row order(String country, String at, String amount) {
    return Row.withSchema(SCHEMA)
        .addValues(country, Instant.parse(at), amount == null ? null : new BigDecimal(amount), "x")
        .build();
  }

  private static PCollection<String> texts(PCollection<Row> rows) {
    return rows.apply(
        MapElements.into(TypeDescriptors.strings())
            .via(
                row ->
                    String.join(
                        " ",
                        row.getSchema().getFieldNames().stream()
                            .map(name -> name + "=" + text(row.getValue(name)))
                            .toList())));
  }

  private static String text(Object value) {
    return value instanceof Number number
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  private static PCollection<Row> orders(Pipeline pipeline, Row... rows) {
    return pipeline.apply(Create.of(List.of(rows)).withRowSchema(SCHEMA));
  }

  @Test
  void addsUpEachGroupOfEachWindow(TestPipeline pipeline) {
    PCollection<Row> sums =
        orders(
                pipeline,
                order("DE", "2026-11-01T08:00:00Z", "1.50"),
                order("DE", "2026-11-01T08:59:59.999Z", "2.25"),
                order("DE", "2026-11-01T09:00:00Z", "4.00"),
                order("FR", "2026-11-01T08:30:00Z", null))
            .apply(AggregateWindows.by(SQL, "orders", HOURLY, "at").withDecimal("amount", 10, 2));
    PAssert.that(texts(sums))
        .containsInAnyOrder(
            "window_start=2026-11-01T08:00:00Z window_end=2026-11-01T09:00:00Z country=DE orders=2 amount=3.75",
            "window_start=2026-11-01T09:00:00Z window_end=2026-11-01T10:00:00Z country=DE orders=1 amount=4",
            "window_start=2026-11-01T08:00:00Z window_end=2026-11-01T09:00:00Z country=FR orders=1 amount=null");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void closesASessionBehindItsGap(TestPipeline pipeline) {
    PCollection<Row> sessions =
        orders(
                pipeline,
                order("DE", "2026-11-01T08:00:00Z", "1"),
                order("DE", "2026-11-01T08:09:00Z", "1"),
                order("DE", "2026-11-01T08:30:00Z", "1"))
            .apply(
                AggregateWindows.by(
                        SQL, "orders", new WindowSpec.Session(Duration.ofMinutes(10)), "at")
                    .withDecimal("amount", 10, 2));
    PAssert.that(texts(sessions))
        .containsInAnyOrder(
            "window_start=2026-11-01T08:00:00Z window_end=2026-11-01T08:19:00Z country=DE orders=2 amount=2",
            "window_start=2026-11-01T08:30:00Z window_end=2026-11-01T08:40:00Z country=DE orders=1 amount=1");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void nothingComesOfNothing(TestPipeline pipeline) {
    PAssert.that(
            orders(pipeline)
                .apply(
                    AggregateWindows.by(SQL, "orders", HOURLY, "at").withDecimal("amount", 10, 2)))
        .empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void refusesWhatItCannotCompute() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows = orders(pipeline, order("DE", "2026-11-01T08:00:00Z", "1"));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> rows.apply(AggregateWindows.by(SQL, "orders", HOURLY, "at")))
            .getMessage(),
        containsString("amount"));
    assertThrows(
        InvalidQueryException.class,
        () ->
            rows.apply(
                AggregateWindows.by("SELECT nothing FROM orders", "orders", HOURLY, "at")
                    .withDecimal("amount", 10, 2)));
  }
}
