package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.cluster.TrinoServer;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Trino, an engine that shares no code with Spark's readers, finds the same rows. Runs with {@code
 * -Ptrino}, which brings its release.
 */
class TrinoTest {

  private static final String ORDERS =
      "SELECT order_id, customer_id, customer_email, CAST(amount AS varchar), currency, status,"
          + " CAST(to_unixtime(ordered_at) * 1000 AS bigint), CAST(to_unixtime(updated_at) * 1000 AS bigint),"
          + " _position FROM ";
  private static final String ORDERS_IN_SPARK =
      "SELECT order_id, customer_id, customer_email, CAST(amount AS string), currency, status,"
          + " unix_millis(ordered_at), unix_millis(updated_at), _position FROM ";
  private static final String REVENUE =
      "SELECT currency, orders, CAST(revenue AS varchar),"
          + " CAST(to_unixtime(window_start) * 1000 AS bigint) FROM ";
  private static final String REVENUE_IN_SPARK =
      "SELECT currency, orders, CAST(revenue AS string), unix_millis(window_start) FROM ";

  private static final String ACCOUNTS =
      "SELECT id, owner, email, CAST(balance AS varchar), date_diff('day', DATE '1970-01-01', opened_on),"
          + " CAST(to_unixtime(changed_at) * 1000000 AS bigint) FROM %s ORDER BY id";

  @TempDir static Path server;
  private static TrinoServer trino;

  @TempDir Path folder;
  private List<String> lines = List.of();

  @BeforeAll
  static void startTrino() throws Exception {
    String archive = System.getProperty("trino.archive");
    Assumptions.assumeTrue(
        archive != null, "Trino reads the tables in a slower suite: mvn verify -Ptrino");
    Optional<Path> java = TrinoServer.newerJava();
    Assumptions.assumeTrue(java.isPresent(), "Trino needs Java 24 or newer, and there is none");
    trino = TrinoServer.start(Path.of(archive), java.orElseThrow(), server);
  }

  @AfterAll
  static void stopTrino() throws Exception {
    if (trino != null) {
      trino.close();
    }
  }

