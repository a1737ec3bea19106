package org.beammedallion.io.table.iceberg;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.fixtures.tables.RestCatalogServer;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.CatalogSettings.Kind;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Orders;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Iceberg tables in a database and behind a REST service, as Spark sees them in the same catalog.
 */
class CatalogsTest {

  private static final String APP = "orders/silver";

  @TempDir Path folder;
  private TestCatalogs catalogs;

  @BeforeEach
  void openCatalogs() {
    catalogs = new TestCatalogs(folder);
  }

  @AfterEach
  void closeCatalogs() {
    catalogs.close();
  }

  private CatalogSettings settings(Kind kind) {
    return catalogs.settings(kind);
  }

  private Table open(CatalogSettings catalog) {
    return IcebergTable.of(
        TableDefinition.ofFolder(folder + "/lake/silver/orders", Orders.LAYOUT)
            .withCatalog(catalog));
  }

  private String from(Kind kind) {
    return catalogs.from(kind, "silver.orders");
  }

  private static String count(String from) {
    return rows("SELECT COUNT(*), COUNT(DISTINCT order_id) FROM " + from).get(0).toString();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"JDBC", "REST"})
  void sparkAndWeShareATable(Kind kind) throws IOException {
    Table table = open(settings(kind));
    assertThat(table.snapshot().isEmpty(), is(true));
    assertThat(table.lastCycle(APP), is(OptionalLong.empty()));
    table.commit(CommitRequest.append(Orders.write(table, "a", 0, 100), APP, 1));
    assertThat(count(from(kind)), is("[100, 100]"));
    SparkTables.sql("DELETE FROM " + from(kind) + " WHERE order_id < 'o-000050'");
    TableSnapshot read = table.snapshot().orElseThrow();
    assertThat(read.files().stream().mapToLong(DataFile::rows).sum(), is(50L));
    CommitRequest again = CommitRequest.append(Orders.write(table, "b", 0, 100), APP, 1);
    assertThat(table.commit(again).outcome(), is(Outcome.ALREADY_COMMITTED));
    table.commit(
        CommitRequest.replace(
            Operation.UPSERT,
            Orders.write(table, "c", 0, 200),
            read.files(),
            read.version(),
            APP,
            2));
    assertThat(count(from(kind)), is("[200, 200]"));
    CommitRequest stale =
        CommitRequest.replace(Operation.OVERWRITE, List.of(), read.files(), read.version(), APP, 3);
    assertThrows(ConcurrentCommitException.class, () -> table.commit(stale));
    assertThat(table.lastCycle(APP), is(OptionalLong.of(2)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"JDBC", "REST"})
  void oneOfManyDriversCommitsACycle(Kind kind) throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int cycle = 1; cycle <= 3; cycle++) {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<Outcome>> calls = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          CommitRequest request =
              CommitRequest.append(
                  Orders.write(
                      open(settings(kind)),
                      "race-" + cycle + "-" + thread,
                      cycle * 10,
                      cycle * 10 + 10),
                  APP,
                  cycle);
          calls.add(
              () -> {
                Table own = open(settings(kind));
                start.await();
                return own.commit(request).outcome();
              });
        }
        int committed = 0;
        for (Future<Outcome> outcome : pool.invokeAll(calls)) {
          committed += outcome.get() == Outcome.COMMITTED ? 1 : 0;
        }
        assertThat("committed in cycle " + cycle, committed, is(1));
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(count(from(kind)), is("[30, 30]"));
  }

  @Test
  void refusesATableOfAnotherCatalogInTheSameFolder() throws IOException {
    Table inFolder = open(CatalogSettings.FOLDERS);
    inFolder.commit(CommitRequest.append(Orders.write(inFolder, "a", 0, 10), APP, 1));
    Table inDatabase = open(settings(Kind.JDBC));
    CommitRequest request = CommitRequest.append(Orders.write(inDatabase, "b", 0, 10), APP, 1);
    assertThat(
        assertThrows(TableException.class, () -> inDatabase.commit(request)).getMessage(),
        containsString("a table of another catalog"));
  }

  @Test
  void refusesATableThatLiesElsewhere() throws IOException {
    Table here = open(settings(Kind.JDBC));
    here.commit(CommitRequest.append(Orders.write(here, "a", 0, 10), APP, 1));
    Table there =
        IcebergTable.of(
            TableDefinition.ofFolder(folder + "/other/silver/orders", Orders.LAYOUT)
                .withCatalog(settings(Kind.JDBC)));
    assertThat(
        assertThrows(TableException.class, there::snapshot).getMessage(),
        containsString("/lake/silver/orders"));
  }

  @Test
  void aLookMakesNoDatabaseAndNoTableInIt() throws IOException {
    Path database = folder.resolve("catalog.db");
    Table table = open(settings(Kind.JDBC));
    assertThat(table.snapshot().isEmpty(), is(true));
    assertThat(table.evolution().difference().changes(), is(List.of()));
    assertThat(table.history().versions(), is(List.of()));
    assertThat(Files.exists(database), is(false));
    Files.createFile(database);
    assertThat(table.lastCycle(APP), is(OptionalLong.empty()));
    assertThat(Files.size(database), is(0L));
    CatalogSettings nowhere =
        new CatalogSettings(
            Kind.JDBC, "lake", "jdbc:sqlite:" + folder, null, Map.of("jdbc.user", "me"));
    assertThat(
        assertThrows(TableException.class, () -> open(nowhere).snapshot()).getMessage(),
        containsString("cannot be read"));
  }

  @Test
  void takesItsSecretsFromWhereTheyAreKept() throws IOException {
    Path token = folder.resolve("token");
    Files.writeString(token, RestCatalogServer.TOKEN + "\n");
    CatalogSettings settings =
        new CatalogSettings(
            Kind.REST, "lake", catalogs.restUri(), null, Map.of("token", "${file:" + token + "}"));
    assertThat(open(settings).snapshot().isEmpty(), is(true));
    assertThat(settings.toString(), not(containsString(RestCatalogServer.TOKEN)));
    Files.writeString(token, "another");
    String message =
        assertThrows(TableException.class, () -> open(settings).snapshot()).getMessage();
    assertThat(message, containsString("who are you?"));
    Files.delete(token);
    message = assertThrows(TableException.class, () -> open(settings).snapshot()).getMessage();
    assertThat(message, containsString("refers to a file that cannot be read"));
  }

  @Test
  void saysWhatIsWrongWithACatalog() throws IOException {
    CatalogSettings locked =
        new CatalogSettings(Kind.REST, "lake", catalogs.restUri(), null, Map.of("token", "wrong"));
    assertThat(
        assertThrows(TableException.class, () -> open(locked).snapshot()).getMessage(),
        containsString("who are you?"));
    Files.writeString(folder.resolve("no.db"), "this is no database, but long enough to be one");
    CatalogSettings broken =
        new CatalogSettings(
            Kind.JDBC, "lake", "jdbc:sqlite:" + folder + "/no.db?password=hunter2", null, Map.of());
    String message = assertThrows(TableException.class, () -> open(broken).snapshot()).getMessage();
    assertThat(message, containsString("catalog"));
    assertThat(message, not(containsString("hunter2")));
  }
}
