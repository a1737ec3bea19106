package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.fixtures.postgres.PostgresServer;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cli.CommandLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on tables whose catalog is a database; Spark asks the same catalog. */
class CatalogCommandsTest {

  private static final String ORDERS =
      "SELECT id, cost, quantity, note FROM CATALOG.silver.orders ORDER BY id";

  @TempDir Path folder;
  private Shop shop;
  private String url = "";
  private int exitCode;

  @BeforeEach
  void openShop() throws IOException {
    shop = Shop.open(folder.resolve("input"), "iceberg");
  }

  /** What a command prints, to both streams. */
  private String command(String command, String... arguments) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(command, shop.pipeline().toString()));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of(
            "--lake=" + folder.resolve("lake"),
            "--catalog=jdbc",
            "--catalogUri=" + url,
            "--catalogName=" + name()));
    exitCode =
        CommandLines.execute(
            new PrintWriter(out), new PrintWriter(out), all.toArray(String[]::new));
    return out.toString();
  }

  /** Catalogs of a session of Spark stay; each has a name of its own. */
  private String name() {
    return "c" + Integer.toHexString(folder.hashCode());
  }

  private List<List<String>> rows(String query) {
    String catalog =
        SparkTables.icebergCatalog(
            name(),
            Map.of(
                "type",
                "jdbc",
                "uri",
                url,
                "warehouse",
                folder.resolve("lake").toString(),
                "jdbc.schema-version",
                "V1"));
    return SparkTables.rows(query.replace("CATALOG", catalog));
  }

  @Test
  void inSqlite() throws Exception {
    url = "jdbc:sqlite:" + folder.resolve("catalog.db");
    assertThat(command("validate"), containsString("shop is valid"));
    assertThat(Files.exists(folder.resolve("catalog.db")), is(false));
    followAContract();
    goBackMaintainAndPublish();
  }

  @Test
  void inPostgreSql() throws Exception {
    assumeTrue(
        PostgresServer.isInstalled(),
        "PostgreSQL 15 is not installed: apt-get install postgresql-15");
    try (PostgresServer postgres = PostgresServer.start()) {
      url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres?user=postgres";
      assertThat(command("validate"), containsString("shop is valid"));
      assertThat(
          postgres.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
          is(List.of("0")));
      followAContract();
    }
    assertThat(command("validate"), containsString("cannot be read"));
    assertThat("an unreachable catalog is said", exitCode, is(1));
  }

  private void followAContract() throws IOException {
    command("run");
    assertThat(exitCode, is(0));
    shop.contract(Shop.SECOND);
    shop.secondData();
    String said = command("validate");
    assertThat(said, containsString("silver.orders: 'cost' is called 'price' in the table"));
    assertThat(said, containsString("silver.orders: 'email' is only in the table"));
    command("run");
    assertThat(exitCode, is(0));
    List<List<String>> after =
        List.of(
            List.of("a", "1.50", "2", "null"),
            List.of("b", "2.75", "5000000000", "more"),
            List.of("c", "null", "4", "null"),
            List.of("d", "123456789012.25", "1", "new"));
    assertThat(rows(ORDERS), is(after));
    shop.contract(Shop.SECOND.replace("decimal(20,2)", "decimal(20,4)"));
    assertThat(command("validate"), containsString("decimal(20, 4) by the contract"));
    assertThat(exitCode, is(3));
    shop.contract(Shop.SECOND);
  }

  private void goBackMaintainAndPublish() {
    List<List<String>> after = rows(ORDERS);
    assertThat(command("history", "silver.orders"), containsString("(cycle 2 of "));
    assertThat(
        command("read", "silver.orders", "--version=1", "--columns=id,cost", "--format=csv")
            .lines()
            .sorted()
            .toList(),
        is(List.of("a,1.50", "b,2.50", "c,", "id,cost")));
    command("rollback", "silver.orders", "--to=1");
    assertThat(exitCode, is(0));
    assertThat(rows("SELECT count(*) FROM CATALOG.silver.orders"), is(List.of(List.of("3"))));
    command("rollback", "silver.orders", "--to=2");
    assertThat(command("maintain", "--olderThan=1h"), containsString("silver.orders"));
    assertThat(exitCode, is(0));
    assertThat(rows(ORDERS), is(after));

    assertThat(
        command("publish", "silver.orders", "--as=orders"),
        containsString("SELECT * FROM `" + name() + "`.silver.orders"));
    assertThat(command("read", "published.orders", "--limit=1"), containsString("id"));
    assertThat(exitCode, is(0));
  }
}
