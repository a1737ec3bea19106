package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every table format keeps when a table follows its contract: each row says what it said, to
 * Spark SQL and to our own reader, now and at every version before.
 */
public abstract class TableEvolutionContract {

  private static final String APP = "orders/silver";

  private static final RecordSchema FIRST =
      RecordSchema.of(
          Field.required("id", FieldType.STRING),
          Field.optional("price", FieldType.INT),
          Field.optional("rate", FieldType.FLOAT),
          Field.required("amount", FieldType.decimal(9, 2)),
          Field.optional("email", FieldType.STRING),
          Field.required("currency", FieldType.STRING),
          Field.optional(
              "customer",
              new ObjectType(
                  RecordSchema.of(
                      Field.required("name", FieldType.STRING),
                      Field.optional("zip", FieldType.INT)))),
          Field.optional(
              "lines",
              new ArrayType(
                  Field.required(
                      "element",
                      new ObjectType(
                          RecordSchema.of(
                              Field.required("sku", FieldType.STRING),
                              Field.required("qty", FieldType.INT)))))));

  /** Every change that a table can follow, at the top and inside. */
  private static final RecordSchema SECOND =
      RecordSchema.of(
          Field.required("id", FieldType.STRING),
          Field.optional("note", FieldType.STRING),
          Field.optional("cost", FieldType.LONG).renamedFrom("price"),
          Field.optional("rate", FieldType.DOUBLE),
          Field.optional("amount", FieldType.decimal(20, 2)),
          Field.required("currency", FieldType.STRING),
          Field.optional(
                  "buyer",
                  new ObjectType(
                      RecordSchema.of(
                          Field.required("full_name", FieldType.STRING).renamedFrom("name"),
                          Field.optional("country", FieldType.STRING),
                          Field.optional("zip", FieldType.LONG))))
              .renamedFrom("customer"),
          Field.optional(
              "lines",
              new ArrayType(
                  Field.required(
                      "element",
                      new ObjectType(
                          RecordSchema.of(
                              Field.required("sku", FieldType.STRING),
                              Field.required("quantity", FieldType.LONG).renamedFrom("qty"),
                              Field.optional(
                                  "tags",
                                  new ArrayType(Field.required("element", FieldType.STRING)))))))));

  @TempDir protected Path folder;
  protected Table first;
  protected Table second;

  protected abstract Table open(TableDefinition definition);

  /** What Spark SQL calls the table. */
  protected abstract String from(Table table);

  /** What Spark SQL calls the table at one of its versions. */
  protected abstract String at(Table table, long version);

  protected final Table open(RecordSchema schema, String contractVersion) {
    TableLayout layout = new TableLayout(schema, List.of(PartitionField.parse("currency")), true);
    return open(
        TableDefinition.ofFolder(folder + "/lake/silver/orders", layout)
            .withContractVersion(contractVersion));
  }

  @BeforeEach
  void openTables() {
    first = open(FIRST, "1.0.0");
    second = open(SECOND, "2.0.0");
  }

  private static Row object(Table table, String field, @Nullable Object... values) {
    Schema type = Rows.schema(table).getField(field).getType().getRowSchema();
    return Row.withSchema(type).addValues(values).build();
  }

  private static Row line(Table table, @Nullable Object... values) {
    Schema type =
        Rows.schema(table).getField("lines").getType().getCollectionElementType().getRowSchema();
    return Row.withSchema(type).addValues(values).build();
  }

  protected final void appendFirst(long cycle) throws IOException {
    List<Row> rows =
        List.of(
            Rows.of(
                first,
                "a-" + cycle,
                7,
                0.5f,
                new BigDecimal("12.50"),
                "a@x.org",
                "EUR",
                object(first, "customer", "Ada", 1010),
                List.of(line(first, "s1", 2), line(first, "s2", 3))),
            Rows.of(
                first, "b-" + cycle, null, null, new BigDecimal("-0.01"), null, "USD", null, null));
    commit(first, Rows.write(first, "first-" + cycle, rows), cycle);
  }

  protected final void appendSecond(long cycle) throws IOException {
    commit(second, Rows.write(second, "second-" + cycle, List.of(secondRow(cycle))), cycle);
  }

