package org.beammedallion.transforms.custom;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBatchCoder;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.SqlRows;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows go through a transform of a user, and all else of their batches goes past it. */
@ExtendWith(TestPipelineExtension.class)
class ApplyToRowsTest {

  private static final RecordSchema SCHEMA =
      RecordSchema.of(
          Field.required("id", FieldType.LONG), Field.optional("name", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(SCHEMA);

  /** What a transform makes of a row, given the schema and the options. */
  private interface Change extends Serializable {
    List<Row> of(Row row, Schema schema, Map<String, String> options);
  }

  private static RowTransform each(Change change) {
    return (schema, options) -> apply(rows -> rows, change, schema, schema, options);
  }

  private static PTransform<PCollection<Row>, PCollection<Row>> apply(
      SerializableFunction<PCollection<Row>, PCollection<Row>> before,
      Change change,
      Schema in,
      Schema out,
      Map<String, String> options) {
    return new PTransform<>() {
      @Override
      public PCollection<Row> expand(PCollection<Row> rows) {
        return before
            .apply(rows)
            .apply(
                FlatMapElements.into(TypeDescriptors.rows())
                    .via(row -> change.of(row, in, options)))
            .setRowSchema(out);
      }
    };
  }

  /** Rows of a shard at positions 0, 10, 20 … */
  private static RowBatch batch(int shard, List<Map<String, Object>> rows) {
    RowBuilder builder = new RowBuilder(256);
    for (int i = 0; i < rows.size(); i++) {
      int header = RowBatch.beginHeader(builder, shard, i * 10L);
      SqlRows.append(LAYOUT, rows.get(i), builder);
      RowBatch.endHeader(builder, header);
    }
    byte[] bytes = Arrays.copyOf(builder.bytes(), builder.length());
    return new RowBatch(
        shard, bytes, bytes.length, rows.size(), rows.size(), List.of(), new long[0]);
  }

  private static PCollection<RowBatch> apply(
      TestPipeline pipeline, RowTransform transform, RowBatch... batches) {
    return pipeline
        .apply(Create.of(List.of(batches)).withCoder(RowBatchCoder.of()))
        .apply(ApplyToRows.of(SCHEMA, transform, Map.of("suffix", "!")));
  }

  /** Rows of batches as text: shard, position and values, sorted. */
  private static List<String> rows(Iterable<RowBatch> batches) {
    List<String> rows = new ArrayList<>();
    for (RowBatch batch : batches) {
      byte[] bytes = batch.bytes();
      for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
        int row = at + RowBatch.HEADER;
        assertThat("no row is a delete", RowBatch.isDelete(bytes, at), is(false));
        rows.add(
            RowBatch.rowShard(bytes, at)
                + ":"
                + RowBatch.rowPosition(bytes, at)
                + " "
                + SqlRows.text(
                    SCHEMA, Arrays.copyOfRange(bytes, row, row + RowBatch.rowLength(bytes, at))));
      }
    }
    rows.sort(null);
    return rows;
  }

  private static void requireRows(PCollection<RowBatch> batches, String... expected) {
    PAssert.that(batches)
        .inWindow(GlobalWindow.INSTANCE)
        .satisfies(
            all -> {
              assertThat(rows(all), is(List.of(expected)));
              return null;
            });
  }

  private static final RowBatch TWO_OF_SHARD_0 =
      batch(0, List.of(Map.of("id", 1L, "name", "a"), Map.of("id", 2L)));
  private static final RowBatch ONE_OF_SHARD_7 = batch(7, List.of(Map.of("id", 3L, "name", "c")));

  @Test
  void rowsAreChangedDroppedAndAddedAndKeepTheirPlace(TestPipeline pipeline) {
    requireRows(
        apply(
            pipeline,
            each(
                (row, schema, options) ->
                    row.getInt64("id") == 2
                        ? List.of()
                        : List.of(
                            row,
                            Row.fromRow(row)
                                .withFieldValue(
                                    "name", row.getString("name") + options.get("suffix"))
                                .build())),
            TWO_OF_SHARD_0,
            ONE_OF_SHARD_7),
        "0:0 1 a",
        "0:0 1 a!",
        "7:0 3 c",
        "7:0 3 c!");
    pipeline.run();
  }

  @Test
  void rowsThatNobodyTouchesStayAsTheyAre(TestPipeline pipeline) {
    requireRows(
        apply(pipeline, each((row, schema, options) -> List.of(row)), TWO_OF_SHARD_0),
        "0:0 1 a",
        "0:10 2 null");
    pipeline.run();
  }

  @Test
  void aRowWithoutProvenanceIsARowOfNoShard(TestPipeline pipeline) {
    Schema without = Schema.builder().addInt64Field("id").addNullableStringField("name").build();
    RowTransform dropping =
        (schema, options) ->
            apply(
                rows -> rows,
                (row, in, given) ->
                    List.of(
                        Row.withSchema(without)
                            .addValues(row.getInt64("id"), row.getString("name"))
                            .build()),
                schema,
                without,
                options);
    requireRows(apply(pipeline, dropping, ONE_OF_SHARD_7), Integer.MAX_VALUE + ":0 3 c");
    pipeline.run();
  }

  @Test
  void deadLettersAndFiguresPassByEachOnce(TestPipeline pipeline) {
    DeadLetter letter =
        new DeadLetter(
            Reason.MALFORMED, "no JSON", null, new byte[] {1}, 1, new Provenance("f", 4, 99));
    Landed landed = new Landed(4, "f", 5, "bronze", 77, false, null, null, null);
    RowBatch rows = batch(4, List.of(Map.of("id", 1L), Map.of("id", 2L)));
    RowBatch batch =
        new RowBatch(
            4,
            rows.bytes(),
            rows.length(),
            2,
            5,
            2,
            List.of(letter),
            new long[] {8, 9},
            landed,
            new FieldCounts(Map.of("coupon", 3L)));
    PAssert.that(
            apply(
                pipeline,
                each((row, schema, options) -> row.getInt64("id") == 1 ? List.of(row) : List.of()),
                batch,
                batch(5, List.of())))
        .satisfies(
            batches -> {
              int accepted = 0;
              long read = 0;
              long ignored = 0;
              List<DeadLetter> letters = new ArrayList<>();
              List<Landed> all = new ArrayList<>();
              List<Long> measures = new ArrayList<>();
              FieldCounts unknown = FieldCounts.NONE;
              for (RowBatch each : batches) {
                accepted += each.count();
                read += each.read();
                ignored += each.ignored();
                letters.addAll(each.rejects());
                Arrays.stream(each.measures()).forEach(measures::add);
                unknown = unknown.plus(each.unknown());
                if (each.landed() != null) {
                  all.add(each.landed());
                }
              }
              assertThat("rows that passed the checks", accepted, is(2));
              assertThat(read, is(5L));
              assertThat(ignored, is(2L));
              assertThat(letters.size(), is(1));
              assertThat(letters.get(0).reason(), is(Reason.MALFORMED));
              assertThat(letters.get(0).provenance(), is(new Provenance("f", 4, 99)));
              assertThat(all, is(List.of(landed)));
              assertThat(measures, is(List.of(8L, 9L)));
              assertThat(unknown.byName(), is(Map.of("coupon", 3L)));
              assertThat(rows(batches), is(List.of("4:0 1 null")));
              return null;
            });
    pipeline.run();
  }

  @Test
  void aTransformMayUseWindowsOfItsOwn(TestPipeline pipeline) {
    RowTransform windowed =
        (schema, options) ->
            apply(
                rows -> rows.apply(Window.<Row>into(FixedWindows.of(Duration.standardMinutes(1)))),
                (row, in, given) -> List.of(row),
                schema,
                schema,
                options);
    requireRows(apply(pipeline, windowed, ONE_OF_SHARD_7), "7:0 3 c");
    pipeline.run();
  }

  @Test
  void theTransformIsToldTheFieldsAndWhereARowCameFrom(TestPipeline pipeline) {
    RowTransform looking =
        (schema, options) -> {
          assertThat(
              schema.getFieldNames(),
              equalTo(List.of("id", "name", RowTransform.SHARD, RowTransform.POSITION)));
          assertThat(options, equalTo(Map.of("suffix", "!")));
          return apply(
              rows -> rows,
              (row, in, given) ->
                  List.of(
                      Row.fromRow(row)
                          .withFieldValue(
                              "name",
                              row.getInt32(RowTransform.SHARD)
                                  + "/"
                                  + row.getInt64(RowTransform.POSITION))
                          .build()),
              schema,
              schema,
              options);
        };
    requireRows(
        apply(pipeline, looking, TWO_OF_SHARD_0, ONE_OF_SHARD_7),
        "0:0 1 0/0",
        "0:10 2 0/10",
        "7:0 3 7/0");
    pipeline.run();
  }

  @Test
  void refusesATransformThatLosesAFieldOfTheContract() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Schema without = Schema.builder().addInt64Field("id").build();
    RowTransform losing =
        (schema, options) ->
            apply(rows -> rows, (row, in, given) -> List.of(), schema, without, options);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> apply(pipeline, losing, ONE_OF_SHARD_7));
    assertThat(refused.getMessage(), containsString("[name]"));
  }

  @Test
  void failsWhereARequiredFieldIsNull(TestPipeline pipeline) {
    Schema loose =
        Schema.builder().addNullableInt64Field("id").addNullableStringField("name").build();
    RowTransform forgetting =
        (schema, options) ->
            apply(
                rows -> rows,
                (row, in, given) -> List.of(Row.withSchema(loose).addValues(null, "x").build()),
                schema,
                loose,
                options);
    apply(pipeline, forgetting, ONE_OF_SHARD_7);
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, pipeline::run);
    assertThat(failed.getMessage(), containsString("no value for the field 'id'"));
  }

  @Test
  void failsWhereTheTransformThrows(TestPipeline pipeline) {
    apply(
        pipeline,
        each(
            (row, schema, options) -> {
              throw new IllegalStateException("not today");
            }),
        ONE_OF_SHARD_7);
    PipelineExecutionException failed =
        assertThrows(PipelineExecutionException.class, pipeline::run);
    assertThat(failed.getMessage(), containsString("not today"));
  }

  @Test
  void withoutBatchesThereIsNothing(TestPipeline pipeline) {
    PAssert.that(apply(pipeline, each((row, schema, options) -> List.of(row)))).empty();
    pipeline.run();
    assertThat(rows(List.of()), is(empty()));
  }
}
