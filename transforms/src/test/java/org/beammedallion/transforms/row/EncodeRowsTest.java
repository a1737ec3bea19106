package org.beammedallion.transforms.row;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Beam's rows become batches of encoded rows, each with a place that follows from itself. */
@ExtendWith(TestPipelineExtension.class)
class EncodeRowsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG), Field.optional("name", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);

  /** In another order than the schema, and with a field that it does not know. */
  private static final Schema ROWS =
      Schema.builder()
          .addNullableStringField("name")
          .addNullableStringField("other")
          .addNullableInt64Field("id")
          .build();

  private static Row row(Long id, String name) {
    return Row.withSchema(ROWS).addValues(name, "x", id).build();
  }

  private static PCollection<RowBatch> encode(TestPipeline pipeline, List<Row> rows) {
    return pipeline.apply(Create.of(rows).withRowSchema(ROWS)).apply(EncodeRows.of(SCHEMA));
  }

  private static List<String> texts(Iterable<RowBatch> batches) {
    List<String> rows = new ArrayList<>();
    for (RowBatch batch : batches) {
      byte[] bytes = batch.bytes();
      int count = 0;
      for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
        int row = at + RowBatch.HEADER;
        String name = LAYOUT.isNull(bytes, row, 1) ? null : LAYOUT.stringAt(bytes, row, 1);
        rows.add(LAYOUT.longAt(bytes, row, 0) + " " + name);
        assertThat("no row is a delete", RowBatch.isDelete(bytes, at), is(false));
        count++;
      }
      assertThat(batch.count(), is(count));
      assertThat(batch.read(), is((long) count));
      assertThat(batch.rejects(), hasSize(0));
    }
    rows.sort(null);
    return rows;
  }

  @Test
  void takesFieldsByTheirNames(TestPipeline pipeline) {
    PAssert.that(encode(pipeline, List.of(row(1L, "a"), row(2L, null), row(3L, ""), row(-4L, "ä"))))
        .satisfies(
            batches -> {
              assertThat(texts(batches), is(List.of("-4 ä", "1 a", "2 null", "3 ")));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void placesARowByItsValuesAlone(TestPipeline pipeline) {
    List<Row> rows = new ArrayList<>();
    for (int repeat = 0; repeat < 3; repeat++) {
      IntStream.range(0, 100).mapToObj(id -> row((long) id, "n")).forEach(rows::add);
    }
    PAssert.that(encode(pipeline, rows))
        .satisfies(
            batches -> {
              TreeMap<Long, Set<Long>> places = new TreeMap<>();
              Set<Long> all = new HashSet<>();
              for (RowBatch batch : batches) {
                byte[] bytes = batch.bytes();
                for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
                  long place = RowBatch.rowPosition(bytes, at);
                  assertThat("no place is negative", place < 0, is(false));
                  places
                      .computeIfAbsent(
                          LAYOUT.longAt(bytes, at + RowBatch.HEADER, 0), id -> new TreeSet<>())
                      .add(place);
                  all.add(place);
                }
              }
              places.values().forEach(each -> assertThat(each, hasSize(1)));
              assertThat("other rows have other places", all, hasSize(100));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  /** Rows with long names, all in one bundle. */
  private static PCollection<RowBatch> encodeLong(TestPipeline pipeline, int count, int length) {
    return pipeline
        .apply(Create.of(count))
        .apply(
            FlatMapElements.into(TypeDescriptors.rows())
                .via(
                    (Integer all) ->
                        IntStream.range(0, all)
                            .mapToObj(id -> row((long) id, "x".repeat(length)))
                            .toList()))
        .setRowSchema(ROWS)
        .apply(EncodeRows.of(SCHEMA));
  }

  @Test
  void endsABatchAtAMegabyte(TestPipeline pipeline) {
    PAssert.that(encodeLong(pipeline, 500, 10_000))
        .satisfies(
            batches -> {
              int count = 0;
              for (RowBatch batch : batches) {
                assertThat(batch.length(), is(lessThan((1 << 20) + 11_000)));
                count++;
              }
              assertThat(count, is(5));
              assertThat(new HashSet<>(texts(batches)), hasSize(500));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aBatchThatIsFullAtTheEndIsTheLast(TestPipeline pipeline) {
    PAssert.thatSingleton(encodeLong(pipeline, 1, 1 << 20))
        .satisfies(
            batch -> {
              assertThat(batch.count(), is(1));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void givesNoBatchWithoutRows(TestPipeline pipeline) {
    PAssert.that(encode(pipeline, List.of())).empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void failsAtARowWithoutARequiredValue(TestPipeline pipeline) {
    encode(pipeline, List.of(row(1L, "a"), row(null, "b")));
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, () -> pipeline.run().waitUntilFinish());
    assertThat(failed.getMessage(), containsString("no value for the field 'id'"));
  }
}
