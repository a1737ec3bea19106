package org.beammedallion.io.table.delta;

import static org.beammedallion.fixtures.spark.SparkTables.delta;
import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableEvolutionContract;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;

class DeltaEvolutionTest extends TableEvolutionContract {

  @Override
  protected Table open(TableDefinition definition) {
    return DeltaTable.of(definition);
  }

  @Override
  protected String from(Table table) {
    return delta(table.uri());
  }

  @Override
  protected String at(Table table, long version) {
    return delta(table.uri()) + " VERSION AS OF " + version;
  }

  private Table orders(RecordSchema schema, String version) {
    TableLayout layout = new TableLayout(schema, Orders.LAYOUT.partitionBy(), true);
    return open(
        TableDefinition.ofFolder(folder + "/plain/orders", layout).withContractVersion(version));
  }

  @Test
  void aNewColumnNeedsNoFeatureAndNoFile() throws IOException {
    Table orders = orders(Orders.SCHEMA, "1.0.0");
    commit(orders, Orders.write(orders, "a", 0, 10), 1);
    RecordSchema more =
        new RecordSchema(
            java.util.stream.Stream.concat(
                    Orders.SCHEMA.fields().stream(),
                    java.util.stream.Stream.of(Field.optional("note", FieldType.STRING)))
                .toList());
    Table later = orders(more, "1.1.0");
    evolve(later);
    assertThat(
        rows("SELECT COUNT(*), COUNT(note) FROM " + from(later)), is(List.of(List.of("10", "0"))));
    assertThat(
        rows("SHOW TBLPROPERTIES " + from(later)).toString(),
        not(containsString("delta.columnMapping.mode")));
    assertThat(later.snapshot().orElseThrow().version(), is(2L));
  }

  @Test
  void doesNotRollBackOverAWiderTypeButOverAllElse() throws IOException {
    appendFirst(1);
    appendFirst(2);
    evolve(second);
    assertThat(
        assertThrows(TableException.class, () -> second.history().rollback(1)).getMessage(),
        containsString("cannot be rolled back"));
    appendSecond(3);
    long evolved = second.snapshot().orElseThrow().version() - 1;
    second.history().rollback(evolved);
    assertThat(rows("SELECT COUNT(*) FROM " + from(second)), is(List.of(List.of("4"))));
  }

  @Test
  void takesATableToWhichSparkGaveColumnMapping() throws IOException {
    Table orders = orders(Orders.SCHEMA, "1.0.0");
    commit(orders, Orders.write(orders, "a", 0, 10), 1);
    sql(
        "ALTER TABLE "
            + from(orders)
            + " SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name', "
            + "'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5')");
    sql("ALTER TABLE " + from(orders) + " RENAME COLUMN status TO state");
    sql("ALTER TABLE " + from(orders) + " DROP COLUMN amount");
    RecordSchema renamed =
        RecordSchema.of(
            Field.required("order_id", FieldType.STRING),
            Field.required("currency", FieldType.STRING),
            Field.optional("state", FieldType.STRING),
            Field.required("ordered_at", FieldType.TIMESTAMP));
    Table later = orders(renamed, "1.0.0");
    assertThat(later.evolution().difference().changes(), is(List.of()));
    Table again =
        orders(
            new RecordSchema(
                renamed.fields().stream()
                    .map(
                        field -> field.name().equals("state") ? field.renamedFrom("status") : field)
                    .toList()),
            "1.0.0");
    again.commit(CommitRequest.append(List.of(), "app", 5).evenIfEmpty());
    assertThat(again.snapshot().orElseThrow().files().size(), is(1));
  }

  @Test
  void logIsCheckpointedAndReadOn() throws IOException {
    appendFirst(1);
    evolve(second);
    for (int cycle = 2; cycle < 14; cycle++) {
      appendSecond(cycle);
    }
    Path log = Path.of(second.uri(), "_delta_log");
    assertThat(Files.exists(log.resolve("00000000000000000010.checkpoint.parquet")), is(true));
    for (int version = 0; version < 10; version++) {
      Files.delete(log.resolve("%020d.json".formatted(version)));
    }
    assertThat(
        rows("SELECT COUNT(*), SUM(cost) FROM " + from(second)),
        is(List.of(List.of("14", "60000000007"))));
    assertThat(second.snapshot().orElseThrow().files().size(), is(14));
  }

  /** Why a wider type has every file rewritten. */
  @Test
  void sparkReadsNoFileOfANarrowerType() throws IOException {
    appendFirst(1);
    String file = first.snapshot().orElseThrow().files().get(0).uri(first.uri());
    assertThat(
        SparkTables.session().read().schema("price INT").parquet(file).collectAsList().size(),
        is(1));
    assertThrows(
        Exception.class,
        () -> SparkTables.session().read().schema("price BIGINT").parquet(file).collectAsList());
  }
}