  private Row secondRow(long cycle) {
    return Rows.of(
        second,
        "c-" + cycle,
        "new",
        5_000_000_000L,
        1e300,
        new BigDecimal("123456789012345678.99"),
        "EUR",
        object(second, "buyer", "Bob", "NO", 5_000_000_001L),
        List.of(line(second, "s9", 5_000_000_002L, List.of("x", "y"))));
  }

  protected static void commit(Table table, List<DataFile> files, long cycle) throws IOException {
    assertThat(
        table.commit(CommitRequest.append(files, APP, cycle)).outcome(), is(Outcome.COMMITTED));
  }

  /** Brings the table to its contract, as a cycle does. */
  protected static void evolve(Table table) throws IOException {
    List<SchemaChange> left = table.evolution().apply(table.evolution().difference().changes());
    if (!left.isEmpty()) {
      TableSnapshot live = table.snapshot().orElseThrow();
      List<DataFile> files = Rows.write(table, "wider-" + live.version(), Rows.read(table, live));
      table.evolution().rewrite(left, files, live.files());
    }
    assertThat(table.evolution().difference().changes(), is(List.of()));
  }

  private void sparkSeesBoth(String from) {
    assertThat(
        rows("SELECT id, note, cost, rate, amount, currency, buyer.full_name, buyer.country, buyer.zip, lines FROM "
                + from
                + " ORDER BY id")
            .toString(),
        is(
            "[[a-1, null, 7, 0.5, 12.50, EUR, Ada, null, 1010, WrappedArray([s1,2,null], [s2,3,null])],"
                + " [b-1, null, null, null, -0.01, USD, null, null, null, null],"
                + " [c-2, new, 5000000000, 1.0E300, 123456789012345678.99, EUR, Bob, NO, 5000000001,"
                + " WrappedArray([s9,5000000002,WrappedArray(x, y)])]]"));
  }

  @Test
  void everyRowSaysWhatItSaidAfterEveryChange() throws IOException {
    appendFirst(1);
    evolve(second);
    appendSecond(2);
    sparkSeesBoth(from(second));
    List<Row> ours = Rows.read(second, second.snapshot().orElseThrow());
    assertThat(ours.size(), is(3));
    Row old =
        ours.stream().filter(row -> "a-1".equals(row.getString("id"))).findFirst().orElseThrow();
    assertThat(old.getInt64("cost"), is(7L));
    assertThat(old.getDouble("rate"), is(0.5));
    assertThat(old.getString("note"), is((String) null));
    assertThat(old.getRow("buyer").getString("full_name"), is("Ada"));
    assertThat(old.getRow("buyer").getInt64("zip"), is(1010L));
    assertThat(
        old.<Row>getArray("lines").stream().map(row -> row.getInt64("quantity")).toList(),
        is(List.of(2L, 3L)));
    assertThat(ours.contains(secondRow(2)), is(true));
    // As a filter finds it, by the statistics of old files and new.
    assertThat(
        rows("SELECT id FROM " + from(second) + " WHERE cost = 7 AND currency = 'EUR'"),
        is(List.of(List.of("a-1"))));
    assertThat(
        rows("SELECT id FROM " + from(second) + " WHERE buyer.zip > 2000"),
        is(List.of(List.of("c-2"))));
  }

  @Test
  void columnsStandInTheContractsOrder() throws IOException {
    appendFirst(1);
    evolve(second);
    assertThat(
        List.of(sql("SELECT * FROM " + from(second)).columns()),
        is(
            List.of(
                "id",
                "note",
                "cost",
                "rate",
                "amount",
                "currency",
                "buyer",
                "lines",
                "_source",
                "_position")));
  }

  @Test
  void versionsOfBeforeCanStillBeRead() throws IOException {
    appendFirst(1);
    long before = first.snapshot().orElseThrow().version();
    evolve(second);
    appendSecond(2);
    assertThat(
        rows("SELECT id, price, email, customer.name FROM " + at(first, before) + " ORDER BY id"),
        is(List.of(List.of("a-1", "7", "a@x.org", "Ada"), List.of("b-1", "null", "null", "null"))));
    List<Row> then = Rows.read(second, second.history().snapshot(before));
    assertThat(then.stream().map(row -> row.getInt64("cost")).toList().contains(7L), is(true));
    assertThat(then.size(), is(2));
  }

