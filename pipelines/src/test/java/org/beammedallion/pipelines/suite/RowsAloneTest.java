package org.beammedallion.pipelines.suite;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.ParseRecords;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pipeline that consumes the rows of {@link ParseRecords} and not its dead letters gets rows
 * only, on every runner. Beam's Spark runner does not filter by tag where only the main output is
 * consumed.
 */
class RowsAloneTest {

  private static final RecordSchema SCHEMA = RecordSchema.of(Field.required("id", FieldType.LONG));

  @ParameterizedTest
  @EnumSource(Runner.class)
  void deadLettersAreNoRows(Runner runner) {
    List<byte[]> records =
        Stream.of("{\"id\": 1}", "{\"id\": \"x\"}", "{\"id\": 2}", "no json", "{}", "{\"id\": 3}")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
    Pipeline pipeline = Pipeline.create(runner.options());
    ParseRecords.Result parsed =
        pipeline
            .apply(Create.of(records).withCoder(ByteArrayCoder.of()))
            .apply(
                ParseRecords.with(
                    JsonDecoder.of(
                        SCHEMA, RecordChecks.of(RowLayout.of(SCHEMA), List.of(), List.of())),
                    SCHEMA));
    PAssert.thatSingleton(parsed.rows().apply(Count.globally())).isEqualTo(3L);
    pipeline.run().waitUntilFinish();
  }
}
