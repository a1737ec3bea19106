package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.sink.TableCommit;
import org.beammedallion.io.sink.WriteTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Beam rows become a table in one commit, on every runner and in both formats. Spark reads it. */
class WriteTableTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addDoubleField("share")
          .addField("day", Schema.FieldType.logicalType(SqlTypes.DATE))
          .addNullableField("price", Schema.FieldType.DECIMAL)
          .addArrayField("tags", Schema.FieldType.STRING)
          .build();

  @TempDir Path folder;

  static Stream<Arguments> all() {
    return Stream.of(Runner.values())
        .flatMap(
            runner -> Stream.of("delta", "iceberg").map(format -> Arguments.of(runner, format)));
  }

  private static Row row(long id, String name, int day, String price) {
    return Row.withSchema(SCHEMA)
        .addValues(
            id,
            name,
            id == 3 ? Double.NaN : id / 4.0,
            LocalDate.of(2026, 11, day),
            price == null ? null : new BigDecimal(price),
            List.of("a", name == null ? "" : name))
        .build();
  }

  private WriteTable table(String format) {
    return WriteTable.to(folder.resolve("lake/t").toString())
        .inFormat(format)
        .withDecimal("price", 9, 2)
        .partitionedBy("day");
  }

  private static void write(Runner runner, WriteTable table, TableCommit expected, List<Row> rows) {
    Pipeline pipeline = Pipeline.create(runner.options());
    PCollection<String> commits =
        pipeline
            .apply(Create.of(rows).withRowSchema(SCHEMA))
            .apply(table)
            .apply(
                MapElements.into(TypeDescriptors.strings())
                    .via(
                        commit ->
                            commit.version() + " " + commit.repeated() + " " + commit.rows()));
    PAssert.that(commits)
        .containsInAnyOrder(expected.version() + " " + expected.repeated() + " " + expected.rows());
    pipeline.run().waitUntilFinish();
  }

  private static TableCommit commit(long version, long rows) {
    return new TableCommit("", version, false, rows);
  }

  private List<String> rows(String format) {
    String uri = folder.resolve("lake/t").toString();
    String name = format.equals("delta") ? SparkTables.delta(uri) : SparkTables.iceberg(uri);
    List<String> rows = new ArrayList<>();
    SparkTables.rows(
            "SELECT id, name, share, day, price, array_join(tags, '/') FROM "
                + name
                + " ORDER BY id, day")
        .forEach(row -> rows.add(String.join(" ", row.stream().map(String::valueOf).toList())));
    return rows;
  }

  @ParameterizedTest
  @MethodSource("all")
  void appendsUpsertsAndOverwrites(Runner runner, String format) {
    // The table is made by a version of its own.
    long first = 1;
    List<Row> begin =
        List.of(row(1, "one", 1, "1.50"), row(2, null, 2, null), row(3, "x", 2, "-7"));
    write(runner, table(format).commitAs("a", 1).append(), commit(first, 3), begin);
    write(
        runner,
        table(format).commitAs("a", 1).append(),
        new TableCommit("", first, true, 0),
        begin);
    assertThat(
        rows(format),
        contains(
            "1 one 0.25 2026-11-01 1.50 a/one",
            "2 null 0.5 2026-11-02 null a/",
            "3 x NaN 2026-11-02 -7.00 a/x"));

    write(
        runner,
        table(format).commitAs("a", 2).upsert("day", "id"),
        commit(first + 1, 2),
        List.of(
            row(1, "later", 3, "2"),
            row(2, "sooner", 1, "2"),
            row(4, "new", 1, "0"),
            row(4, "newer", 2, "0.01")));
    assertThat(
        rows(format),
        contains(
            "1 later 0.25 2026-11-03 2.00 a/later",
            "2 null 0.5 2026-11-02 null a/",
            "3 x NaN 2026-11-02 -7.00 a/x",
            "4 newer 1.0 2026-11-02 0.01 a/newer"));

    write(
        runner,
        table(format).commitAs("b", 1).overwritePartitions(),
        commit(first + 2, 1),
        List.of(row(9, "only", 2, null)));
    assertThat(
        rows(format),
        contains("1 later 0.25 2026-11-03 2.00 a/later", "9 only 2.25 2026-11-02 null a/only"));

    write(
        runner,
        table(format).commitAs("b", 2).overwrite(),
        commit(first + 3, 1),
        List.of(row(5, "all", 7, null)));
    assertThat(rows(format), contains("5 all 1.25 2026-11-07 null a/all"));
  }

  @Test
  void anUpsertOnAVersionThatIsNotTheLatestFailsAndLeavesTheTableAlone() {
    write(
        Runner.DIRECT,
        table("delta").commitAs("a", 1).append(),
        commit(1, 1),
        List.of(row(1, "one", 1, null)));
    Pipeline late = Pipeline.create(Runner.DIRECT.options());
    late.apply(Create.of(row(1, "late", 2, null)).withRowSchema(SCHEMA))
        .apply(table("delta").commitAs("late", 1).upsert("day", "id"));
    write(
        Runner.DIRECT,
        table("delta").commitAs("a", 2).overwrite(),
        commit(2, 1),
        List.of(row(1, "other", 1, null)));
    Throwable failure =
        assertThrows(Pipeline.PipelineExecutionException.class, () -> late.run().waitUntilFinish());
    assertThat(
        String.valueOf(failure.getCause()), containsString("Build and run the pipeline again"));
    assertThat(rows("delta"), contains("1 other 0.25 2026-11-01 null a/other"));
  }

  @Test
  void aRowThatDoesNotFitFailsThePipelineAndNothingIsCommitted() {
    Pipeline pipeline = Pipeline.create(Runner.DIRECT.options());
    pipeline
        .apply(Create.of(row(1, "one", 1, "1.555")).withRowSchema(SCHEMA))
        .apply(table("delta").commitAs("a", 1).append());
    Throwable failure =
        assertThrows(
            Pipeline.PipelineExecutionException.class, () -> pipeline.run().waitUntilFinish());
    assertThat(String.valueOf(failure.getCause()), containsString("'price'"));
    assertThat(folder.resolve("lake/t/_delta_log").toFile().exists(), is(false));
  }

  @Test
  void saysWhatIsMissingWhenThePipelineIsBuilt() {
    assertThat(
        refusal(WriteTable.to(folder.toString()).commitAs("a", 1).append()),
        allOf(containsString("'price'"), containsString("withDecimal")));
    assertThat(refusal(table("delta").append()), containsString("commitAs"));
    assertThat(
        refusal(table("delta").commitAs("a", 1).upsert("day", "nothing")),
        containsString("no field 'nothing'"));
    assertThat(
        refusal(table("parquet").commitAs("a", 1).append()), containsString("No table format"));
    assertThrows(IllegalArgumentException.class, () -> table("delta").upsert("day"));
    Pipeline endless = Pipeline.create(Runner.DIRECT.options());
    PCollection<Row> rows =
        endless
            .apply(GenerateSequence.from(0).withRate(1, org.joda.time.Duration.standardDays(1)))
            .apply(MapElements.into(TypeDescriptors.rows()).via((Long id) -> row(id, "x", 1, null)))
            .setRowSchema(SCHEMA);
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> rows.apply(table("delta").commitAs("a", 1).append()))
            .getMessage(),
        containsString("bounded"));
  }

  private static String refusal(WriteTable table) {
    Pipeline pipeline = Pipeline.create(Runner.DIRECT.options());
    PCollection<Row> rows = pipeline.apply(Create.of(row(1, "one", 1, null)).withRowSchema(SCHEMA));
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> rows.apply(table)).getMessage());
  }
}
