package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.fixtures.postgres.DebeziumCapture;
import org.beammedallion.fixtures.postgres.PostgresServer;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of a real PostgreSQL table change at random, Debezium writes what its log says, the pipeline
 * reads it in cycles, and Debezium and the drivers are killed at random. In the end silver is the
 * table.
 *
 * <p>{@code -Dpostgres.runs=300} does so with as many seeds, from {@code -Dpostgres.seed} on,
 * {@code -Dpostgres.load=2} with as many threads that keep cores busy meanwhile. Of a run that
 * fails the files, the lake and the logs are kept.
 */
class PostgresChangesTest {

  private static final int ROUNDS = 6;
  private static final int KEYS = 150;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Path JARS = Path.of(System.getProperty("debezium.distribution"));

  private static final int SEED = Integer.getInteger("postgres.seed", 20251105);

  @TempDir Path folder;

  private Random random = new Random(SEED);

  /** In cycles that were not completed before their driver was killed. */
  private long deletes;

  private long deleted;

  static IntStream seeds() {
    return IntStream.range(SEED, SEED + Integer.getInteger("postgres.runs", 1));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void silverIsTheTableWhateverIsKilled(int seed) throws Exception {
    assumeTrue(
        PostgresServer.isInstalled(),
        "PostgreSQL 15 is not installed: apt-get install postgresql-15");
    random = new Random(seed);
    BusyCores load = BusyCores.start(Integer.getInteger("postgres.load", 0));
    try (KeptFolder kept = new KeptFolder(folder, "postgres-changes-" + seed)) {
      changeAndKill();
      kept.discard();
    } finally {
      load.close();
    }
  }

  private void changeAndKill() throws Exception {
    Path pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    Lake lake = new Lake(folder.resolve("lake"));
    Path captured = folder.resolve("captured");
    try (PostgresServer postgres = PostgresServer.start()) {
      createTable(postgres);
      ChildJvm capture = capture(postgres, captured);
      try {
        awaitText(capture, captured, "\"snapshot\":\"last\"");
        insert(postgres, -2, "the first");
        awaitText(capture, captured, "the first");
        for (int round = 0; round < ROUNDS; round++) {
          if (round == ROUNDS / 2) {
            postgres.execute("ALTER TABLE accounts ADD COLUMN branch text DEFAULT 'north'");
          }
          changeRows(postgres);
          if (round % 2 == 1) {
            capture.kill();
            capture = capture(postgres, captured);
          }
          deliver(captured, pipeline, 0.6);
          killedDriver(pipeline, lake);
          completeCycle(pipeline, lake);
        }
        insert(postgres, -1, "the last");
        awaitText(capture, captured, "the last");
        deliver(captured, pipeline, 1);
        completeCycle(pipeline, lake);
        assertThat("deletes", deletes, is(greaterThan(0L)));
        assertThat("rows that they took away", deleted, is(greaterThan(0L)));
        assertSame(postgres, lake);
      } finally {
        capture.close();
      }
    }
  }

  private static void insert(PostgresServer postgres, int id, String owner)
      throws IOException, InterruptedException {
    postgres.execute(
        String.format(
            "INSERT INTO accounts (id, owner, balance, changed_at) VALUES (%d, '%s', 0, now())",
            id, owner));
  }

  private ChildJvm capture(PostgresServer postgres, Path captured) throws IOException {
    return DebeziumCapture.start(
        JARS, postgres, "public.accounts", false, folder.resolve("debezium"), captured);
  }

  private static void createTable(PostgresServer postgres)
      throws IOException, InterruptedException {
    postgres.execute(
        """
        CREATE TABLE accounts (
          id bigint PRIMARY KEY, owner text NOT NULL, email text, balance numeric(12,2) NOT NULL,
          opened_on date, changed_at timestamp(6) NOT NULL);
        INSERT INTO accounts
        SELECT n, 'owner ' || n, NULL, n / 7.0, DATE '2025-01-01' + n, TIMESTAMP '2025-11-01' + n * INTERVAL '1 minute'
        FROM generate_series(1, 80) n
        """);
  }

  /** Transactions of two sessions at once, so that commits and changes are interleaved. */
  private void changeRows(PostgresServer postgres) throws Exception {
    String first = transactions(0);
    String second = transactions(1);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    Thread other =
        new Thread(
            () -> {
              try {
                postgres.execute(second);
              } catch (IOException | InterruptedException e) {
                failures.add(e);
              }
            });
    other.start();
    postgres.execute(first);
    other.join();
    assertThat(failures, is(List.of()));
  }

  /** A session locks keys of its own and shared ones in ascending order, so that none deadlocks. */
  private String transactions(int session) {
    StringBuilder sql = new StringBuilder();
    for (int transaction = 0; transaction < 25; transaction++) {
      sql.append("BEGIN;\n");
      random
          .ints(1 + random.nextInt(8), 1, KEYS)
          .map(key -> random.nextInt(10) < 2 ? key : key * 2 + session)
          .sorted()
          .forEach(key -> statement(sql, key));
      sql.append(random.nextInt(12) == 0 ? "ROLLBACK;\n" : "COMMIT;\n");
    }
    return sql.toString();
  }

  private void statement(StringBuilder sql, int key) {
    switch (random.nextInt(6)) {
      case 0 -> sql.append("DELETE FROM accounts WHERE id = ").append(key);
      case 1 -> sql.append("UPDATE accounts SET balance = balance + 0.01 WHERE id = ").append(key);
      case 2 ->
          // A changed key is a delete and an insert.
          sql.append("UPDATE accounts SET id = id + 1000000 WHERE id = ")
              .append(key)
              .append(" AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = ")
              .append(key + 1_000_000)
              .append(")");
      default ->
          sql.append(
              String.format(
                  "INSERT INTO accounts (id, owner, email, balance, opened_on, changed_at) VALUES (%d, 'o%d', %s,"
                      + " %d / 100.0, DATE '2025-01-01' + %d, TIMESTAMP '2025-11-01' + %d * INTERVAL '1 microsecond')"
                      + " ON CONFLICT (id) DO UPDATE SET owner = EXCLUDED.owner, email = EXCLUDED.email,"
                      + " balance = EXCLUDED.balance, changed_at = EXCLUDED.changed_at",
                  key,
                  random.nextInt(1000),
                  random.nextBoolean() ? "NULL" : "'ä" + random.nextInt(9) + "@example.com'",
                  random.nextInt(1_000_000) - 500_000,
                  random.nextInt(400),
                  random.nextLong(200_000_000_000L)));
    }
    sql.append(";\n");
  }

  /** Some of the files arrive now, in no order, and the others later. */
  private void deliver(Path captured, Path pipeline, double share) throws IOException {
    Path data = pipeline.resolveSibling("data");
    for (Path file : filesIn(captured)) {
      if (random.nextDouble() < share) {
        Files.move(file, data.resolve(file.getFileName()));
      }
    }
  }

  private static List<Path> filesIn(Path captured) throws IOException {
    try (Stream<Path> files = Files.list(captured)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static void awaitText(ChildJvm capture, Path captured, String text) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && capture.isAlive()) {
      for (Path file : filesIn(captured)) {
        if (Files.readString(file).contains(text)) {
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError(
        "Debezium did not write " + text + " within " + PATIENCE + ":\n" + capture.log());
  }

  private void killedDriver(Path pipeline, Lake lake) throws Exception {
    try (Driver driver = Driver.start(pipeline, lake, Runner.FLINK, null)) {
      driver.process().waitFor(1500 + random.nextInt(7000), TimeUnit.MILLISECONDS);
      driver.kill();
    }
  }

  /** Completes what the killed driver left, and takes what is new. */
  private void completeCycle(Path pipeline, Lake lake) throws Exception {
    Ledger ledger = lake.run(pipeline, Runner.FLINK).ledger();
    while (ledger != null) {
      assertThat(ledger.rejectedInAll(), is(0L));
      deletes += ledger.deletes();
      deleted += ledger.silver().deleted();
      ledger = lake.run(pipeline, Runner.FLINK).ledger();
    }
  }

  private void assertSame(PostgresServer postgres, Lake lake) throws Exception {
    List<String> table =
        postgres.query(
            "SELECT id, owner, email, balance, opened_on - DATE '1970-01-01',"
                + " (EXTRACT(EPOCH FROM changed_at) * 1000000)::bigint FROM accounts ORDER BY id");
    Files.write(folder.resolve("postgres.txt"), table);
    List<String> silver =
        AccountHistory.rows(lake).stream().map(row -> String.join("|", row)).toList();
    Files.write(folder.resolve("silver.txt"), silver);
    assertThat(table.size(), is(greaterThan(KEYS / 2)));
    assertThat(silver, equalTo(table));
    List<String> columns = lake.read("silver", "accounts").columns();
    assertThat("a column that the contract does not know", columns, not(hasItem("branch")));
  }
}
