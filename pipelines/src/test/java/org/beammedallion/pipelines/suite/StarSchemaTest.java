package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.Ledger.GoldEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Customers and orders that arrive in any order, spread over cycles by chance, leave the dimension
 * and the facts that Spark SQL makes of all lines at once.
 */
class StarSchemaTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"SPARK, delta, 3", "DIRECT, iceberg, 4", "FLINK, iceberg+merge-on-read, 5"})
  @NightlyRows({"DIRECT, delta, 1", "FLINK, delta, 2", "SPARK, iceberg, 6"})
  void everyRunnerGivesWhatSparkSqlGives(Runner runner, String format, int seed) throws Exception {
    StarData data = StarData.of(folder.resolve("input"), seed);
    data.format(format);
    data.withExpressions();
    Lake lake = new Lake(folder.resolve("lake"));
    data.addOrders(0, 2);
    GoldEntry first = fact(lake.cycle(data.ordersPipeline(), runner));
    assertThat(
        "nothing is known of customers", first.unknown().get("dim_customer"), is(first.rows()));
    data.addCustomers(0, 2);
    lake.cycle(data.customersPipeline(), runner);
    data.addOrders(1, 2);
    lake.cycle(data.ordersPipeline(), runner);
    data.addCustomers(1, 2);
    lake.cycle(data.customersPipeline(), runner);

    Ledger last = lake.cycle(data.ordersPipeline(), runner);
    assertThat("there was no new file", last.input().files(), is(0L));
    List<List<String>> history = StarData.history(lake);
    assertThat(history, is(not(empty())));
    assertThat(history, equalTo(data.history()));
    List<List<String>> facts = StarData.factTable(lake);
    assertThat((long) facts.size(), is(last.silver().rows()));
    assertThat(facts, equalTo(data.facts(lake)));
    List<List<String>> business = StarData.businessFactTable(lake);
    assertThat(business, is(not(empty())));
    assertThat(business, equalTo(data.businessFacts(lake)));
    long unknown = facts.stream().filter(row -> row.get(2).equals("null")).count();
    assertThat(unknown, is(greaterThan(0L)));
    assertThat(fact(last).unknown().get("dim_customer"), is(unknown));
    assertThat(
        "now all is done", lake.run(data.ordersPipeline(), runner).ledger(), is(nullValue()));
  }

  private static GoldEntry fact(Ledger ledger) {
    return ledger.gold().stream()
        .filter(entry -> entry.table().equals("fact_orders"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void runnersGiveTheSameRowsWhateverTheCut() throws Exception {
    List<String> dimension = null;
    List<String> facts = null;
    for (Runner runner : Runner.values()) {
      StarData data = StarData.of(folder.resolve("input-" + runner), 7);
      Lake lake = new Lake(folder.resolve("lake-" + runner));
      int parts = 1 + runner.ordinal();
      for (int part = 0; part < parts; part++) {
        data.addCustomers(part, parts);
        data.addOrders(part, parts);
        lake.cycle(data.customersPipeline(), runner);
        lake.cycle(data.ordersPipeline(), runner);
      }
      List<String> dimensionRows = lake.rows("gold", "dim_customer");
      List<String> factRows = lake.rows("gold", "fact_orders");
      if (dimension == null) {
        dimension = dimensionRows;
        facts = factRows;
      }
      assertThat(runner + "'s dimension", dimensionRows, equalTo(dimension));
      assertThat(runner + "'s facts", factRows, equalTo(facts));
    }
  }

  @Test
  void computesOnlyTheFactsOfTheHoursThatALateVersionChanges() throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 8);
    Lake lake = new Lake(folder.resolve("lake"));
    data.addCustomers(0, 1);
    data.addOrders(0, 1);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    Ledger before = lake.cycle(data.ordersPipeline(), Runner.DIRECT);
    GoldEntry whole = fact(before);
    assertThat(whole.written(), is(whole.rows()));
    data.addLateCustomer();
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    Ledger after = lake.cycle(data.ordersPipeline(), Runner.DIRECT);
    GoldEntry mended = fact(after);
    assertThat("silver has not changed", after.silver().version(), is(before.silver().version()));
    assertThat(
        "the log of silver",
        SparkTables.rows("DESCRIBE HISTORY " + lake.table("silver", "orders")).size(),
        is(2));
    assertThat(mended.version(), is(whole.version() + 1));
    assertThat(
        "nor has any other table of gold",
        after.gold().get(0).version(),
        is(before.gold().get(0).version()));
    assertThat(mended.rows(), is(whole.rows()));
    long late = StarData.ordersInLateHours(lake);
    assertThat(mended.written(), is(both(greaterThan(0L)).and(lessThanOrEqualTo(late))));
    assertThat(late, is(lessThan(whole.written())));
    assertThat(StarData.history(lake), equalTo(data.history()));
    assertThat(StarData.factTable(lake), equalTo(data.facts(lake)));
  }

  @Test
  void aDimensionThatIsAddedLaterStartsFromSilver() throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 9);
    Lake lake = new Lake(folder.resolve("lake"));
    String text = Files.readString(data.customersPipeline());
    Files.writeString(data.customersPipeline(), text.replaceFirst("(?s)gold:.*", ""));
    data.addCustomers(0, 2);
    lake.cycle(data.customersPipeline(), Runner.FLINK);
    Files.writeString(data.customersPipeline(), text);
    data.addCustomers(1, 2);
    lake.cycle(data.customersPipeline(), Runner.FLINK);
    List<String> columns = List.of("customer_id", "name", "email", "segment", "country");
    SparkTables.sql("SELECT * FROM " + lake.table("gold", "dim_customer") + " WHERE is_current")
        .createOrReplaceTempView("current_customers");
    assertThat(
        SparkTables.rows(
            "SELECT " + String.join(", ", columns) + " FROM current_customers ORDER BY 1"),
        equalTo(
            SparkTables.rows(
                "SELECT "
                    + String.join(", ", columns)
                    + " FROM "
                    + lake.table("silver", "customers")
                    + " ORDER BY 1")));
    assertThat(
        "no customer of the first cycle is lost",
        SparkTables.rows("SELECT COUNT(DISTINCT customer_id) FROM current_customers"),
        equalTo(data.knownCustomers()));
  }
}
