package org.beammedallion.transforms.deduplicate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class DeduplicateTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .addStringField("id")
          .addDecimalField("region")
          .addNullableField("version", Schema.FieldType.INT64)
          .addNullableField("note", Schema.FieldType.STRING)
          .addNullableField("tags", Schema.FieldType.array(Schema.FieldType.STRING))
          .build();

  private static Row row(String id, String region, Long version, String note, String... tags) {
    return Row.withSchema(SCHEMA)
        .addValues(id, new BigDecimal(region), version, note, List.of(tags))
        .build();
  }

  private static PCollection<Row> rows(Pipeline pipeline, List<Row> rows) {
    return pipeline.apply(Create.of(rows).withRowSchema(SCHEMA));
  }

  @Test
  void keepsTheLatestOfEachKeyInWhateverOrderTheyCome(TestPipeline pipeline) {
    List<Row> kept =
        List.of(
            row("a", "1", 3L, "third"),
            row("a", "2", 1L, "another region"),
            row("b", "1", 7L, "z"),
            row("c", "1", null, "alone"),
            row("d", "1", 1L, "any version is later than none"),
            row("e", "1", 1L, "x", "b"),
            row("f", "1.00", 2L, "equal numbers are one key"));
    List<Row> all = new ArrayList<>(kept);
    all.add(row("a", "1", 1L, "first"));
    all.add(row("a", "1", 2L, "second"));
    all.add(row("b", "1", 7L, "y"));
    all.add(row("b", "1", 7L, null));
    all.add(row("d", "1", null, "none"));
    all.add(row("e", "1", 1L, "x", "a", "c"));
    all.add(row("f", "1.0", 1L, "zzz"));
    Collections.shuffle(all, new Random(7));
    PAssert.that(rows(pipeline, all).apply(Deduplicate.latest("version", "id", "region")))
        .containsInAnyOrder(kept);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void nothingComesOfNothing(TestPipeline pipeline) {
    PAssert.that(rows(pipeline, List.of()).apply(Deduplicate.latest("version", "id"))).empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void looksAtEachWindowOfAStreamAlone(TestPipeline pipeline) {
    Instant start = new Instant(0);
    Row first = row("a", "1", 1L, "first");
    Row second = row("a", "1", 2L, "second");
    Row later = row("a", "1", 1L, "the next window");
    PCollection<Row> latest =
        pipeline
            .apply(
                TestStream.create(SCHEMA)
                    .addElements(TimestampedValue.of(second, start))
                    .addElements(
                        TimestampedValue.of(first, start.plus(Duration.standardSeconds(59))))
                    .addElements(
                        TimestampedValue.of(later, start.plus(Duration.standardSeconds(60))))
                    .advanceWatermarkToInfinity())
            .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
            .apply(Deduplicate.latest("version", "id"));
    PAssert.that(latest)
        .inWindow(new IntervalWindow(start, Duration.standardMinutes(1)))
        .containsInAnyOrder(second);
    PAssert.that(latest)
        .inWindow(
            new IntervalWindow(
                start.plus(Duration.standardMinutes(1)), Duration.standardMinutes(1)))
        .containsInAnyOrder(later);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void refusesFieldsThatAreNoKeyOrNoOrder() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows = rows(pipeline, List.of(row("a", "1", 1L, "x")));
    assertThat(message(rows, "version", "idd"), containsString("no field 'idd'"));
    assertThat(
        message(rows, "version", "tags"), containsString("key field 'tags' is of type ARRAY"));
    assertThat(
        message(rows, "tags", "id"), containsString("'tags' is of type ARRAY, which has no order"));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Deduplicate.latest("version"))
            .getMessage(),
        containsString("needs the fields of the key"));
  }

  private static String message(PCollection<Row> rows, String latestBy, String key) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class,
                () -> rows.apply(latestBy + key, Deduplicate.latest(latestBy, key)))
            .getMessage());
  }
}
