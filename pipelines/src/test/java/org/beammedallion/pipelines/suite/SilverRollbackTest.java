package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.progress.PendingRollback;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.SilverRollback;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With silver its remembered deletes are rolled back, whatever comes in between. */
class SilverRollbackTest {

  private static final String SILVER = "silver.accounts";
  private static final String DELETES = "silver.accounts_deletes";

  @TempDir Path folder;

  private Path pipeline;
  private Lake lake;
  private int files;

  private void prepare(String format) throws IOException {
    pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    String text = Files.readString(pipeline).replaceAll("(?s)gold:.*", "").stripTrailing() + "\n";
    text = text.replaceAll("\n  format: .*", "");
    Files.writeString(pipeline, text.replaceFirst("(?m)^silver:", "silver:\n  format: " + format));
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

  private PipelineDefinition definition() {
    return PipelineDefinition.load(pipeline, null);
  }

  private LakeLayout layout() {
    return LakeLayout.of(lake.folder().toString());
  }

  private Table table(String name) {
    return TableJobs.of(definition(), layout()).named(name);
  }

  private void run(CycleListener listener) throws IOException, InterruptedException {
    new CycleDriver(
            definition(),
            layout(),
            Runner.DIRECT.options(),
            Clock.fixed(Lake.NOW, ZoneOffset.UTC),
            listener)
        .run();
  }

  private void arrive(String... events) throws IOException {
    Files.write(
        pipeline.resolveSibling("data").resolve(String.format("%05d.jsonl", files++)),
        List.of(events));
  }

  /**
   * @return silver's version with the cycle
   */
  private long cycle(String... events) throws IOException, InterruptedException {
    arrive(events);
    run(CycleListener.NONE);
    return version(SILVER);
  }

  private long version(String name) throws IOException {
    return table(name).snapshot().orElseThrow().version();
  }

  private SilverRollback.Result rollBack(long to) throws IOException, InterruptedException {
    return SilverRollback.run(definition(), layout(), Clock.fixed(Lake.NOW, ZoneOffset.UTC), to);
  }

  private List<String> owners() {
    return lake.read("silver", "accounts").orderBy("id").text("id", "owner").stream()
        .map(row -> String.join(" ", row))
        .toList();
  }

  private List<String> remembered() {
    return lake.read("silver", "accounts_deletes").orderBy("id").text("id").stream()
        .map(row -> row.get(0))
        .toList();
  }

  private long firstCycle() throws IOException, InterruptedException {
    return cycle(
        upsert(1, "first", 20), upsert(2, "first", 21), upsert(3, "first", 22), delete(9, 23));
  }

  private long wrongCycle() throws IOException, InterruptedException {
    return cycle(delete(1, 50), delete(2, 51), upsert(3, "wrong", 52));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void whatWasUndoneCanBeSentAgain(String format) throws Exception {
    prepare(format);
    long first = firstCycle();
    wrongCycle();
    assertThat(owners(), contains("3 wrong"));
    assertThat(remembered(), contains("1", "2", "9"));

    rollBack(first);
    assertThat(owners(), contains("1 first", "2 first", "3 first"));
    assertThat(remembered(), contains("9"));

    cycle(upsert(1, "late", 40), delete(2, 51), upsert(3, "late", 42), upsert(9, "late", 10));
    assertThat(owners(), contains("1 late", "3 late"));
    assertThat(remembered(), contains("2", "9"));
    wrongCycle();
    assertThat("as if nothing had been rolled back", owners(), contains("3 wrong"));
    assertThat(remembered().stream().distinct().toList(), contains("1", "2", "9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aRollbackCanBeRolledBack(String format) throws Exception {
    prepare(format);
    long first = firstCycle();
    long second = wrongCycle();
    rollBack(first);
    long third = cycle(upsert(4, "fourth", 60), delete(5, 61));
    assertThat(remembered(), contains("5", "9"));

    rollBack(second);
    assertThat(owners(), contains("3 wrong"));
    assertThat(remembered(), contains("1", "2", "9"));

    rollBack(third);
    assertThat(owners(), contains("1 first", "2 first", "3 first", "4 fourth"));
    assertThat(remembered(), contains("5", "9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void deletesOfATableThatDidNotExistThenAreForgotten(String format) throws Exception {
    prepare(format);
    long first = cycle(upsert(1, "first", 20));
    Path deletes = lake.folder().resolve("silver").resolve("accounts_deletes");
    assertThat("the first delete makes the table", Files.exists(deletes), is(false));
    cycle(delete(1, 50));
    assertThat(remembered(), contains("1"));

    SilverRollback.Result result = rollBack(first);
    assertThat(result.companions().get(DELETES).to(), is(-1L));
    assertThat(owners(), contains("1 first"));
    assertThat(remembered(), is(empty()));
    cycle(upsert(1, "late", 40));
    assertThat(owners(), contains("1 late"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void versionsOfOtherWritersBelongToTheCycleBefore(String format) throws Exception {
    prepare(format);
    firstCycle();
    SparkTables.sql(
        "UPDATE " + lake.table("silver", "accounts") + " SET owner = 'mended' WHERE id = 1");
    long mended = version(SILVER);
    wrongCycle();

    rollBack(mended);
    assertThat(owners(), contains("1 mended", "2 first", "3 first"));
    assertThat(remembered(), contains("9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void theNextRunCompletesWhatWasInterrupted(String format) throws Exception {
    for (boolean silverIsDone : new boolean[] {false, true}) {
      folder = Files.createDirectory(folder.resolve(silverIsDone ? "behind-silver" : "first"));
      prepare(format);
      long first = firstCycle();
      long deletes = version(DELETES);
      long second = wrongCycle();
      PendingRollback pending =
          new PendingRollback(SILVER, second, first, Map.of(DELETES, deletes));
      pending.put(layout().progress(definition().name()));
      if (silverIsDone) {
        table(SILVER).history().rollback(first);
      }

      cycle(upsert(1, "late", 40), delete(2, 51));
      assertThat(owners(), contains("1 late", "3 first"));
      assertThat(remembered(), contains("2", "9"));
      assertThat(
          PendingRollback.find(layout().progress(definition().name())).isPresent(), is(false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void isRefusedInTheMiddleOfACycle(String format) throws Exception {
    prepare(format);
    long first = firstCycle();
    arrive(delete(1, 50));
    assertThrows(
        IllegalStateException.class,
        () ->
            run(
                (plan, step, detail) -> {
                  if (step == Step.SILVER_COMMITTED) {
                    throw new IllegalStateException("a crash");
                  }
                }));
    long silver = version(SILVER);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> rollBack(first));
    assertThat(refusal.getMessage(), containsString("Cycle 2"));
    assertThat(refusal.getMessage(), containsString("medallion run"));
    assertThat(version(SILVER), is(silver));

    run(CycleListener.NONE);
    rollBack(first);
    assertThat(owners(), contains("1 first", "2 first", "3 first"));
    assertThat(remembered(), contains("9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void isRefusedWhereTheDeletesOfThatTimeAreNotKept(String format) throws Exception {
    prepare(format);
    long first = firstCycle();
    wrongCycle();
    table(DELETES).maintenance().expire(Instant.now().plusSeconds(60), 1);
    long silver = version(SILVER);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> rollBack(first));
    assertThat(refusal.getMessage(), containsString(DELETES));
    assertThat(refusal.getMessage(), containsString("Nothing was changed"));
    assertThat(version(SILVER), is(silver));
    assertThat(PendingRollback.find(layout().progress(definition().name())).isPresent(), is(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void anotherRollbackTakesThePlaceOfOneThatCannotBeCompleted(String format) throws Exception {
    prepare(format);
    long first = firstCycle();
    long deletes = version(DELETES);
    long second = wrongCycle();
    new PendingRollback(SILVER, second, first, Map.of(DELETES, deletes))
        .put(layout().progress(definition().name()));
    table(DELETES).maintenance().expire(Instant.now().plusSeconds(60), 1);
    arrive(upsert(4, "fourth", 60));
    IOException failure = assertThrows(IOException.class, () -> run(CycleListener.NONE));
    assertThat(failure.getMessage(), containsString("cannot be rolled back with it"));

    rollBack(second);
    assertThat(owners(), contains("3 wrong"));
    assertThat(remembered(), contains("1", "2", "9"));
    run(CycleListener.NONE);
    assertThat(owners(), contains("3 wrong", "4 fourth"));
  }
}
