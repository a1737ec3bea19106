package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes that were once published with a wrong value, or lost: each has the value that its
 * connector's documentation tells, or is refused with words that say what to do.
 */
class ChangeCasesTest {

  private static final Path CASES = Path.of("src", "test", "resources", "changes");

  @TempDir Path folder;

  private Lake lake;
  private Path pipeline;

  /** Copies a case; {@code debezium} options are added to its pipeline file. */
  private Ledger run(String name, String options) throws Exception {
    Path place = folder.resolve("case-" + options.hashCode());
    try (Stream<Path> files = Files.walk(CASES.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = place.resolve(CASES.resolve(name).relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
        if (to.toString().endsWith(".pipeline.yaml")) {
          pipeline = to;
        }
      }
    }
    String text = Files.readString(pipeline);
    if (!options.isEmpty()) {
      text =
          text.replaceAll(" *debezium: \\{.*}\n", "")
              .replaceFirst("changes: debezium", "changes: debezium\n  debezium: " + options)
              .replaceFirst(
                  "source: \\{server: local, changes: debezium\n  debezium: (.*)}\n",
                  "source:\n  server: local\n  changes: debezium\n  debezium: $1\n");
      Files.writeString(pipeline, text);
    }
    lake = new Lake(place.resolve("lake"));
    return lake.cycle(pipeline, Runner.DIRECT);
  }

  private List<List<String>> rows(String columns, String table) {
    return SparkTables.rows(
        "SELECT " + columns + " FROM " + lake.table("silver", table) + " ORDER BY id");
  }

  private List<String> deadLetters() throws IOException {
    List<String> letters = new ArrayList<>();
    try (Stream<Path> files = Files.walk(lake.folder().resolve("quarantine"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        letters.addAll(Files.readAllLines(file));
      }
    }
    return letters;
  }

  @Test
  void aPlaceholderOfBytesReplacesNothing() throws Exception {
    run("debezium-base64-placeholder", "{decimals: precise, timeUnit: micros}");

    assertThat(
        SparkTables.rows(
            "SELECT id, name, blob, to_json(tags) FROM "
                + lake.table("silver", "t")
                + " WHERE id <= 3 ORDER BY id"),
        contains(
            List.of("1", "one", "null", "null"),
            List.of("2", "two", "YmlnIGNvbnRlbnQ=", "null"),
            List.of("3", "three", "null", "[\"a\",\"b\"]")));
    assertThat(
        deadLetters().stream().filter(letter -> letter.contains("was not sent")).count(), is(3L));
  }

  @Test
  void aDatabasesTimesHaveUnitsOfTheirOwn() throws Exception {
    Ledger untold = run("debezium-mixed-time-units", "");
    assertThat(untold.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 1L)));
    assertThat(deadLetters().get(0), containsString("{fields: {t0: millis}}"));

    run("debezium-mixed-time-units", "{fields: {t0: millis, t6: micros}}");
    assertThat(
        rows("id, unix_micros(t0), unix_micros(t6)", "t"),
        contains(List.of("1", "1700000000000000", "1700000000123456")));
  }

  @Test
  void aSchemaCountsForItsOwnRecord() throws Exception {
    run("debezium-stale-schema", "{timeUnit: millis}");

    assertThat(
        rows("id, unix_micros(ts)", "t"),
        contains(
            List.of("1", "1700000000123456"),
            List.of("2", "1700000000123000"),
            List.of("3", "1700000000123000"),
            List.of("4", "1700000000123000")));
  }

  @Test
  void aTextIsADecimalAsThePipelineTells() throws Exception {
    Ledger untold = run("debezium-text-decimals-as-base64", "");
    assertThat(
        untold.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 2L, Reason.TYPE_MISMATCH, 1L)));
    assertThat(
        deadLetters().stream()
            .filter(letter -> letter.contains("debezium: {decimals: string}"))
            .count(),
        is(2L));
    assertThat(
        rows("id, CAST(qty AS STRING)", "t"), contains(List.of("2", "12"), List.of("3", "150")));

    Ledger told = run("debezium-text-decimals-as-base64", "{decimals: string}");
    assertThat(told.rejected(), is(Map.of(Reason.TYPE_MISMATCH, 1L)));
    assertThat(
        rows("id, CAST(qty AS STRING), CAST(amt AS STRING)", "t"),
        contains(
            List.of("1", "1500", "12.50"),
            List.of("2", "12", "null"),
            List.of("3", "150", "null"),
            List.of("4", "1500", "null")));
  }

  @Test
  void aTimeOutranksNoPlace() throws Exception {
    Ledger ledger = run("postgres-without-lsn", "");

    assertThat(ledger.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 1L)));
    assertThat(ledger.duplicate(), is(2L));
    assertThat(ledger.deletes(), is(1L));
    assertThat(ledger.silver().rows(), is(0L));
  }

  @Test
  void ofADeletedRowOfDmsOnlyTheKeyIsLookedAt() throws Exception {
    Ledger ledger = run("dms-delete-junk", "");

    assertThat(ledger.rejected(), is(Map.of(Reason.TYPE_MISMATCH, 1L)));
    assertThat(ledger.deletes(), is(1L));
    assertThat(ledger.silver().rows(), is(0L));
  }

  @Test
  void dmsHasTheReasonsOfTheDocument() throws Exception {
    Ledger ledger = run("dead-letter-reasons", "");

    assertThat(ledger.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 3L)));
    assertThat(rows("id", "x"), contains(List.of("1"), List.of("2")));
  }

  @Test
  void aFailoverIsHeldBackUntilItIsConfirmed() throws Exception {
    Ledger ledger = run("mysql-failover-order", "");

    assertThat(ledger.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
    assertThat(ledger.duplicate(), is(0L));
    assertThat(ledger.warnings(), hasItem(containsString("debezium: {epochs: [<instant>]}")));
    assertThat(rows("id, name", "t"), contains(List.of("1", "before failover")));

    Ledger confirmed = run("mysql-failover-order", "{epochs: ['2023-11-14T22:30:00Z']}");
    assertThat(confirmed.rejected(), is(Map.of()));
    assertThat(confirmed.duplicate(), is(1L));
    assertThat(confirmed.warnings(), is(empty()));
    assertThat(rows("id, name", "t"), contains(List.of("1", "after failover")));
  }
}
