package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.beammedallion.pipelines.cli.ExitCode;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.ledger.RefusedFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A file that cannot be read by the contract is one entry in quarantine and ledger; other files go
 * on, the exit code says so, and it is read when it or the contract has changed.
 */
class RefusedFilesTest {

  @TempDir Path folder;
  private Path input;
  private Path pipeline;
  private Lake lake;

  @BeforeEach
  void makeSource() throws IOException {
    input = Files.createDirectory(folder.resolve("in"));
    pipeline = folder.resolve("t.pipeline.yaml");
    lake = new Lake(folder.resolve("lake"));
    contract("a");
    Files.writeString(
        pipeline,
        "pipeline: t\ncontract: t.odcs.yaml\nsource: {server: local}\nsilver: {write: append}\n");
  }

  private void contract(String physicalName) throws IOException {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: t
        name: t
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "in/*", format: csv}
        schema:
          - name: t
            logicalType: object
            properties:
              - {name: a, physicalName: %s, logicalType: integer}
              - {name: b, logicalType: string}
        """
            .formatted(physicalName));
  }

  private static List<String> files(List<RefusedFile> refused) {
    return refused.stream().map(file -> Path.of(file.file()).getFileName().toString()).toList();
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void isOneEntryAndOtherFilesGoOn(Runner runner) throws Exception {
    Files.writeString(input.resolve("good.csv"), "a,b\n1,x\n2,y\n");
    Files.writeString(input.resolve("other.csv"), "c;d\n1;x\n2;y\n");
    Ledger ledger = lake.cycle(pipeline, runner);
    assertThat(ledger.input().files(), is(2L));
    assertThat(ledger.read(), is(2L));
    assertThat(ledger.published(), is(2L));
    assertThat(files(ledger.input().refused()), contains("other.csv"));
    assertThat(ledger.input().refused().get(0).why(), containsString("delimiter"));
    assertThat(ledger.rejected(), is(Map.of()));
    assertThat(lake.quarantine("t"), is(Map.of("FILE_REFUSED", 1L)));
    assertThat(lake.rows("silver", "t").size(), is(2));
  }

  @Test
  void isReadAgainWhenItOrTheContractHasChanged() throws Exception {
    Files.writeString(input.resolve("good.csv"), "a,b\n1,x\n");
    Path other = input.resolve("other.csv");
    Files.writeString(other, "c\n7\n");
    assertThat(files(lake.run(pipeline, Runner.DIRECT).refused()), contains("other.csv"));
    Outcome again = lake.run(pipeline, Runner.DIRECT);
    assertThat("it has not changed", again.ledger(), is(nullValue()));
    assertThat(files(again.refused()), contains("other.csv"));
    assertThat(again.warnings().get(0), containsString("--setAside="));
    contract("c");
    Outcome mended = lake.run(pipeline, Runner.DIRECT);
    assertThat(mended.refused(), is(empty()));
    assertThat(mended.ledger().published(), is(1L));
    assertThat(lake.run(pipeline, Runner.DIRECT).ledger(), is(nullValue()));

    Path third = input.resolve("third.csv");
    Files.writeString(third, "z\n1\n");
    assertThat(files(lake.run(pipeline, Runner.DIRECT).refused()), contains("third.csv"));
    Files.writeString(third, "c,b\n9,z\n");
    assertThat(lake.cycle(pipeline, Runner.DIRECT).published(), is(1L));
    assertThat(lake.rows("silver", "t").size(), is(3));
  }

  @Test
  void isSetAsideOnDemandWhichTheLedgerRecords() throws Exception {
    Files.writeString(input.resolve("other.csv"), "c\n7\n");
    lake.run(pipeline, Runner.DIRECT);
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
                    .settingAside(List.of("no.csv"))
                    .run());
    assertThat(unknown.getMessage(), containsString("other.csv"));
    Outcome outcome =
        lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
            .settingAside(List.of("other.csv"))
            .run();
    assertThat(outcome.refused(), is(empty()));
    assertThat(
        outcome.ledger().input().setAside(), contains(input.resolve("other.csv").toString()));
    Outcome after = lake.run(pipeline, Runner.DIRECT);
    assertThat(after.ledger(), is(nullValue()));
    assertThat(after.refused(), is(empty()));
    assertThat(after.warnings(), is(empty()));
  }

  @Test
  void saysSoInSummaryAndExitCode() throws Exception {
    Files.writeString(input.resolve("good.csv"), "a,b\n1,x\n");
    Files.writeString(input.resolve("other.csv"), "c\n7\n");
    Commands.Result run = Commands.run("run", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(run.all(), run.code(), is(ExitCode.REFUSED.code()));
    assertThat(run.out(), containsString("FILES REFUSED"));
    assertThat(run.out(), containsString("other.csv has none of the contract's columns"));
    Commands.Result still = Commands.run("run", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(still.all(), still.code(), is(ExitCode.REFUSED.code()));
    Commands.Result aside =
        Commands.run("run", pipeline.toString(), "--lake=" + lake.folder(), "--setAside=other.csv");
    assertThat(aside.all(), aside.code(), is(ExitCode.OK.code()));
  }

  @Test
  void aRunThatPublishesNothingIsNoSuccess() throws Exception {
    Files.writeString(input.resolve("bad.csv"), "a,b\nx,1\ny,2\n");
    Commands.Result run = Commands.run("run", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(run.all(), run.code(), is(ExitCode.NOTHING_PUBLISHED.code()));
    assertThat(
        run.out(), containsString("NOTHING PUBLISHED: of 2 records 2 were rejected, and 0 rows"));
  }

  @Test
  void isReadAgainWhenThePipelineFileHasChanged() throws Exception {
    Files.writeString(input.resolve("other.csv"), "a;b\n7;x\n");
    assertThat(files(lake.run(pipeline, Runner.DIRECT).refused()), contains("other.csv"));
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            .replace("server: local", "server: local, csv: {delimiter: ';'}"));
    Outcome mended = lake.run(pipeline, Runner.DIRECT);
    assertThat(mended.refused(), is(empty()));
    assertThat(mended.ledger().published(), is(1L));
  }

  @Test
  void aFileThatComesAgainWithOneBadRecordIsNoFailureButOneOfMostlyBadOnesIs() throws Exception {
    Path contract = folder.resolve("t.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(contract)
            .replace("physicalName: a,", "physicalName: a, primaryKey: true,")
            .replace("b, logicalType: string", "b, logicalType: integer"));
    Files.writeString(
        pipeline, Files.readString(pipeline).replace("append", "upsert, latestBy: b"));
    Files.writeString(input.resolve("first.csv"), "a,b\n1,5\n2,6\n");
    assertThat(
        Commands.run("run", pipeline.toString(), "--lake=" + lake.folder()).code(),
        is(ExitCode.OK.code()));
    Files.writeString(input.resolve("again.csv"), "a,b\n1,5\n2,6\nz,3\n");
    Commands.Result again = Commands.run("run", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(again.all(), again.code(), is(ExitCode.OK.code()));
    assertThat(again.out(), not(containsString("NOTHING PUBLISHED")));
    Files.writeString(input.resolve("worse.csv"), "a,b\n1,5\ny,3\nz,3\n");
    Commands.Result worse = Commands.run("run", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(worse.all(), worse.code(), is(ExitCode.NOTHING_PUBLISHED.code()));
    assertThat(worse.out(), containsString("NOTHING PUBLISHED"));
  }
}
