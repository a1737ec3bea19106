package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.nested.NestedDataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables kept as Iceberg hold what they hold as Delta, row for row, as Spark SQL reads them. */
class IcebergTablesTest {

  @TempDir Path folder;

  /** What is run over. */
  enum Input {
    ORDERS {
      @Override
      DataSet write(Path folder) throws IOException {
        return OrdersGenerator.write(OrdersSpec.of(2_000).withFiles(2), folder);
      }
    },
    NESTED {
      @Override
      DataSet write(Path folder) throws IOException {
        return NestedDataSet.write(folder, 300, 7);
      }
    };

    abstract DataSet write(Path folder) throws IOException;
  }

  /** The same pipeline, with its tables kept as Iceberg. */
  private static Path asIceberg(Path pipeline, String formatVersion) throws IOException {
    return asIceberg(pipeline, formatVersion, "");
  }

  private static Path asIceberg(Path pipeline, String formatVersion, String upsert)
      throws IOException {
    String text = Files.readString(pipeline).replaceAll("\n  format: .*", "");
    String version = formatVersion.isEmpty() ? "" : "\n  formatVersion: " + formatVersion;
    String mode = upsert.isEmpty() ? "" : "\n  upsert: " + upsert;
    String changed =
        text.replaceFirst("(?m)^silver:", "silver:\n  format: iceberg" + version + mode);
    assertThat(changed, is(not(text)));
    return Files.writeString(pipeline.resolveSibling("iceberg" + formatVersion + ".yaml"), changed);
  }

  private static List<String> gold(Lake lake, Path pipeline) {
    return PipelineDefinition.load(pipeline, null).gold().aggregates().stream()
        .flatMap(table -> lake.rows("gold", table.table()).stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void everyRunnerGivesWhatDeltaHolds(Input input) throws Exception {
    DataSet data = input.write(folder.resolve("input"));
    PipelineDefinition definition = PipelineDefinition.load(data.pipeline(), null);
    String silver = definition.silver().table();
    List<String> columns = definition.schema().names();
    Lake delta = new Lake(folder.resolve("delta"));
    delta.cycle(data.pipeline(), Runner.FLINK);
    List<String> rows = delta.rows("silver", silver, columns);
    assertThat((long) rows.size(), is(data.expected().silver()));
    List<String> gold = gold(delta, data.pipeline());
    assertThat(gold, is(not(empty())));
    for (Runner runner : Runner.values()) {
      Path pipeline = asIceberg(data.pipeline(), runner == Runner.SPARK ? "3" : "");
      Lake lake = new Lake(folder.resolve(runner.name()));
      Ledger ledger = lake.cycle(pipeline, runner);
      assertThat(runner + " publishes", ledger.published(), is(data.expected().silver()));
      assertThat(runner + "'s silver", lake.rows("silver", silver, columns), equalTo(rows));
      assertThat(runner + "'s columns", lake.rows("silver", silver), equalTo(rows));
      assertThat(runner + "'s gold", gold(lake, pipeline), equalTo(gold));
    }
  }

  /** With merge-on-read Spark leaves files of positions in version 2, deletion vectors in 3. */
  @ParameterizedTest
  @CsvSource({
    "2, copy-on-write, copy-on-write",
    "2, merge-on-read, copy-on-write",
    "3, merge-on-read, merge-on-read",
    "2, copy-on-write, merge-on-read"
  })
  void nextCycleGoesOnWhereSparkChangedTheTable(String version, String mode, String upsert)
      throws Exception {
    DataSet data =
        OrdersGenerator.write(
            OrdersSpec.of(1_200).withFiles(2).withDays(2), folder.resolve("input"));
    List<Path> files;
    try (var list = Files.list(data.data())) {
      files = list.sorted().toList();
    }
    Path later = folder.resolve("later");
    Path iceberg = asIceberg(data.pipeline(), version, upsert);
    Lake[] lakes = {new Lake(folder.resolve("delta")), new Lake(folder.resolve("iceberg"))};
    Path[] pipelines = {data.pipeline(), iceberg};
    for (int i = 0; i < lakes.length; i++) {
      Files.move(files.get(1), later);
      lakes[i].cycle(pipelines[i], Runner.DIRECT);
      String table = lakes[i].table("silver", "orders");
      if (i == 1) {
        setModes(table, mode);
      }
      SparkTables.sql("DELETE FROM " + table + " WHERE CAST(substr(order_id, -2) AS INT) < 20");
      SparkTables.sql(
          "MERGE INTO "
              + table
              + " t USING (SELECT order_id FROM "
              + table
              + " WHERE order_id LIKE '%7') s ON t.order_id = s.order_id"
              + " WHEN MATCHED THEN UPDATE SET amount = amount + 1000");
      Files.move(later, files.get(1));
      Ledger ledger = lakes[i].cycle(pipelines[i], Runner.DIRECT);
      assertThat(ledger.silver().replaced(), is(not(0L)));
    }
    List<String> columns = PipelineDefinition.load(data.pipeline(), null).schema().names();
    List<String> rows = lakes[0].rows("silver", "orders", columns);
    assertThat(
        rows.stream().filter(row -> row.matches(".*\"amount\":1\\d{3}\\..*")).toList(),
        is(not(empty())));
    assertThat(lakes[1].rows("silver", "orders", columns), equalTo(rows));
    assertThat(gold(lakes[1], iceberg), equalTo(gold(lakes[0], data.pipeline())));
    compactsDeletesAway(lakes[1], iceberg);
    assertThat(lakes[1].rows("silver", "orders", columns), equalTo(rows));
  }

  private static void setModes(String table, String mode) {
    SparkTables.sql(
        "ALTER TABLE "
            + table
            + " SET TBLPROPERTIES ('write.delete.mode' = '"
            + mode
            + "', 'write.merge.mode' = '"
            + mode
            + "')");
  }

  private static void compactsDeletesAway(Lake lake, Path pipeline) throws IOException {
    new Maintenance(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            new Maintenance.Settings(Duration.ofDays(7), 1, SortOrder.NONE, 0, false),
            Clock.systemUTC())
        .run();
    assertThat(
        SparkTables.rows(
            "SELECT e.file_path FROM "
                + lake.table("silver", "orders")
                + ".delete_files e JOIN "
                + lake.table("silver", "orders")
                + ".data_files d ON e.referenced_data_file = d.file_path"),
        is(empty()));
  }
}
