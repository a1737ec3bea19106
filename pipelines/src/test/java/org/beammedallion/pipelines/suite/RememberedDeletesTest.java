package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a deleted row stays deleted, and what its delete is remembered by. */
class RememberedDeletesTest {

  @TempDir Path folder;

  private Path pipeline;
  private Lake lake;
  private Instant now = Lake.NOW;
  private int files;

  @BeforeEach
  void prepare() throws IOException {
    pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    Files.writeString(
        pipeline, Files.readString(pipeline).replaceAll("(?s)gold:.*", "").stripTrailing() + "\n");
    lake = new Lake(folder.resolve("lake"));
  }

  private static String upsert(long id, String owner, long lsn) {
    return "{\"op\":\"u\",\"after\":{\"id\":"
        + id
        + ",\"owner\":\""
        + owner
        + "\",\"balance\":1,\"changed_at\":1762160400000000},\"source\":{\"lsn\":"
        + lsn
        + "}}";
  }

  private static String delete(long id, long lsn) {
    return "{\"op\":\"d\",\"before\":{\"id\":" + id + "},\"source\":{\"lsn\":" + lsn + "}}";
  }

  private void arrive(String... events) throws IOException {
    Files.write(
        pipeline.resolveSibling("data").resolve(String.format("%05d.jsonl", files++)),
        List.of(events));
  }

  private Outcome run(CycleListener listener) throws IOException, InterruptedException {
    return new CycleDriver(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            Clock.fixed(now, ZoneOffset.UTC),
            listener)
        .run();
  }

  private Ledger cycle(String... events) throws IOException, InterruptedException {
    arrive(events);
    Ledger ledger = run(CycleListener.NONE).ledger();
    if (ledger == null) {
      throw new AssertionError("There was nothing new.");
    }
    return ledger;
  }

  private List<String> owners() {
    return lake.read("silver", "accounts").orderBy("owner").text("owner").stream()
        .map(row -> row.get(0))
        .toList();
  }

  private long remembered() {
    return lake.read("silver", "accounts_deletes").rows().size();
  }

  @Test
  void anOlderChangeDoesNotBringARowBack() throws Exception {
    cycle(upsert(1, "first", 10), upsert(2, "other", 10));
    Ledger deleting = cycle(delete(1, 30));
    assertThat(deleting.deletes(), is(1L));
    assertThat(deleting.silver().deleted(), is(1L));
    assertThat(deleting.silver().rows(), is(1L));

    Ledger late = cycle(upsert(1, "late", 20));
    assertThat(late.duplicate(), is(1L));
    assertThat(owners(), contains("other"));

    cycle(upsert(1, "anew", 40));
    assertThat(owners(), contains("anew", "other"));
    cycle(delete(1, 35));
    assertThat("a delete that comes too late", owners(), contains("anew", "other"));
  }

  @Test
  void aDeleteThatComesBeforeItsRowIsRemembered() throws Exception {
    Ledger first = cycle(delete(1, 30));
    assertThat(first.deletes(), is(1L));
    assertThat(first.silver().deleted(), is(0L));

    cycle(upsert(1, "late", 20), upsert(1, "later still", 10));
    assertThat(owners(), is(empty()));
    assertThat("the same delete again", cycle(delete(1, 30)).duplicate(), is(1L));
  }

  @Test
  void anInsertOfTheSameChangeWinsOverItsDelete() throws Exception {
    cycle(upsert(1, "before", 10));
    cycle(delete(1, 20), upsert(1, "after", 20));
    assertThat(owners(), contains("after"));
    cycle(delete(1, 20));
    assertThat(owners(), contains("after"));
    cycle(delete(1, 30));
    cycle(upsert(1, "of the delete's own change", 30));
    assertThat(owners(), contains("of the delete's own change"));
  }

  @Test
  void remembersDeletesAfterACrashBehindSilversCommit() throws Exception {
    cycle(upsert(1, "first", 10));
    arrive(delete(1, 30));
    assertThrows(
        IllegalStateException.class,
        () ->
            run(
                (plan, step, detail) -> {
                  if (step == Step.SILVER_COMMITTED) {
                    throw new IllegalStateException("a crash");
                  }
                }));
    assertThat(owners(), is(empty()));
    assertThat(
        Files.exists(lake.folder().resolve("silver/accounts_deletes/_delta_log")), is(false));

    Outcome outcome = run(CycleListener.NONE);
    assertThat(outcome.resumed(), is(true));
    assertThat(outcome.ledger().deletes(), is(1L));
    assertThat(remembered(), is(1L));
    cycle(upsert(1, "late", 20));
    assertThat(owners(), is(empty()));
  }

  @Test
  void forgetsDeletesInTime() throws Exception {
    cycle(delete(1, 30), delete(2, 30));
    now = now.plus(Duration.ofDays(5));
    cycle(delete(3, 30));
    assertThat(remembered(), is(3L));

    now = now.plus(Duration.ofDays(4));
    cycle(upsert(9, "unrelated", 10));
    assertThat("seven days have passed for two of them", remembered(), is(1L));
    cycle(upsert(1, "late", 20), upsert(3, "late, too", 20));
    assertThat(owners(), contains("late", "unrelated"));
  }

  @Test
  void rewritesManySmallFiles() throws Exception {
    for (int i = 0; i < 25; i++) {
      cycle(delete(i, 30));
      now = now.plus(Duration.ofHours(2));
    }
    String table = lake.table("silver", "accounts_deletes");
    assertThat(SparkTables.filesRead("SELECT * FROM " + table), is(lessThan(15)));
    assertThat(
        "no delete is lost or doubled",
        SparkTables.rows("SELECT COUNT(*), COUNT(DISTINCT id) FROM " + table),
        contains(List.of("25", "25")));

    now = Lake.NOW.plus(Duration.ofDays(7)).plus(Duration.ofHours(9));
    cycle(upsert(24, "late", 20), upsert(5, "late", 20), upsert(4, "forgotten", 20));
    assertThat(owners(), contains("forgotten"));
  }

  @Test
  void changesWithoutKeyAreDeadLetters() throws Exception {
    Ledger ledger =
        cycle(
            "{\"op\":\"d\",\"before\":{\"id\":null},\"source\":{\"lsn\":1}}",
            "{\"op\":\"t\",\"source\":{\"lsn\":1}}",
            "null");
    assertThat(ledger.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 2L)));
    assertThat(ledger.ignored(), is(1L));
  }
}
