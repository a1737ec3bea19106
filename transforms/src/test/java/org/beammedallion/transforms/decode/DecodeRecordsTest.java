package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowValues;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each record of a batch is a row of it or a dead letter, whatever its bytes are. */
@ExtendWith(TestPipelineExtension.class)
class DecodeRecordsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG), Field.optional("name", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);

  private static DecodeRecords decode() {
    return DecodeRecords.with(
        JsonDecoder.of(SCHEMA, RecordChecks.of(LAYOUT, List.of(), List.of())));
  }

  private static PCollection<RowBatch> decoded(TestPipeline pipeline, RawBatch... batches) {
    return pipeline
        .apply(Create.of(List.of(batches)).withCoder(RawBatchCoder.of()))
        .apply(decode());
  }

  /** What a batch holds: its rows, its dead letters and what it tells of its shard. */
  private static List<String> texts(RowBatch batch) {
    List<String> texts = new ArrayList<>();
    for (Map<String, Object> row : RowValues.of(LAYOUT, batch)) {
      texts.add("row " + row.get("id") + " " + row.get("name"));
    }
    for (DeadLetter letter : batch.rejects()) {
      texts.add(
          letter.reason()
              + " at "
              + letter.provenance().position()
              + " "
              + new String(letter.payload(), StandardCharsets.UTF_8));
    }
    if (batch.landed() != null) {
      texts.add("landed " + batch.landed().read());
    }
    return texts;
  }

  private static PCollection<String> texts(PCollection<RowBatch> batches) {
    return batches.apply(
        FlatMapElements.into(TypeDescriptors.strings()).via((RowBatch batch) -> texts(batch)));
  }

  @Test
  void eachRecordIsARowOrADeadLetter(TestPipeline pipeline) {
    PAssert.that(
            texts(
                decoded(
                    pipeline,
                    RawBatches.of("{\"id\": 1, \"name\": \"ä\"}", "{\"id\": \"x\"}", "no json"),
                    RawBatches.of("{\"name\": \"no id\"}", "{\"id\": 2}"))))
        .containsInAnyOrder(
            "row 1 ä",
            "TYPE_MISMATCH at 24 {\"id\": \"x\"}",
            "MALFORMED at 36 no json",
            "MISSING_REQUIRED at 0 {\"name\": \"no id\"}",
            "row 2 null");
    pipeline.run();
  }

  @Test
  void aBatchTellsWhatItsRecordsWereAndWhereTheyCameFrom(TestPipeline pipeline) {
    PAssert.thatSingleton(decoded(pipeline, RawBatches.of("{", "{\"id\": 2}", "{\"id\": 3}")))
        .satisfies(
            batch -> {
              assertThat(batch.shard(), is(3));
              assertThat(batch.count(), is(2));
              assertThat(batch.read(), is(3L));
              assertThat(batch.rejects().get(0).provenance().shard(), is(3));
              assertThat(RowBatch.rowShard(batch.bytes(), 0), is(3));
              assertThat(RowBatch.rowPosition(batch.bytes(), 0), is(2L));
              return null;
            });
    pipeline.run();
  }

  @Test
  void whatBecameOfAShardStaysWithItsLastBatch(TestPipeline pipeline) {
    Landed landed = new Landed(3, "memory:test", 1, "bronze", 7, false, "is short.", null, null);
    PAssert.that(texts(decoded(pipeline, RawBatches.of("{\"id\": 1}"), RawBatch.closing(landed))))
        .containsInAnyOrder("row 1 null", "landed 1");
    pipeline.run();
  }

  @Test
  void noBatchesGiveNone(TestPipeline pipeline) {
    PAssert.that(decoded(pipeline)).empty();
    pipeline.run();
  }

  @Test
  void noBytesMakeItFail(TestPipeline pipeline) {
    Random random = new Random(1);
    List<byte[]> records =
        IntStream.range(0, 1_000)
            .mapToObj(
                i -> {
                  byte[] bytes = new byte[random.nextInt(40)];
                  random.nextBytes(bytes);
                  return bytes;
                })
            .toList();
    PAssert.thatSingleton(decoded(pipeline, RawBatches.of(null, records)))
        .satisfies(
            batch -> {
              assertThat(batch.read(), is(1_000L));
              assertThat(batch.count() + batch.rejects().size() + (int) batch.ignored(), is(1_000));
              return null;
            });
    pipeline.run();
  }

  @Test
  void windowsAndTimestampsStay(TestPipeline pipeline) {
    TestStream<RawBatch> stream =
        TestStream.create(RawBatchCoder.of())
            .addElements(TimestampedValue.of(RawBatches.of("{\"id\": 1}", "["), new Instant(10)))
            .advanceWatermarkTo(new Instant(100))
            .addElements(
                TimestampedValue.of(RawBatches.of("{\"id\": 2}"), new Instant(150)),
                TimestampedValue.of(RawBatches.of("{\"id\": 3}"), new Instant(99)))
            .advanceWatermarkToInfinity();
    PCollection<String> texts =
        texts(
            pipeline
                .apply(stream)
                .apply(
                    Window.<RawBatch>into(FixedWindows.of(Duration.millis(100)))
                        .withAllowedLateness(Duration.millis(100))
                        .accumulatingFiredPanes())
                .apply(decode()));
    PAssert.that(texts)
        .inWindow(new IntervalWindow(new Instant(0), new Instant(100)))
        .containsInAnyOrder("row 1 null", "MALFORMED at 10 [", "row 3 null");
    PAssert.that(texts)
        .inWindow(new IntervalWindow(new Instant(100), new Instant(200)))
        .containsInAnyOrder("row 2 null");
    pipeline.run();
  }

  /** Fails at a batch of shard 3, behind the first record. */
  private static RecordDecoder failing() {
    RecordDecoder decoder = JsonDecoder.of(SCHEMA, RecordChecks.of(LAYOUT, List.of(), List.of()));
    return batch -> {
      RowBatch rows = decoder.decode(batch);
      if (batch.shard() == 3) {
        throw new NoClassDefFoundError("org/example/Codec");
      }
      return rows;
    };
  }

  @Test
  void aFileAtWhichTheProgramFailsIsRefused(TestPipeline pipeline) {
    RawBatch other = RawBatches.of("{\"id\": 2}");
    RawBatch fine =
        new RawBatch(
            "other",
            4,
            null,
            other.bytes(),
            1,
            other.starts(),
            other.lengths(),
            other.positions(),
            List.of());
    PAssert.that(
            pipeline
                .apply(Create.of(RawBatches.of("{\"id\": 1}"), fine).withCoder(RawBatchCoder.of()))
                .apply(DecodeRecords.with(failing()).refusingFiles()))
        .satisfies(
            batches -> {
              for (RowBatch batch : batches) {
                Landed landed = batch.landed();
                assertThat(batch.count(), is(batch.shard() == 4 ? 1 : 0));
                if (batch.shard() == 3) {
                  assertThat(landed.read(), is(1L));
                  assertThat(
                      landed.refused(), containsString("NoClassDefFoundError: org/example/Codec"));
                }
              }
              return null;
            });
    pipeline.run();
  }

  @Test
  void thePipelineFailsWhereNobodyLooksAtRefusals(TestPipeline pipeline) {
    pipeline
        .apply(Create.of(RawBatches.of("{\"id\": 1}")).withCoder(RawBatchCoder.of()))
        .apply(DecodeRecords.with(failing()));
    Throwable failure = assertThrows(Throwable.class, pipeline::run);
    assertThat(String.valueOf(failure), containsString("org/example/Codec"));
  }
}
