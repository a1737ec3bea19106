package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.table.Table;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.jobs.TableJobs;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pipeline that is forgotten as a whole, beside others that stay. */
class ResetCommandTest {

  @TempDir private Path folder;

  private Path pipeline(String name, String table, String format) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/" + name + ".csv"), "id,day\n1,2026-01-01\n2,x\n");
    Files.writeString(
        folder.resolve(name + ".odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: NAME
        version: 1.0.0
        servers:
          - {server: files, type: local, path: in/NAME.csv, format: csv}
        schema:
          - name: days
            properties:
              - {name: id, logicalType: integer}
              - {name: day, logicalType: date, required: true}
        """
            .replace("NAME", name));
    return Files.writeString(
        folder.resolve(name + ".pipeline.yaml"),
        """
        pipeline: NAME
        contract: NAME.odcs.yaml
        source: {server: files}
        silver: {write: append, table: TABLE, eventTime: day, format: FORMAT}
        gold:
          - table: NAME_daily
            window: {type: tumbling, size: 1d}
            sql: SELECT COUNT(*) AS n FROM days
        """
            .replace("NAME", name)
            .replace("TABLE", table)
            .replace("FORMAT", format));
  }

  private String lake() {
    return "--lake=" + folder.resolve("lake");
  }

  private Commands.Result run(Path pipeline, String... options) {
    List<String> arguments = new ArrayList<>(List.of("run", pipeline.toString(), lake()));
    arguments.addAll(List.of(options));
    Commands.Result result = Commands.run(arguments.toArray(new String[0]));
    assertThat(result.all(), result.code(), is(0));
    return result;
  }

  private Map<String, Long> files() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (var all = Files.walk(folder.resolve("lake"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.size(file));
      }
    }
    return files;
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void forgetsOnePipelineAndLeavesTheOthers(String format) throws Exception {
    Path other = pipeline("other", "others", format);
    run(other);
    var before = files();
    Path own = pipeline("own", "owns", format);
    run(own);
    Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
    assertThat(reset.all(), reset.code(), is(0));
    assertThat(
        reset.out(),
        allOf(
            containsString("silver.owns"),
            containsString("gold.own_daily"),
            containsString("bronze"),
            containsString("quarantine"),
            containsString("progress"),
            containsString("Removed.")));
    assertThat(files(), is(before));
    assertThat(Files.exists(folder.resolve("lake/silver/owns")), is(false));
    assertThat(run(own).out(), containsString("cycle 1 is complete"));
    assertThat(new Lake(folder.resolve("lake")).rows("silver", "owns").size(), is(1));
    assertThat(Commands.run("reset", own.toString(), lake(), "--yes").code(), is(0));
    assertThat(
        Commands.run("reset", own.toString(), lake(), "--yes").out(),
        containsString("There is nothing of own in "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void resetsAlsoIfTheSqlOfGoldIsWrong(String format) throws Exception {
    Path own = pipeline("own", "owns", format);
    run(own);
    String wrong = Files.readString(own).replace("COUNT(*) AS n", "SUM(absent) AS n");
    Files.writeString(own, wrong);
    assertThat(Commands.run("validate", own.toString(), lake()).code(), is(3));
    Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
    assertThat(reset.all(), reset.code(), is(0));
    assertThat(reset.out(), allOf(containsString("silver.owns"), containsString("gold.own_daily")));
    assertThat(files(), is(Map.of()));
  }

  @Test
  void asksBeforeItRemovesAnything() throws Exception {
    Path own = pipeline("own", "owns", "delta");
    run(own);
    var before = files();
    Commands.Result reset = Commands.run("reset", own.toString(), lake());
    assertThat(reset.code(), is(2));
    assertThat(reset.err(), containsString("there is no terminal to ask at. Nothing was removed"));
    assertThat(files(), is(before));
  }

  @Test
  void doesNotTouchATableThatAnotherPipelineWrites() throws Exception {
    Path own = pipeline("own", "shared", "delta");
    run(own);
    run(pipeline("other", "shared", "delta"));
    var before = files();
    Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
    assertThat(reset.code(), is(3));
    assertThat(reset.err(), containsString("silver.shared also holds rows of pipeline other"));
    assertThat(files(), is(before));
  }

  @Test
  void waitsForNoDriverThatIsAtWork() throws Exception {
    Path own = pipeline("own", "owns", "delta");
    run(own);
    ProgressLog log = ProgressLog.of(folder.resolve("lake/_medallion/own").toString());
    try (DriverClaim claim = DriverClaim.take(log, "own", 2, Clock.systemUTC())) {
      claim.check();
      Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
      assertThat(reset.err(), reset.code(), is(4));
      assertThat(
          new Lake(folder.resolve("lake")).rows("silver", "owns"),
          is(List.of("{\"id\":1,\"day\":\"2026-01-01\"}")));
    }
  }

  /**
   * Three cycles of two pipelines in one table, of which only the last, of the first one, is kept.
   */
  private Path sharedAndExpired(String format) throws Exception {
    Path own = pipeline("own", "shared", format);
    run(own);
    run(pipeline("other", "shared", format));
    Files.writeString(folder.resolve("in/own.csv"), "id,day\n3,2026-01-03\n");
    run(own, "--takeAgain=own.csv");
    Table silver =
        TableJobs.of(
                PipelineDefinition.load(own, null),
                LakeLayout.of(folder.resolve("lake").toString()))
            .silver();
    silver.maintenance().expire(Instant.now().plusSeconds(60), 1);
    assertThat(
        silver.history().versions().stream()
            .map(version -> version.origin().applicationId())
            .toList(),
        is(List.of("medallion/own/silver.shared")));
    return own;
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void doesNotTouchATableWhoseOtherVersionsHaveExpired(String format) throws Exception {
    Path own = sharedAndExpired(format);
    var before = files();
    Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
    assertThat(reset.all(), reset.code(), is(3));
    assertThat(reset.err(), containsString("silver.shared also holds rows of pipeline other"));
    assertThat(files(), is(before));
  }

  /** As the page of known limits says. */
  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void knowsNoPipelineThatHasNeitherVersionsNorALog(String format) throws Exception {
    Path own = sharedAndExpired(format);
    Files.move(folder.resolve("lake/_medallion/other"), folder.resolve("other-log"));
    Commands.Result reset = Commands.run("reset", own.toString(), lake(), "--yes");
    assertThat(reset.all(), reset.code(), is(0));
    assertThat(Files.exists(folder.resolve("lake/silver/shared")), is(false));
  }
}
