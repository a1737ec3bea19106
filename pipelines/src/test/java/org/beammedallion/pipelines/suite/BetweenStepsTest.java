package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.Filter;
import org.apache.beam.sdk.schemas.transforms.Join;
import org.apache.beam.sdk.schemas.transforms.Select;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.sink.WriteQuarantine;
import org.beammedallion.io.sink.WriteTable;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.ParseRecords;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.deduplicate.Deduplicate;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beam's own transforms of rows work between ours, on every runner. Spark reads the table. */
class BetweenStepsTest {

  private static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.required("version", FieldType.LONG),
          Field.required("customer", FieldType.STRING),
          Field.optional("amount", FieldType.decimal(9, 2)));

  private static final Schema CUSTOMERS =
      Schema.builder().addStringField("customer").addStringField("country").build();

  private static final List<String> LINES =
      List.of(
          "{\"id\": 1, \"version\": 1, \"customer\": \"a\", \"amount\": 1.50}",
          "{\"id\": 1, \"version\": 2, \"customer\": \"a\", \"amount\": 2.50}",
          "{\"id\": 2, \"version\": 1, \"customer\": \"b\", \"amount\": 10}",
          "{\"id\": 3, \"version\": 1, \"customer\": \"b\", \"amount\": 0.01}",
          "{\"id\": 4, \"version\": 1, \"customer\": \"nobody\", \"amount\": 7}",
          "{\"id\": 5, \"version\": 1, \"customer\": \"a\"}",
          "{\"id\": 6, \"version\": 1, \"customer\": \"a\", \"amount\": \"much\"}",
          "no json");

  @TempDir Path folder;

  private static Row customer(String name, String country) {
    return Row.withSchema(CUSTOMERS).addValues(name, country).build();
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void filterJoinSelectAndSql(Runner runner) throws IOException {
    Pipeline pipeline = Pipeline.create(runner.options());
    List<byte[]> records =
        LINES.stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    RecordChecks checks = RecordChecks.of(RowLayout.of(ORDERS), List.of(), List.of());
    ParseRecords.Result orders =
        pipeline
            .apply("Lines", Create.of(records).withCoder(ByteArrayCoder.of()))
            .apply(ParseRecords.with(JsonDecoder.of(ORDERS, checks), ORDERS));
    PCollection<Row> customers =
        pipeline.apply(
            "Customers",
            Create.of(customer("a", "AT"), customer("b", "BE")).withRowSchema(CUSTOMERS));
    orders
        .rows()
        .apply(Deduplicate.latest("version", "id"))
        .apply(
            Filter.<Row>create()
                .whereFieldName(
                    "amount",
                    (BigDecimal amount) ->
                        amount != null && amount.compareTo(new BigDecimal("0.05")) > 0))
        .apply(Join.<Row, Row>innerJoin(customers).using("customer"))
        .apply(Select.fieldNames("lhs.id", "lhs.amount", "rhs.country"))
        .apply(
            SqlTransform.query(
                "SELECT country, id, amount + amount AS twice FROM PCOLLECTION WHERE id < 100"))
        .apply(
            WriteTable.to(folder.resolve("twice").toString())
                .withDecimal("twice", 11, 2)
                .commitAs("between", 1)
                .append());
    Path quarantine = folder.resolve("quarantine");
    orders.deadLetters().apply(WriteQuarantine.to(quarantine.toString()).runAs(1, Instant.EPOCH));
    pipeline.run().waitUntilFinish();

    List<List<String>> rows =
        SparkTables.rows(
                "SELECT country, id, twice FROM "
                    + SparkTables.delta(folder.resolve("twice").toString())
                    + " ORDER BY id")
            .stream()
            .map(row -> row.stream().map(String::valueOf).toList())
            .toList();
    assertThat(rows, is(List.of(List.of("AT", "1", "5.00"), List.of("BE", "2", "20.00"))));
    List<String> letters = new ArrayList<>();
    try (var files = Files.walk(quarantine)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        letters.addAll(Files.readAllLines(file));
      }
    }
    assertThat(letters.toString(), letters.size(), is(2));
  }
}
