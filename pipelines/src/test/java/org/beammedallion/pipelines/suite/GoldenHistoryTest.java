package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.fixtures.golden.GoldenLake;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lake of eighty cycles whose progress log an earlier release has rolled up, or was killed at it:
 * no file is read twice, every ledger can still be read, and cycles go on.
 */
class GoldenHistoryTest {

  private static final String RELEASE = "progress-2";
  private static final String NAME = "readings-delta";
  private static final int FILES = 80;

  static Stream<String> states() throws IOException {
    return GoldenLake.states(RELEASE, NAME).stream();
  }

  @ParameterizedTest
  @MethodSource("states")
  void isReadAndContinued(String state) throws Exception {
    try (GoldenLake golden = GoldenLake.open(RELEASE, NAME, state)) {
      Lake lake = new Lake(golden.lake());
      List<Outcome> outcomes = runAll(golden, lake);
      if (state.equals("finished")) {
        assertThat("nothing is new", outcomes.get(0).ledger() == null, is(true));
        assertThat(
            Files.exists(golden.lake().resolve("_medallion/readings/format.json")), is(true));
      }
      assertComplete(golden, lake, FILES);
      golden.deliverLater();
      assertThat(runAll(golden, lake).get(0).ledger().read(), is(3L));
      assertComplete(golden, lake, FILES + 1);
      if (state.equals("finished")) {
        lake.assertSparkReads("silver", "readings");
      }
      assertThat("nothing is new", runAll(golden, lake).get(0).ledger() == null, is(true));
    }
  }

  private static List<Outcome> runAll(GoldenLake golden, Lake lake) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    lake.driver(golden.input().resolve("readings.pipeline.yaml"), Runner.DIRECT, CycleListener.NONE)
        .runAll(outcomes::add);
    return outcomes;
  }

  private static void assertComplete(GoldenLake golden, Lake lake, int files) throws Exception {
    assertThat(
        lake.read("silver", "readings").orderBy("number", "sensor").text("sensor", "number"),
        equalTo(expected(golden.input().resolve("data"))));
    assertThat(lake.quarantine("readings"), is(Map.of("TYPE_MISMATCH", (long) files)));
    ProgressLog log = ProgressLog.of(golden.lake().resolve("_medallion/readings").toString());
    List<Long> cycles = new ArrayList<>();
    List<Long> read = new ArrayList<>();
    log.ledgers(
        1,
        Long.MAX_VALUE,
        Ledger.class,
        (cycle, ledger) -> {
          cycles.add(cycle);
          read.add(ledger.read());
        });
    for (int i = 0; i < cycles.size(); i++) {
      assertThat(cycles.get(i), is(i + 1L));
    }
    assertThat(read.stream().mapToLong(Long::longValue).sum(), is(3L * files));
    assertThat(log.ledger(1, Ledger.class).read(), is(3L));
  }

  /** What DuckDB makes of the files. */
  private static List<List<String>> expected(Path data) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT sensor, TRY_CAST(number AS BIGINT) AS number FROM read_csv('"
                    + data
                    + "/*.csv', all_varchar = true) WHERE TRY_CAST(number AS BIGINT) IS NOT NULL"
                    + " ORDER BY 2, 1")) {
      while (result.next()) {
        rows.add(List.of(result.getString(1), result.getString(2)));
      }
    }
    return rows;
  }
}
