package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.table.SchemaChangeRefusedException;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.cycle.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A living table follows version 2 of its contract: a column added, one renamed and widened, one
 * widened, one dropped. Spark SQL reads what is there.
 */
class SchemaEvolutionTest {

  private static final List<String> AFTER =
      List.of(
          "{\"id\":\"a\",\"version\":1,\"cost\":1.50,\"quantity\":2}",
          "{\"id\":\"b\",\"version\":2,\"cost\":2.75,\"quantity\":5000000000,\"note\":\"more\"}",
          "{\"id\":\"c\",\"version\":1,\"quantity\":4}",
          "{\"id\":\"d\",\"version\":1,\"cost\":123456789012.25,\"quantity\":1,\"note\":\"new\"}");

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void openLake() {
    lake = new Lake(folder.resolve("lake"));
  }

  private Shop shop(String format) throws IOException {
    return Shop.open(folder.resolve("input"), format);
  }

  private void holdsTheSecondVersion() {
    assertThat(lake.rows("silver", "orders", "at", "at_day"), is(AFTER));
    assertThat(
        SparkTables.rows(
            "SELECT quantity FROM " + lake.table("gold", "sold_daily") + " ORDER BY window_start"),
        is(List.of(List.of("5000000002"), List.of("5"))));
  }

  @ParameterizedTest
  @CsvSource({"delta, FLINK", "delta, SPARK", "delta, DIRECT", "iceberg, FLINK", "iceberg, SPARK"})
  void aLivingTableFollowsItsContract(String format, Runner runner) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), runner);
    shop.contract(Shop.SECOND);
    shop.secondData();
    Ledger ledger = lake.cycle(shop.pipeline(), runner);
    assertThat(ledger.published(), is(2L));
    assertThat(ledger.replaced(), is(1L));
    holdsTheSecondVersion();

    shop.contract(Shop.FIRST);
    shop.data(
        "3",
        """
        {"id":"e","at":"2026-11-03T10:00:00Z","version":1,"price":1,"quantity":1,"email":"e@x.org"}
        """);
    assertThat(
        assertThrows(SchemaChangeRefusedException.class, () -> lake.run(shop.pipeline(), runner))
            .getMessage(),
        containsString("The table follows version 2.0.0 of the contract, which is newer."));
    holdsTheSecondVersion();

    shop.contract(Shop.SECOND);
    assertThat(lake.cycle(shop.pipeline(), runner).published(), is(1L));
    assertThat(
        SparkTables.rows(
            "SELECT id, cost FROM " + lake.table("silver", "orders") + " WHERE id = 'e'"),
        is(List.of(List.of("e", "1.00"))));
  }

  /** The first time it is reached, Delta's columns are changed and its files are not. */
  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void theNextDriverCompletesAChangeThatWasCutShort(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.FLINK);
    shop.contract(Shop.SECOND);
    shop.secondData();
    killAt(shop, Step.EVOLVED);
    Outcome outcome = lake.run(shop.pipeline(), Runner.FLINK);
    assertThat(outcome.resumed(), is(true));
    holdsTheSecondVersion();
  }

  /** What was staged by the first version has no notes, and too narrow numbers. */
  @ParameterizedTest
  @CsvSource({
    "delta, upsert, STAGED",
    "delta, append, STAGED",
    "delta, upsert, SILVER_COMMITTED",
    "iceberg, upsert, STAGED",
    "iceberg, append, STAGED",
    "iceberg, upsert, GOLD_STAGED"
  })
  void aCycleOfTheOldContractIsCompletedByTheNewOne(String format, String write, Step step)
      throws Exception {
    Shop shop = shop(format);
    String text = Files.readString(shop.pipeline()).replace("write: upsert", "write: " + write);
    Files.writeString(shop.pipeline(), text);
    lake.cycle(shop.pipeline(), Runner.FLINK);
    shop.data(
        "2",
        """
        {"id":"d","at":"2026-11-02T10:00:00Z","version":1,"price":7.25,"quantity":1,"note":"new"}
        """);
    killAt(shop, step);
    shop.contract(Shop.SECOND);
    Outcome outcome = lake.run(shop.pipeline(), Runner.FLINK);
    assertThat(outcome.resumed(), is(true));
    String note = step == Step.STAGED ? "new" : "null";
    assertThat(
        SparkTables.rows(
            "SELECT id, cost, quantity, note FROM "
                + lake.table("silver", "orders")
                + " ORDER BY id"),
        is(
            List.of(
                List.of("a", "1.50", "2", "null"),
                List.of("b", "2.50", "3", "null"),
                List.of("c", "null", "4", "null"),
                List.of("d", "7.25", "1", note))));
    assertThat(
        SparkTables.rows(
            "SELECT quantity FROM " + lake.table("gold", "sold_daily") + " ORDER BY window_start"),
        is(List.of(List.of("5"), List.of("5"))));
  }

  private void killAt(Shop shop, Step step) throws Exception {
    try (Driver driver = Driver.start(shop.pipeline(), lake, step)) {
      driver.awaitStep();
      driver.kill();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aBreakingChangeIsRefusedBeforeAnythingIsTouched(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.FLINK);
    List<String> before = files();
    shop.contract(Shop.SECOND.replace("decimal(20,2)", "decimal(20,4)"));
    shop.secondData();
    String message =
        assertThrows(
                SchemaChangeRefusedException.class, () -> lake.run(shop.pipeline(), Runner.FLINK))
            .getMessage();
    assertThat(
        message,
        containsString("'cost' is decimal(20, 4) by the contract and decimal(9, 2) in the table"));
    assertThat(message, containsString("medallion publish PIPELINE silver.orders_v2 --as=orders"));
    assertThat(files(), is(before));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(lake.folder())) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aTableIsNotChangedUnlessThePolicySaysSo() throws Exception {
    Shop shop = shop("delta");
    lake.cycle(shop.pipeline(), Runner.FLINK);
    shop.contract(Shop.SECOND);
    shop.secondData();
    for (String policy : List.of("enforce", "ignore")) {
      shop.policy(policy);
      assertThat(
          assertThrows(
                  SchemaChangeRefusedException.class, () -> lake.run(shop.pipeline(), Runner.FLINK))
              .getMessage(),
          containsString("'schemaPolicy: evolve'"));
    }
    shop.policy("evolve");
    lake.cycle(shop.pipeline(), Runner.FLINK);
    holdsTheSecondVersion();
  }
}
