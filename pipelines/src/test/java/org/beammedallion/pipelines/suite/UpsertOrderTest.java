package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.beammedallion.pipelines.cli.CommandLines;
import org.beammedallion.pipelines.driver.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upsert that does not say which of two rows is later is refused where its table is new. */
class UpsertOrderTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: parcels
      name: Parcels
      version: 1.0.0
      status: active
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: parcels
          logicalType: object
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: state, logicalType: string}
            - {name: version, logicalType: integer}
      """;

  @TempDir Path folder;

  private Path pipeline;
  private Lake lake;

  @BeforeEach
  void prepare() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("parcels.odcs.yaml"), CONTRACT);
    pipeline = folder.resolve("parcels.pipeline.yaml");
    lake = new Lake(folder.resolve("lake"));
    silver("{write: upsert}");
    data("a", "{\"id\":1,\"state\":\"shipped\",\"version\":1}");
  }

  private void silver(String silver) throws IOException {
    Files.writeString(
        pipeline,
        "pipeline: parcels\ncontract: parcels.odcs.yaml\nsource: {server: local}\nsilver: "
            + silver
            + "\n");
  }

  private void data(String name, String line) throws IOException {
    Files.writeString(folder.resolve("data/" + name + ".jsonl"), line + "\n");
  }

  private String refusal(String... arguments) {
    StringWriter err = new StringWriter();
    int exit =
        CommandLines.execute(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
    assertThat(err.toString(), exit, is(3));
    return err.toString();
  }

  private void assertRefused() {
    String lakeOption = "--lake=" + lake.folder();
    assertThat(
        refusal("run", pipeline.toString(), lakeOption),
        containsString("Set 'latestBy' of silver"));
    assertThat(
        refusal("validate", pipeline.toString(), lakeOption),
        containsString("'shipped' instead of 'delivered'"));
  }

  @Test
  void isRefusedForANewTable() {
    assertRefused();
    assertThat(refusal("validate", pipeline.toString()), containsString("give --lake too"));
    assertThat(Files.exists(lake.folder().resolve("silver")), is(false));
  }

  /** The order of a table is not given up in passing. */
  @Test
  void isRefusedWhereThePipelineHadAnOrder() throws Exception {
    for (String before : List.of("{write: upsert, latestBy: version}", "{write: append}")) {
      silver(before);
      lake.cycle(pipeline, Runner.DIRECT);
      silver("{write: upsert}");
      data("b" + before.length(), "{\"id\":1,\"state\":\"delivered\",\"version\":1}");
      assertRefused();
      lake = new Lake(folder.resolve("next"));
    }
  }

  @Test
  void isRefusedForTheTableOfAnotherPipeline() throws Exception {
    silver("{write: upsert, latestBy: version}");
    lake.cycle(pipeline, Runner.DIRECT);
    silver("{write: upsert}");
    Files.writeString(
        pipeline, Files.readString(pipeline).replace("pipeline: parcels", "pipeline: other"));
    assertThat(
        refusal("run", pipeline.toString(), "--lake=" + lake.folder()),
        containsString("Set 'latestBy' of silver"));
  }

  @Test
  void isWarnedOfWhereAnEarlierVersionOfTheProgramHasDoneSo() throws Exception {
    silver("{write: upsert, latestBy: version}");
    lake.cycle(pipeline, Runner.DIRECT);
    // Plans of then do not tell how silver was written.
    Path plan = lake.folder().resolve("_medallion/parcels/plans/0000000001.json");
    String told = Files.readString(plan);
    String untold = told.replaceFirst(",\\s*\"write\" : \"[^\"]*\"", "");
    assertThat(untold, is(not(told)));
    Files.writeString(plan, untold);
    silver("{write: upsert}");
    data("b", "{\"id\":1,\"state\":\"delivered\",\"version\":1}");
    Outcome outcome = lake.run(pipeline, Runner.DIRECT);

    assertThat(outcome.warnings(), contains(containsString("without 'latestBy'")));
    assertThat(
        lake.read("silver", "parcels").text("id", "state"), contains(List.of("1", "shipped")));
    assertThat(
        "a run that has nothing to do",
        lake.run(pipeline, Runner.DIRECT).warnings(),
        contains(containsString("without 'latestBy'")));
  }
}
