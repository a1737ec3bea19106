package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.io.table.SchemaChangeRefusedException;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
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
        lake.read("gold", "sold_daily").orderBy("window_start").text("quantity"),
        is(List.of(List.of("5000000002"), List.of("5"))));
    lake.assertSparkReads("silver", "orders");
    lake.assertSparkReads("gold", "sold_daily");
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
    assertThat(ledger.silver().replaced(), is(1L));
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
        containsString("The table has version 2.0.0 of the contract, which is newer."));
    holdsTheSecondVersion();

    shop.contract(Shop.SECOND);
    assertThat(lake.cycle(shop.pipeline(), runner).published(), is(1L));
    assertThat(
        lake.read("silver", "orders").where(row -> row.get("id").equals("e")).text("id", "cost"),
        is(List.of(List.of("e", "1.00"))));
  }

  /** The first time it is reached, Delta's columns are changed and its files are not. */
  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void theNextDriverCompletesAChangeThatWasCutShort(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.contract(Shop.SECOND);
    shop.secondData();
    killAt(shop, Step.EVOLVED);
    Outcome outcome = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    holdsTheSecondVersion();
  }

  /** What was staged by the first version has no notes, and too narrow numbers. */
  @ParameterizedTest
  @CsvSource({"delta, upsert, SILVER_COMMITTED", "iceberg, append, STAGED"})
  @NightlyRows({
    "delta, upsert, STAGED",
    "delta, append, STAGED",
    "iceberg, upsert, STAGED",
    "iceberg, upsert, GOLD_STAGED"
  })
  void aCycleOfTheOldContractIsCompletedByTheNewOne(String format, String write, Step step)
      throws Exception {
    Shop shop = shop(format);
    String text = Files.readString(shop.pipeline()).replace("write: upsert", "write: " + write);
    Files.writeString(shop.pipeline(), text);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.data(
        "2",
        """
        {"id":"d","at":"2026-11-02T10:00:00Z","version":1,"price":7.25,"quantity":1,"note":"new"}
        """);
    killAt(shop, step);
    shop.contract(Shop.SECOND);
    Outcome outcome = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    String note = step == Step.STAGED ? "new" : "null";
    assertThat(
        lake.read("silver", "orders").orderBy("id").text("id", "cost", "quantity", "note"),
        is(
            List.of(
                List.of("a", "1.50", "2", "null"),
                List.of("b", "2.50", "3", "null"),
                List.of("c", "null", "4", "null"),
                List.of("d", "7.25", "1", note))));
    assertThat(
        lake.read("gold", "sold_daily").orderBy("window_start").text("quantity"),
        is(List.of(List.of("5"), List.of("5"))));
  }

  private void killAt(Shop shop, Step step) throws Exception {
    try (Driver driver = Driver.start(shop.pipeline(), lake, Runner.DIRECT, step)) {
      driver.awaitStep();
      driver.kill();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aBreakingChangeIsRefusedBeforeAnythingIsTouched(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    List<String> before = files();
    shop.contract(Shop.SECOND.replace("decimal(20,2)", "decimal(20,4)"));
    shop.secondData();
    String message =
        assertThrows(
                SchemaChangeRefusedException.class, () -> lake.run(shop.pipeline(), Runner.DIRECT))
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
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.contract(Shop.SECOND);
    shop.secondData();
    for (String policy : List.of("enforce", "ignore")) {
      shop.policy(policy);
      assertThat(
          assertThrows(
                  SchemaChangeRefusedException.class,
                  () -> lake.run(shop.pipeline(), Runner.DIRECT))
              .getMessage(),
          containsString("'schemaPolicy: evolve'"));
    }
    shop.policy("evolve");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    holdsTheSecondVersion();
  }

  @Test
  void validateSaysWhatARunWouldChange() throws Exception {
    Shop shop = shop("delta");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.contract(Shop.SECOND);
    String said = shop.command(lake, "validate");
    assertThat(said, containsString("silver.orders: 'cost' is called 'price' in the table"));
    assertThat(said, containsString("silver.orders: 'note' (string) is not in the table"));
    assertThat(said, containsString("silver.orders: 'email' is only in the table"));
    shop.contract(Shop.SECOND.replace("version: 2.0.0", "version: 1.1.0"));
    assertThat(
        shop.command(lake, "validate"),
        containsString("set the version of the contract to 2.0.0 or higher"));
    shop.contract(Shop.SECOND.replace("decimal(20,2)", "decimal(20,4)"));
    assertThat(shop.command(lake, "validate"), containsString("medallion publish"));
    assertThat(
        shop.command(lake, "read", "silver.orders", "--format=json"), containsString("differs"));
  }

  /** Windows that no cycle computes again lack it, and rows of before what is required by now. */
  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void goldGetsAColumnThatIsNeverNull(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.contract(
        Shop.FIRST
            .replace("version: 1.0.0", "version: 1.1.0")
            .replace(
                "physicalType: 'decimal(9,2)'}", "physicalType: 'decimal(9,2)', required: true}"));
    Files.writeString(
        shop.pipeline(),
        Files.readString(shop.pipeline())
            .replace(
                "AS quantity FROM", "AS quantity, COUNT(*) AS n, COUNT(price) AS priced FROM"));
    shop.data("2", "{\"id\":\"d\",\"at\":\"2026-11-02T09:00:00Z\",\"version\":1,\"price\":1}");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    assertThat(
        lake.read("gold", "sold_daily").orderBy("window_start").text("quantity", "n", "priced"),
        is(List.of(List.of("5", "null", "null"), List.of("4", "2", "1"))));
    assertThat(
        shop.read(lake, "gold.sold_daily", "quantity,n,priced"),
        is(List.of("4,2,1", "5,,", "quantity,n,priced")));
    shop.data("3", "{\"id\":\"e\",\"at\":\"2026-11-01T09:00:00Z\",\"version\":1,\"price\":1}");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    assertThat(
        lake.read("gold", "sold_daily").orderBy("window_start").text("quantity", "n", "priced"),
        is(List.of(List.of("5", "3", "3"), List.of("4", "2", "1"))));
  }

  @Test
  void rowsOfBeforeWithoutAnEventTimeAreInNoWindow() throws Exception {
    Shop shop = shop("delta");
    String pipeline = Files.readString(shop.pipeline());
    Files.writeString(shop.pipeline(), pipeline.substring(0, pipeline.indexOf("gold:")));
    shop.contract(Shop.FIRST.replace("timestamp, required: true}", "timestamp}"));
    shop.data("0", "{\"id\":\"z\",\"version\":1,\"quantity\":100}");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    Files.writeString(
        shop.pipeline(),
        pipeline.replace("AS quantity FROM", "AS quantity, COUNT(`at`) AS n FROM"));
    shop.contract(Shop.FIRST.replace("version: 1.0.0", "version: 1.1.0"));
    shop.data(
        "2",
        """
        {"id":"d","at":"2026-11-02T10:00:00Z","version":1,"quantity":1}
        {"id":"e","at":"1970-01-01T00:00:00Z","version":1,"quantity":1}
        """);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    assertThat(
        lake.read("gold", "sold_daily").orderBy("window_start").text("quantity", "n"),
        is(List.of(List.of("1", "1"), List.of("5", "2"), List.of("5", "2"))));
  }

  /** Rows of before lack it, and are copied all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aFieldMayBecomeRequired(String format) throws Exception {
    Shop shop = shop(format);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.contract(
        Shop.FIRST
            .replace("version: 1.0.0", "version: 1.1.0")
            .replace(
                "physicalType: 'decimal(9,2)'}", "physicalType: 'decimal(9,2)', required: true}"));
    shop.data(
        "2",
        """
        {"id":"d","at":"2026-11-02T09:00:00Z","version":1,"price":1}
        {"id":"e","at":"2026-11-02T09:00:00Z","version":1}
        """);
    assertThat(lake.cycle(shop.pipeline(), Runner.DIRECT).published(), is(1L));
    assertThat(lake.quarantine("shop"), is(Map.of("MISSING_REQUIRED", 1L)));
    shop.data("3", "{\"id\":\"d\",\"at\":\"2026-11-02T09:00:00Z\",\"version\":2,\"price\":2}");
    shop.data("4", "{\"id\":\"a\",\"at\":\"2026-11-01T08:00:00Z\",\"version\":2,\"price\":3}");
    // Of the third file's day one row has no price; it stands beside one that is replaced.
    shop.command(lake, "maintain");
    assertThat(lake.cycle(shop.pipeline(), Runner.DIRECT).silver().replaced(), is(2L));
    assertThat(
        lake.read("silver", "orders").orderBy("id").text("id", "price"),
        is(
            List.of(
                List.of("a", "3.00"),
                List.of("b", "2.50"),
                List.of("c", "null"),
                List.of("d", "2.00"))));
    assertThat(
        shop.command(lake, "read", "silver.orders", "--columns=id,price", "--format=csv")
            .lines()
            .sorted()
            .toList(),
        is(List.of("a,3.00", "b,2.50", "c,", "d,2.00", "id,price")));
  }
}