  @Test
  void filesAreReplacedAndCompactedAsBefore() throws IOException {
    appendFirst(1);
    evolve(second);
    appendSecond(2);
    TableSnapshot live = second.snapshot().orElseThrow();
    List<Row> rows = Rows.read(second, live);
    second.maintenance().compact(Rows.write(second, "whole", rows), live.files());
    sparkSeesBoth(from(second));
    live = second.snapshot().orElseThrow();
    List<DataFile> dollars =
        live.files().stream().filter(file -> file.partitionValues().containsValue("USD")).toList();
    assertThat(dollars.size(), is(1));
    second.commit(
        CommitRequest.replace(Operation.OVERWRITE, List.of(), dollars, live.version(), APP, 3));
    assertThat(
        rows("SELECT id FROM " + from(second) + " ORDER BY id"),
        is(List.of(List.of("a-1"), List.of("c-2"))));
  }

  @Test
  void sparkWritesOn() throws IOException {
    appendFirst(1);
    evolve(second);
    sql("UPDATE " + from(second) + " SET note = 'seen', cost = cost + 1 WHERE id = 'a-1'");
    sql("DELETE FROM " + from(second) + " WHERE id = 'b-1'");
    appendSecond(2);
    List<Row> ours = Rows.read(second, second.snapshot().orElseThrow());
    assertThat(
        ours.stream()
            .map(row -> row.getString("id") + " " + row.getInt64("cost"))
            .sorted()
            .toList(),
        is(List.of("a-1 8", "c-2 5000000000")));
  }

  @Test
  void filesOfTheOldContractAreNotCommitted() throws IOException {
    appendFirst(1);
    List<DataFile> staged =
        Rows.write(
            first, "staged", List.of(Rows.read(first, first.snapshot().orElseThrow()).get(0)));
    evolve(second);
    assertThat(
        assertThrows(TableException.class, () -> first.commit(CommitRequest.append(staged, APP, 2)))
            .getMessage(),
        containsString("'email' (string) is not in the table"));
    assertThat(
        assertThrows(
                ConcurrentCommitException.class,
                () -> second.commit(CommitRequest.append(staged, APP, 2)))
            .getMessage(),
        containsString("write the files again"));
    appendSecond(2);
    sparkSeesBoth(from(second));
  }

  @Test
  void theOldContractIsRefusedAndSoIsEveryoneWhoChangesTheTableMeanwhile() throws IOException {
    appendFirst(1);
    List<SchemaChange> seen = second.evolution().difference().changes();
    evolve(second);
    TableEvolution.Difference old = first.evolution().difference();
    assertThat(old.contractVersion(), is("2.0.0"));
    assertThat(
        assertThrows(
                SchemaChangeRefusedException.class,
                () ->
                    EvolutionRules.require(
                        "silver.orders",
                        old,
                        org.beammedallion.quality.pipeline.SchemaPolicy.EVOLVE,
                        "1.0.0"))
            .getMessage(),
        containsString("2.0.0"));
    assertThrows(ConcurrentCommitException.class, () -> second.evolution().apply(seen));
  }

  @Test
  void aNameThatComesBackHasNoValuesOfBefore() throws IOException {
    appendFirst(1);
    evolve(second);
    RecordSchema again =
        new RecordSchema(
            java.util.stream.Stream.concat(
                    SECOND.fields().stream(),
                    java.util.stream.Stream.of(
                        Field.optional("email", FieldType.STRING),
                        Field.optional("price", FieldType.INT)))
                .toList());
    Table third = open(again, "3.0.0");
    evolve(third);
    assertThat(
        rows("SELECT id, email, price, cost FROM " + from(third) + " ORDER BY id"),
        is(List.of(List.of("a-1", "null", "null", "7"), List.of("b-1", "null", "null", "null"))));
    Row row =
        Rows.read(third, third.snapshot().orElseThrow()).stream()
            .filter(each -> "a-1".equals(each.getString("id")))
            .findFirst()
            .orElseThrow();
    assertThat(row.getString("email"), is((String) null));
    assertThat(row.getInt32("price"), is((Integer) null));
    assertThat(row.getInt64("cost"), is(7L));
  }

  @Test
  void aTableThatIsNotThereNeedsNoChange() throws IOException {
    assertThat(second.evolution().difference().changes(), is(List.of()));
    appendSecond(1);
    assertThat(second.evolution().difference().contractVersion(), is("2.0.0"));
  }
}
