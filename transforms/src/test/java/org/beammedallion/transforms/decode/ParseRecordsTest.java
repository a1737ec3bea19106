package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.row.RowLayout;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class ParseRecordsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG), Field.optional("name", FieldType.STRING));

  private static ParseRecords parse() {
    return ParseRecords.with(
        JsonDecoder.of(SCHEMA, RecordChecks.of(RowLayout.of(SCHEMA), List.of(), List.of())),
        SCHEMA);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static PCollection<String> rows(ParseRecords.Result result) {
    return result
        .rows()
        .apply(
            "Rows as text",
            MapElements.into(TypeDescriptors.strings())
                .via(row -> row.getInt64("id") + " " + row.getString("name")));
  }

  private static PCollection<String> letters(ParseRecords.Result result) {
    return result
        .deadLetters()
        .apply(
            "Letters as text",
            MapElements.into(TypeDescriptors.strings())
                .via(
                    letter ->
                        letter.reason()
                            + " "
                            + new String(letter.payload(), StandardCharsets.UTF_8)));
  }

  @Test
  void eachRecordIsARowOrADeadLetter(TestPipeline pipeline) {
    List<byte[]> records = new ArrayList<>();
    for (String text :
        List.of(
            "{\"id\": 1, \"name\": \"ä\"}",
            "{\"id\": \"x\"}",
            "{\"name\": \"no id\"}",
            "no json",
            "{\"id\": 2}")) {
      records.add(bytes(text));
    }
    ParseRecords.Result result =
        pipeline.apply(Create.of(records).withCoder(ByteArrayCoder.of())).apply(parse());
    PAssert.that(rows(result)).containsInAnyOrder("1 ä", "2 null");
    PAssert.that(letters(result))
        .containsInAnyOrder(
            "TYPE_MISMATCH {\"id\": \"x\"}",
            "MISSING_REQUIRED {\"name\": \"no id\"}",
            "MALFORMED no json");
    pipeline.run();
  }

  @Test
  void deadLettersAreCountedWithoutAConsumer(TestPipeline pipeline) {
    List<byte[]> records = List.of(bytes("{\"id\": 1}"), bytes("no json"), bytes("{}"));
    pipeline.apply(Create.of(records).withCoder(ByteArrayCoder.of())).apply(parse());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    List<Long> counts = new ArrayList<>();
    result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(
                    MetricNameFilter.named(ParseRecords.class, ParseRecords.DEAD_LETTERS))
                .build())
        .getCounters()
        .forEach(counter -> counts.add(counter.getAttempted()));
    assertThat(counts, is(List.of(2L)));
  }

  @Test
  void windowsAndTimestampsStay(TestPipeline pipeline) {
    TestStream<byte[]> stream =
        TestStream.create(ByteArrayCoder.of())
            .addElements(
                TimestampedValue.of(bytes("{\"id\": 1}"), new Instant(10)),
                TimestampedValue.of(bytes("["), new Instant(20)))
            .advanceWatermarkTo(new Instant(100))
            .addElements(TimestampedValue.of(bytes("{\"id\": 2}"), new Instant(150)))
            .advanceWatermarkToInfinity();
    ParseRecords.Result result =
        pipeline
            .apply(stream)
            .apply(Window.into(FixedWindows.of(Duration.millis(100))))
            .apply(parse());
    IntervalWindow first = new IntervalWindow(new Instant(0), new Instant(100));
    IntervalWindow second = new IntervalWindow(new Instant(100), new Instant(200));
    PCollection<String> rows = rows(result);
    PAssert.that(rows).inWindow(first).containsInAnyOrder("1 null");
    PAssert.that(rows).inWindow(second).containsInAnyOrder("2 null");
    PAssert.that(letters(result)).inWindow(first).containsInAnyOrder("MALFORMED [");
    pipeline.run();
  }
}
