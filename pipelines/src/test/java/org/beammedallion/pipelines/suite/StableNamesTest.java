package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way out of a change that a table cannot follow: readers find another by the same name. */
class StableNamesTest {

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void openLake() {
    lake = new Lake(folder.resolve("lake"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void readersAreSwitchedToANewTable(String format) throws Exception {
    Shop shop = Shop.open(folder.resolve("input"), format);
    lake.cycle(shop.pipeline(), Runner.DIRECT);
    shop.command(lake, "publish", "silver.orders", "--as=orders");
    assertThat(published(), is(List.of("a 2", "b 3", "c 4")));

    Shop next = Shop.open(folder.resolve("next"), format);
    Files.writeString(
        next.pipeline(),
        Files.readString(next.pipeline())
            .replace("pipeline: shop", "pipeline: shop_v2")
            .replace("silver:\n", "silver:\n  table: orders_v2\n")
            .replace("table: sold_daily", "table: sold_daily_v2"));
    next.contract(
        Shop.SECOND.replace(
            "{name: quantity, logicalType: integer, physicalType: bigint}",
            "{name: quantity, logicalType: number, physicalType: 'decimal(12,1)'}"));
    lake.cycle(next.pipeline(), Runner.DIRECT);
    assertThat(published(), is(List.of("a 2", "b 3", "c 4")));
    assertThat(
        next.command(lake, "publish", "silver.orders_v2", "--as=orders"),
        containsString("published.orders is silver.orders_v2 of pipeline shop_v2 now."));
    assertThat(published(), is(List.of("a 2.0", "b 3.0", "c 4.0")));
    assertThat(
        next.command(lake, "publish", "silver.orders_v2", "--as=orders"),
        containsString("already"));
    assertThat(
        next.command(lake, "read", "published.orders", "--columns=id,quantity", "--format=csv")
            .lines()
            .sorted()
            .toList(),
        is(List.of("a,2.0", "b,3.0", "c,4.0", "id,quantity")));
    assertThat(
        next.command(lake, "history", "published.orders"), containsString("of medallion/shop_v2"));

    // Readers name what they always named; gold goes on by the contract's name of the rows.
    next.command(lake, "publish", "gold.sold_daily_v2", "--as=sold_daily");
    next.data(
        "2",
        """
        {"id":"c","at":"2026-11-02T09:00:00Z","version":2,"quantity":4.5}
        {"id":"d","at":"2026-11-03T09:00:00Z","version":1,"quantity":1.5}
        """);
    assertThat(lake.cycle(next.pipeline(), Runner.DIRECT).silver().replaced(), is(1L));
    assertThat(
        shop.read(lake, "published.orders", "id,quantity"),
        is(List.of("a,2.0", "b,3.0", "c,4.5", "d,1.5", "id,quantity")));
    assertThat(
        shop.read(lake, "published.sold_daily", "quantity"),
        is(List.of("1.5", "4.5", "5.0", "quantity")));
    thePipelineFileIsFoundBesideTheOneThatIsNamed(shop, next);
    assertThat(
        shop.command(lake, "publish", "silver.orders", "--as=orders"),
        containsString("silver.orders"));
    assertThat(published(), is(List.of("a 2", "b 3", "c 4")));
  }

  /** Though it is not where it was when the name was published. */
  private void thePipelineFileIsFoundBesideTheOneThatIsNamed(Shop shop, Shop next)
      throws IOException {
    List<String> rows = shop.read(lake, "published.orders", "id,quantity");
    Path moved = Files.move(next.pipeline(), next.pipeline().resolveSibling("moved.yaml"));
    assertThat(
        shop.command(lake, "read", "published.orders"), containsString("of pipeline shop_v2"));
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Path named = copies.resolve("named.pipeline.yaml");
    Files.writeString(
        named, Files.readString(shop.pipeline()).replace("contract: ", "contract: ../input/"));
    Files.writeString(
        copies.resolve(next.pipeline().getFileName()),
        Files.readString(moved).replace("contract: ", "contract: ../next/"));
    assertThat(Shop.read(named, lake, "published.orders", "id,quantity"), is(rows));
  }

  /** Rows by the stable name, as Spark finds them with nothing but the lake. */
  private List<String> published() {
    var latest =
        SparkTables.session()
            .read()
            .json(lake.folder().resolve("published/orders").toString())
            .orderBy(org.apache.spark.sql.functions.desc("version"))
            .first();
    SparkTables.icebergCatalog(
        "medallion", Map.of("type", "hadoop", "warehouse", lake.folder().toString()));
    SparkTables.sql(latest.<String>getAs("select")).createOrReplaceTempView("orders_now");
    return SparkTables.rows("SELECT id, quantity FROM orders_now ORDER BY id").stream()
        .map(row -> String.join(" ", row))
        .toList();
  }
}