  private Path pipeline(String format, int formatVersion) throws Exception {
    DataSet data = OrdersGenerator.write(OrdersSpec.of(900).withFiles(1), folder.resolve("input"));
    Path file;
    try (var files = Files.list(data.data())) {
      file = files.findFirst().orElseThrow();
    }
    lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    Collections.shuffle(lines, new Random(4));
    Files.write(file, lines.subList(0, lines.size() / 2), StandardCharsets.ISO_8859_1);
    String silver = "silver:\n  format: " + format;
    if (formatVersion > 0) {
      silver += "\n  formatVersion: " + formatVersion;
    }
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline())
            .replaceAll("\n  format: .*", "")
            .replaceFirst("(?m)^silver:", silver));
    return data.pipeline();
  }

  /** The other half of the data, in which some rows of the first are newer. */
  private void addMore() throws Exception {
    Files.write(
        folder.resolve("input/data/more.jsonl"),
        lines.subList(lines.size() / 2, lines.size()),
        StandardCharsets.ISO_8859_1);
  }

  private static List<String> sorted(List<List<String>> rows) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(String.join("|", row)));
    texts.sort(String::compareTo);
    return texts;
  }

  private static List<String> inSpark(String sql) {
    List<List<String>> rows = new ArrayList<>();
    SparkTables.rows(sql).forEach(row -> rows.add(row.stream().map(String::valueOf).toList()));
    return sorted(rows);
  }

  @Test
  void readsDeltaAsSparkDoes() throws Exception {
    Lake lake = new Lake(folder.resolve("lake"));
    Path pipeline = pipeline("delta", 0);
    Ledger first = lake.cycle(pipeline, Runner.DIRECT);
    addMore();
    Ledger second = lake.cycle(pipeline, Runner.DIRECT);
    assertThat(second.silver().replaced(), is(greaterThan(0L)));
    String silver = trino.delta(lake.folder().resolve("silver/orders"), "orders_delta");
    String gold = trino.delta(lake.folder().resolve("gold/revenue_hourly"), "revenue_delta");
    assertThat(
        sorted(trino.rows(ORDERS + silver)),
        equalTo(inSpark(ORDERS_IN_SPARK + lake.table("silver", "orders"))));
    assertThat(
        sorted(trino.rows(REVENUE + gold)),
        equalTo(inSpark(REVENUE_IN_SPARK + lake.table("gold", "revenue_hourly"))));
    assertThat(
        trino.rows(
            "SELECT count(*) FROM " + silver + " FOR VERSION AS OF " + first.silver().version()),
        equalTo(List.of(List.of(Long.toString(first.silver().rows())))));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsIcebergAsSparkDoes(int formatVersion) throws Exception {
    Lake lake = new Lake(folder.resolve("lake"));
    Path pipeline = pipeline("iceberg", formatVersion);
    Ledger first = lake.cycle(pipeline, Runner.DIRECT);
    addMore();
    lake.cycle(pipeline, Runner.DIRECT);
    String silver =
        trino.iceberg(lake.folder().resolve("silver/orders"), "orders_v" + formatVersion);
    String gold =
        trino.iceberg(lake.folder().resolve("gold/revenue_hourly"), "revenue_v" + formatVersion);
    assertThat(
        sorted(trino.rows(ORDERS + silver)),
        equalTo(inSpark(ORDERS_IN_SPARK + lake.table("silver", "orders"))));
    assertThat(
        sorted(trino.rows(REVENUE + gold)),
        equalTo(inSpark(REVENUE_IN_SPARK + lake.table("gold", "revenue_hourly"))));
    String snapshots =
        silver.replace("orders_v" + formatVersion, "\"orders_v" + formatVersion + "$snapshots\"");
    String oldest =
        trino
            .rows("SELECT snapshot_id FROM " + snapshots + " ORDER BY committed_at LIMIT 1")
            .get(0)
            .get(0);
    assertThat(
        trino.rows("SELECT count(*) FROM " + silver + " FOR VERSION AS OF " + oldest),
        equalTo(List.of(List.of(Long.toString(first.silver().rows())))));
  }

  /** A table of which rows are marked as deleted, and what Spark finds in it after each cycle. */
  private record Marked(
      Path pipeline, Lake lake, AccountHistory history, List<List<List<String>>> rows) {}

  private Marked mergeOnRead(int formatVersion) throws Exception {
    AccountHistory history = AccountHistory.of(formatVersion, 80, 500);
    Path pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            .replaceFirst(
                "(?m)^silver:",
                "silver:\n  format: iceberg\n  upsert: merge-on-read\n  formatVersion: "
                    + formatVersion));
    Lake lake = new Lake(folder.resolve("lake"));
    List<List<List<String>>> rows = new ArrayList<>();
    long marked = 0;
    for (Path file :
        ChangeLog.DEBEZIUM_JSON.write(history, folder.resolve("files"), 3, new Random(1))) {
      Files.move(file, folder.resolve("input/data").resolve(file.getFileName()));
      Ledger ledger = lake.cycle(pipeline, Runner.DIRECT);
      marked += ledger.silver().upsert() == null ? 0 : ledger.silver().upsert().markedRows();
      rows.add(AccountHistory.rows(lake));
    }
    assertThat(marked, is(greaterThan(0L)));
    return new Marked(pipeline, lake, history, rows);
  }

  @Test
  void passesOverRowsThatFilesOfPositionsMark() throws Exception {
    Marked table = mergeOnRead(2);
    String silver = trino.iceberg(table.lake().folder().resolve("silver/accounts"), "accounts_v2");
    assertThat(trino.rows(String.format(ACCOUNTS, silver)), equalTo(table.history().table()));
    List<List<String>> snapshots =
        trino.rows(
            "SELECT snapshot_id FROM "
                + silver.replace("accounts_v2", "\"accounts_v2$snapshots\"")
                + " ORDER BY committed_at");
    assertThat(snapshots.size(), is(table.rows().size()));
    for (int cycle = 0; cycle < snapshots.size(); cycle++) {
      String earlier = silver + " FOR VERSION AS OF " + snapshots.get(cycle).get(0);
      assertThat(trino.rows(String.format(ACCOUNTS, earlier)), equalTo(table.rows().get(cycle)));
    }
  }

  /** Trino 476 knows no deletion vectors: it says so, and gives no rows that are gone. */
  @Test
  void refusesDeletionVectorsUntilTheyAreCompactedAway() throws Exception {
    Marked table = mergeOnRead(3);
    Path folder = table.lake().folder();
    String marked = trino.iceberg(folder.resolve("silver/accounts"), "accounts_v3");
    SQLException refusal =
        assertThrows(SQLException.class, () -> trino.rows(String.format(ACCOUNTS, marked)));
    assertThat(refusal.getMessage(), containsString("Unexpected PUFFIN file format"));
    new Maintenance(
            PipelineDefinition.load(table.pipeline(), null),
            LakeLayout.of(folder.toString()),
            Runner.DIRECT.options(),
            new Maintenance.Settings(Duration.ofDays(7), 1, SortOrder.NONE, 0, false),
            Clock.systemUTC())
        .run();
    String compacted = trino.iceberg(folder.resolve("silver/accounts"), "accounts_v3_compacted");
    assertThat(trino.rows(String.format(ACCOUNTS, compacted)), equalTo(table.history().table()));
  }
}
