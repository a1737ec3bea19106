package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gold tables whose definition changes after they were made, or that come late. */
class RecomputeTest {

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void openLake() {
    lake = new Lake(folder.resolve("lake"));
  }

  private Shop shop(String format) throws IOException {
    return Shop.open(folder.resolve("input"), format);
  }

  /** What each day's window must hold of silver, as Spark SQL has it. */
  private List<List<String>> fromSilver(String aggregate) {
    return SparkTables.rows(
        "SELECT "
            + aggregate
            + " FROM "
            + lake.table("silver", "orders")
            + " GROUP BY date_trunc('DAY', at) ORDER BY date_trunc('DAY', at)");
  }

  private List<List<String>> gold() {
    return lake.read("gold", "sold_daily").orderBy("window_start").text("quantity");
  }

  private static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text, containsString(from));
    Files.writeString(file, text.replace(from, to));
  }

  private String command(Path pipeline, String command, String... arguments) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(command, pipeline.toString()));
    all.addAll(List.of(arguments));
    all.add("--lake=" + lake.folder());
    CommandLines.execute(new PrintWriter(out), new PrintWriter(out), all.toArray(String[]::new));
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, delta", "FLINK, iceberg", "SPARK, delta"})
  void aChangedQueryIsToldOfUntilTheWholeTableIsRebuilt(Runner runner, String format)
      throws Exception {
    Shop shop = shop(format);
    assertThat(lake.run(shop.pipeline(), runner).warnings(), is(empty()));
    change(shop.pipeline(), "SELECT SUM(quantity)", "SELECT  SUM(quantity)");
    assertThat("white space means nothing", lake.run(shop.pipeline(), runner).warnings(), empty());
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    shop.data("2", "{\"id\":\"d\",\"at\":\"2026-11-02T10:00:00Z\",\"version\":1,\"quantity\":1}");
    Outcome touched = lake.run(shop.pipeline(), runner);
    assertThat(
        touched.warnings(),
        contains(
            allOf(
                containsString("gold.sold_daily was built with an older definition"),
                containsString("--recompute=sold_daily"))));
    assertThat("only the new row's day", gold(), equalTo(List.of(List.of("5"), List.of("50"))));
    Outcome idle = lake.run(shop.pipeline(), runner);
    assertThat(idle.ledger(), is(nullValue()));
    assertThat(idle.warnings(), equalTo(touched.warnings()));

    change(shop.pipeline(), "10 * SUM(quantity)", "SUM(quantity)");
    assertThat(
        "a day is what the query said in between",
        lake.run(shop.pipeline(), runner).warnings(),
        equalTo(touched.warnings()));
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");

    Outcome whole = lake.recompute(shop.pipeline(), runner, "sold_daily");
    assertThat(whole.warnings(), is(empty()));
    assertThat(gold(), equalTo(fromSilver("10 * SUM(quantity)")));
    assertThat(lake.run(shop.pipeline(), runner).warnings(), is(empty()));
    change(shop.pipeline(), "size: 1d", "size: 2d");
    lake.recompute(shop.pipeline(), runner, "sold_daily");
    assertThat("the windows of before are gone", gold().size(), is(1));
    assertThat(
        SparkTables.rows(
            "SELECT DISTINCT unix_timestamp(window_end) - unix_timestamp(window_start) FROM "
                + lake.table("gold", "sold_daily")),
        equalTo(List.of(List.of("172800"))));
  }

  @Test
  void aTableThatIsAddedLaterHasTheWindowsOfBefore() throws Exception {
    Shop shop = shop("delta");
    String pipeline = Files.readString(shop.pipeline());
    Files.writeString(shop.pipeline(), pipeline.substring(0, pipeline.indexOf("gold:")));
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    Files.writeString(shop.pipeline(), pipeline);
    assertThat(
        command(shop.pipeline(), "validate"),
        containsString("makes sold_daily of silver as it is"));
    Outcome made = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(made.warnings(), is(empty()));
    assertThat(gold(), equalTo(fromSilver("SUM(quantity)")));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).ledger(), is(nullValue()));
  }

  /** What the plan says is done, also by a driver that was not asked for it. */
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"PLANNED", "GOLD_STAGED", "GOLD_COMMITTED"})
  void aDriverThatDiesLeavesTheRestToTheNext(Step step) throws Exception {
    Shop shop = shop("delta");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    Assertions.assertThrows(
        IllegalStateException.class,
        () ->
            lake.driver(shop.pipeline(), Runner.DIRECT, diesAt(step))
                .recomputing(List.of("sold_daily"))
                .run());
    Outcome completed = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(completed.resumed(), is(true));
    assertThat(gold(), equalTo(fromSilver("10 * SUM(quantity)")));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).warnings(), is(empty()));
  }

  /** What was staged is not published under a query that it does not come from. */
  @Test
  void aQueryThatChangesBeforeACommitIsTheOneThatCounts() throws Exception {
    Shop shop = shop("delta");
    dieAt(shop, Step.GOLD_STAGED);
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    Outcome completed = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(completed.resumed(), is(true));
    assertThat(completed.warnings(), is(empty()));
    assertThat(gold(), equalTo(fromSilver("10 * SUM(quantity)")));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).warnings(), is(empty()));
  }

  @Test
  void aQueryThatChangesBehindACommitIsToldOf() throws Exception {
    Shop shop = shop("delta");
    dieAt(shop, Step.GOLD_COMMITTED);
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    Outcome completed = lake.run(shop.pipeline(), Runner.DIRECT);
    assertThat(gold(), equalTo(fromSilver("SUM(quantity)")));
    assertThat(
        completed.warnings(), contains(containsString("sold_daily was built with an older")));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).warnings(), equalTo(completed.warnings()));
    lake.recompute(shop.pipeline(), Runner.DIRECT, "sold_daily");
    assertThat(gold(), equalTo(fromSilver("10 * SUM(quantity)")));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).warnings(), is(empty()));
  }

  /** The second run is asked for the same table, which is committed by the query of the first. */
  @Test
  void aRecomputationThatWasCutShortIsRepeatedIfTheQueryHasChanged() throws Exception {
    Shop shop = shop("delta");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    Assertions.assertThrows(
        IllegalStateException.class,
        () ->
            lake.driver(shop.pipeline(), Runner.DIRECT, diesAt(Step.GOLD_COMMITTED))
                .recomputing(List.of("sold_daily"))
                .run());
    change(shop.pipeline(), "10 * SUM(quantity)", "100 * SUM(quantity)");
    Outcome outcome = lake.recompute(shop.pipeline(), Runner.DIRECT, "sold_daily");
    assertThat(outcome.warnings(), is(empty()));
    assertThat(gold(), equalTo(fromSilver("100 * SUM(quantity)")));
  }

  private static CycleListener diesAt(Step step) {
    return (plan, reached, detail) -> {
      if (reached == step) {
        throw new IllegalStateException("dies");
      }
    };
  }

  private void dieAt(Shop shop, Step step) {
    Assertions.assertThrows(
        IllegalStateException.class, () -> lake.run(shop.pipeline(), Runner.DIRECT, diesAt(step)));
  }

  @Test
  void aCycleThatWasBegunWithoutItIsCompletedFirst() throws Exception {
    Shop shop = shop("delta");
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    change(shop.pipeline(), "SUM(quantity)", "10 * SUM(quantity)");
    shop.data("2", "{\"id\":\"d\",\"at\":\"2026-11-02T10:00:00Z\",\"version\":1,\"quantity\":1}");
    CycleListener dies =
        (plan, reached, detail) -> {
          throw new IllegalStateException("dies");
        };
    Assertions.assertThrows(
        IllegalStateException.class, () -> lake.run(shop.pipeline(), Runner.DIRECT, dies));
    lake.recompute(shop.pipeline(), Runner.DIRECT, "sold_daily");
    assertThat(gold(), equalTo(fromSilver("10 * SUM(quantity)")));
  }

  @Test
  void dimensionsAndFactsAreRebuiltToo() throws Exception {
    StarData data = StarData.of(folder.resolve("input"), 11);
    data.withoutAggregate();
    data.addCustomers(0, 1);
    data.addOrders(0, 1);
    lake.cycle(data.customersPipeline(), Runner.DIRECT);
    lake.cycle(data.ordersPipeline(), Runner.DIRECT);
    change(data.customersPipeline(), "track: [segment, country]", "track: [segment]");
    change(
        data.ordersPipeline(),
        "c.customer_id = o.customer_id",
        "c.customer_id = o.customer_id WHERE o.amount > 250");
    assertThat(
        lake.run(data.customersPipeline(), Runner.DIRECT).warnings(),
        contains(containsString("gold.dim_customer was built with an older definition")));
    assertThat(
        command(data.ordersPipeline(), "validate"),
        containsString("gold.fact_orders was built with an older definition"));
    lake.recompute(data.customersPipeline(), Runner.DIRECT, "dim_customer");
    assertThat(
        "no two rows after each other of one segment",
        SparkTables.rows(
            "SELECT * FROM (SELECT segment, lag(segment) OVER (PARTITION BY customer_id ORDER BY valid_from) AS before FROM "
                + lake.table("gold", "dim_customer")
                + ") WHERE segment = before"),
        is(empty()));
    String small =
        "SELECT order_id FROM " + lake.table("gold", "fact_orders") + " WHERE amount <= 250";
    assertThat(SparkTables.rows(small), is(not(empty())));
    lake.recompute(data.ordersPipeline(), Runner.DIRECT, "fact_orders");
    assertThat(SparkTables.rows(small), is(empty()));
    assertThat(
        SparkTables.rows("SELECT COUNT(*) FROM " + lake.table("gold", "fact_orders")),
        equalTo(
            SparkTables.rows(
                "SELECT COUNT(*) FROM " + lake.table("silver", "orders") + " WHERE amount > 250")));
    assertThat(lake.run(data.ordersPipeline(), Runner.DIRECT).warnings(), is(empty()));
  }

  @Test
  void saysWhichTableWasMeant() throws Exception {
    Shop shop = shop("delta");
    assertThat(
        command(shop.pipeline(), "run", "--recompute=gold.sold_dayly"),
        startsWith(
            "medallion: --recompute: The pipeline has no gold table 'sold_dayly'; did you mean 'sold_daily'? Its gold tables"
                + " are "));
  }
}
