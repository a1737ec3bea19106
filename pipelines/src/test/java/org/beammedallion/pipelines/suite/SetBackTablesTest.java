package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Another engine takes a table back: runs stop, and the ways out that they name lead out. */
class SetBackTablesTest {

  @TempDir private Path folder;

  private Lake lake;
  private Path pipeline;
  private int files;

  @BeforeEach
  void open() {
    lake = new Lake(folder.resolve("lake"));
  }

  private void prepare(String format) throws IOException {
    Path project = Files.createDirectories(folder.resolve("project/in")).getParent();
    Files.writeString(
        project.resolve("sales.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: sales
        version: 1.0.0
        servers:
          - {server: files, type: local, path: "in/*.csv", format: csv}
        schema:
          - name: sales
            properties:
              - {name: id, logicalType: string, required: true}
              - {name: day, logicalType: date, required: true}
        """);
    pipeline =
        Files.writeString(
            project.resolve("sales.pipeline.yaml"),
            """
            pipeline: sales
            contract: sales.odcs.yaml
            source: {server: files}
            silver: {write: append, eventTime: day, format: FORMAT}
            gold:
              - table: daily
                window: {type: tumbling, size: 1d}
                sql: SELECT COUNT(*) AS n FROM sales
            """
                .replace("FORMAT", format));
  }

  private void arrive() throws IOException {
    files++;
    Files.writeString(
        folder.resolve("project/in/" + files + ".csv"), "id,day\n" + files + ",2026-01-01\n");
  }

  private void cycle() throws Exception {
    arrive();
    lake.cycle(pipeline, Runner.DIRECT);
  }

  private Commands.Result command(String command, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(command, pipeline.toString(), "--lake=" + lake.folder()));
    arguments.addAll(List.of(more));
    return Commands.run(arguments.toArray(new String[0]));
  }

  private void rollBack(String table, long to) {
    Commands.Result result =
        Commands.run(
            "rollback", pipeline.toString(), table, "--lake=" + lake.folder(), "--to=" + to);
    assertThat(result.all(), result.code(), is(0));
  }

  private String assertRefused(String why) {
    for (String command : List.of("run", "validate")) {
      Commands.Result result = command(command);
      assertThat(result.all(), containsString(why));
      assertThat(command, result.code(), is(5));
    }
    return command("run").err();
  }

  private void assertFine() {
    for (String command : List.of("validate", "run")) {
      Commands.Result result = command(command);
      assertThat(result.all(), result.code(), is(0));
    }
  }

  private void restore(String layer, String table, long version) {
    SparkTables.sql("RESTORE TABLE " + lake.table(layer, table) + " TO VERSION AS OF " + version);
  }

  /** As Iceberg's procedures {@code rollback_to_snapshot} and {@code set_current_snapshot} do. */
  private void setCurrentSnapshot(String layer, String name, long version) {
    Table table =
        new HadoopTables(new Configuration())
            .load(lake.folder().resolve(layer).resolve(name).toString());
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.sequenceNumber() == version) {
        table.manageSnapshots().setCurrentSnapshot(snapshot.snapshotId()).commit();
      }
    }
    assertThat(table.currentSnapshot().sequenceNumber(), is(version));
  }

  private void goBack(String format, String layer, String table, long version) {
    if (format.equals("delta")) {
      restore(layer, table, version);
    } else {
      setCurrentSnapshot(layer, table, version);
    }
  }

  @Test
  void aRestoreIsAnErrorUntilItIsUndone() throws Exception {
    prepare("delta");
    cycle();
    cycle();
    restore("silver", "sales", 1);
    String error = assertRefused("version 3 is a RESTORE to version 1");
    assertThat(error, containsString("`medallion rollback … silver.sales --to=2`"));
    arrive();
    assertRefused("version 3 is a RESTORE to version 1");
    restore("silver", "sales", 2);
    assertFine();
    assertThat(lake.rows("silver", "sales").size(), is(3));
  }

  @Test
  void aRollbackUndoesARestoreAndCanGoBackNevertheless() throws Exception {
    prepare("delta");
    cycle();
    cycle();
    restore("silver", "sales", 1);
    rollBack("silver.sales", 2);
    assertFine();
    assertThat(lake.rows("silver", "sales").size(), is(2));
    rollBack("silver.sales", 1);
    assertFine();
    assertThat(lake.rows("silver", "sales").size(), is(1));
  }

  @Test
  void aRestoreThatUndoesWhatOthersDidIsNoError() throws Exception {
    prepare("delta");
    cycle();
    SparkTables.sql("DELETE FROM " + lake.table("silver", "sales"));
    restore("silver", "sales", 1);
    assertFine();
    cycle();
    assertThat(lake.rows("silver", "sales").size(), is(2));
  }

  @ParameterizedTest
  @CsvSource({"delta, is a RESTORE to version 1", "iceberg, and cycle 2 left version 2"})
  void goldIsMadeAgain(String format, String why) throws Exception {
    prepare(format);
    cycle();
    cycle();
    goBack(format, "gold", "daily", 1);
    assertThat(assertRefused(why), containsString("medallion run --recompute=daily"));
    assertThat(command("run", "--recompute=daily").code(), is(0));
    assertFine();
  }

  @Test
  void anOlderSnapshotIsAnErrorAlsoBehindALaterCommit() throws Exception {
    prepare("iceberg");
    cycle();
    cycle();
    setCurrentSnapshot("silver", "sales", 1);
    assertRefused("has version 1 of silver.sales, and cycle 2 left version 2");
    SparkTables.sql(
        "INSERT INTO " + lake.table("silver", "sales") + " VALUES ('x', DATE'2026-01-01', '', 0)");
    String error = assertRefused("version 3 follows 1, without version 2");
    assertThat(error, not(containsString("--to=")));
    setCurrentSnapshot("silver", "sales", 2);
    assertFine();
    assertThat(lake.rows("silver", "sales").size(), is(2));
  }

  /** The table holds the name of the open cycle, which would be taken for done. */
  @ParameterizedTest
  @CsvSource({
    "delta, version 4 is a RESTORE to version 2",
    "iceberg, cycle 3 was committed to it and is gone"
  })
  void aCycleThatIsNotCompleteIsNotTakenForDone(String format, String why) throws Exception {
    prepare(format);
    cycle();
    cycle();
    arrive();
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                pipeline,
                Runner.DIRECT,
                (plan, step, detail) -> {
                  if (step == Step.SILVER_COMMITTED) {
                    throw new IllegalStateException("a crash");
                  }
                }));
    goBack(format, "silver", "sales", 2);
    assertRefused(why);
    goBack(format, "silver", "sales", 3);
    assertFine();
    assertThat(lake.rows("silver", "sales").size(), is(3));
  }

  private void prepareChanges(String format) throws IOException {
    pipeline = ChangeLog.DEBEZIUM_JSON.pipeline(folder.resolve("input"));
    String text = Files.readString(pipeline).replaceAll("(?s)gold:.*", "").stripTrailing() + "\n";
    text = text.replaceAll("\n  format: .*", "");
    Files.writeString(
        pipeline,
        text.replaceFirst("(?m)^silver:", "silver:\n  format: " + format)
            + """
            gold:
            - {table: dim_account, kind: dimension, type: 2, columns: [owner], validFrom: changed_at}
            """);
  }

  private void cycleOfChanges() throws Exception {
    files++;
    Files.writeString(
        folder.resolve("input/data/" + files + ".jsonl"),
        """
        {"op":"u","after":{"id":%d,"owner":"o","balance":1,"changed_at":1762160400000000},"source":{"lsn":%d}}
        {"op":"d","before":{"id":%d},"source":{"lsn":%d,"ts_ms":1762160500000}}
        """
            .formatted(files, files * 10, files + 100, files * 10 + 1));
    lake.cycle(pipeline, Runner.DIRECT);
  }

  @ParameterizedTest
  @CsvSource({
    "delta, accounts_deletes",
    "iceberg, accounts_deletes",
    "delta, accounts_versions",
    "iceberg, accounts_versions"
  })
  void tablesBesideSilverAreComparedToo(String format, String name) throws Exception {
    prepareChanges(format);
    cycleOfChanges();
    Path table = lake.folder().resolve("silver").resolve(name);
    long first = version(name);
    cycleOfChanges();
    long second = version(name);
    assertThat(second > first, is(true));
    assertFine();

    Path aside = folder.resolve("aside");
    Files.move(table, aside);
    assertRefused("is gone: cycle 2 left version " + second + " of silver." + name);
    Files.move(aside, table);
    assertFine();

    goBack(format, "silver", name, first);
    if (format.equals("delta")) {
      String error = assertRefused("version " + (second + 1) + " is a RESTORE to version " + first);
      long silver = version("accounts");
      assertThat(error, containsString("`medallion rollback … silver.accounts --to=" + silver));
      rollBack("silver.accounts", silver);
    } else {
      assertRefused("has version " + first + " of silver." + name + ", and cycle 2 left version");
      setCurrentSnapshot("silver", name, second);
    }
    assertFine();
    if (name.equals("accounts_deletes")) {
      assertThat(
          lake.read("silver", name).orderBy("id").text("id").stream()
              .map(row -> row.get(0))
              .toList(),
          contains("101", "102"));
    }
  }

  private long version(String name) {
    Commands.Result history =
        Commands.run(
            "history",
            pipeline.toString(),
            "silver." + name,
            "--lake=" + lake.folder(),
            "--output=json");
    assertThat(history.all(), history.code(), is(0));
    return Long.parseLong(history.out().replaceFirst("(?s).*?\"version\" ?: ?(\\d+).*", "$1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aRollbackOfSilverIsNoDamageOfTheTablesBesideIt(String format) throws Exception {
    prepareChanges(format);
    cycleOfChanges();
    long first = version("accounts");
    cycleOfChanges();
    rollBack("silver.accounts", first);
    assertFine();
    cycleOfChanges();
    assertFine();
  }
}
