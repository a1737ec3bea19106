package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lake that somebody has changed by hand, and pipelines that come into each other's way. */
class TouchedLakeTest {

  private static final String CONTRACT =
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
            - {name: amount, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: files}
      silver: {write: append, eventTime: day, format: FORMAT}
      gold:
        - table: daily
          window: {type: tumbling, size: 1d}
          sql: SELECT SUM(amount) AS amount FROM sales
      """;

  @TempDir private Path folder;

  private Path project(String name, String format) throws IOException {
    Path project = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(project.resolve("in"));
    Files.writeString(project.resolve("sales.odcs.yaml"), CONTRACT);
    Files.writeString(project.resolve("in/a.csv"), "id,day,amount\na1,2026-01-01,1\n");
    return Files.writeString(
        project.resolve("sales.pipeline.yaml"), PIPELINE.replace("FORMAT", format));
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text, containsString(from));
    Files.writeString(file, text.replace(from, to));
  }

  private Lake lake() {
    return new Lake(folder.resolve("lake"));
  }

  private Commands.Result command(String command, Path pipeline, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(command, pipeline.toString(), "--lake=" + lake().folder()));
    arguments.addAll(List.of(more));
    return Commands.run(arguments.toArray(new String[0]));
  }

  private void assertRefused(Path pipeline, int code, String why) {
    for (String command : List.of("run", "validate")) {
      Commands.Result result = command(command, pipeline);
      assertThat(result.all(), containsString(why));
      assertThat(command, result.code(), is(code));
    }
  }

  private void assertWarned(Path pipeline, String why) {
    for (String command : List.of("validate", "run")) {
      Commands.Result result = command(command, pipeline);
      assertThat(command, result.all(), containsString(why));
      assertThat(result.all(), result.code(), is(0));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (var walk = Files.walk(from)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  private Path twoCycles(String format) throws Exception {
    Path pipeline = project("project", format);
    lake().cycle(pipeline, Runner.DIRECT);
    copy(lake().folder().resolve("silver"), folder.resolve("copy"));
    Files.writeString(folder.resolve("project/in/b.csv"), "id,day,amount\nb1,2026-01-02,2\n");
    lake().cycle(pipeline, Runner.DIRECT);
    return pipeline;
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aTableThatIsGoneOrWentBackIsAnErrorWithAWayOut(String format) throws Exception {
    Path pipeline = twoCycles(format);
    Path silver = lake().folder().resolve("silver");
    Files.move(silver, folder.resolve("newest"));
    assertRefused(pipeline, 5, "is gone: cycle 2 left version");
    Files.move(folder.resolve("copy"), silver);
    assertRefused(pipeline, 5, "and cycle 2 left version");
    Files.move(silver, folder.resolve("oldest"));
    Files.move(folder.resolve("newest"), silver);
    assertThat(lake().run(pipeline, Runner.DIRECT).ledger() == null, is(true));
    assertThat(lake().rows("silver", "sales").size(), is(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aGoldTableThatIsGoneCanBeMadeAgain(String format) throws Exception {
    Path pipeline = twoCycles(format);
    Files.move(lake().folder().resolve("gold/daily"), folder.resolve("daily"));
    assertRefused(pipeline, 5, "medallion run --recompute=daily");
    assertThat(command("run", pipeline, "--recompute=daily").code(), is(0));
    assertThat(lake().rows("gold", "daily").size(), is(2));
    assertThat(command("run", pipeline).code(), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aSecondFileOfTheSameNameIsToldWhoseTheNameIs(String format) throws Exception {
    twoCycles(format);
    Path other = project("other", format);
    replace(other, "write: append,", "write: append, table: birds,");
    assertRefused(
        other,
        5,
        "A pipeline named 'sales' has written silver.sales before, not silver.birds: probably another pipeline file has"
            + " used this name");
    replace(other, "pipeline: sales", "pipeline: birds");
    replace(other, "table: daily", "table: bird_days");
    assertThat(command("run", other).code(), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aRollbackAndANewTableAreNoDamage(String format) throws Exception {
    Path pipeline = twoCycles(format);
    for (String table : List.of("silver.sales", "gold.daily")) {
      Commands.Result back =
          Commands.run(
              "rollback", pipeline.toString(), table, "--lake=" + lake().folder(), "--to=1");
      assertThat(back.all(), back.code(), is(0));
    }
    assertThat(lake().rows("silver", "sales").size(), is(1));
    assertThat(command("validate", pipeline).code(), is(0));
    Files.writeString(
        pipeline,
        Files.readString(pipeline)
            + """
              - table: counts
                window: {type: tumbling, size: 1d}
                sql: SELECT COUNT(*) AS n FROM sales
            """);
    Commands.Result run = command("run", pipeline);
    assertThat(run.all(), run.code(), is(0));
    assertThat(lake().rows("gold", "counts").size(), is(1));
    assertThat(command("run", pipeline).code(), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aSecondPipelineOfATableIsToldOf(String format) throws Exception {
    lake().cycle(project("project", format), Runner.DIRECT);
    Path other = project("other", format);
    replace(other, "pipeline: sales", "pipeline: more");
    assertWarned(other, "silver.sales is also written by pipeline 'sales'");
  }

  @Test
  void aNameThatIsUsedForOtherDataIsToldOf() throws Exception {
    lake().cycle(project("project", "delta"), Runner.DIRECT);
    Path other = project("other", "delta");
    Files.move(folder.resolve("other/in/a.csv"), folder.resolve("other/in/x.csv"));
    assertWarned(other, "give the pipeline a name of its own");
    Commands.Result later = command("validate", other);
    assertThat(later.all(), not(containsString("give the pipeline a name of its own")));
  }

  @Test
  void anotherFormatThanTheTableHasIsRefused() throws Exception {
    Path pipeline = project("project", "delta");
    lake().cycle(pipeline, Runner.DIRECT);
    replace(pipeline, "format: delta", "format: iceberg");
    assertRefused(pipeline, 3, "there is a Delta table. Set 'format: delta'");
  }

  @Test
  void anotherFormatThanAnIcebergTableHasIsRefused() throws Exception {
    Path pipeline = project("project", "iceberg");
    lake().cycle(pipeline, Runner.DIRECT);
    replace(pipeline, "format: iceberg", "format: delta");
    assertRefused(pipeline, 3, "there is an Iceberg table. Set 'format: iceberg'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void typesAreCorrectedWhileATableHasNoRows(String format) throws Exception {
    Path pipeline = project("project", format);
    Path contract = folder.resolve("project/sales.odcs.yaml");
    Files.writeString(folder.resolve("project/in/a.csv"), "id,day,amount\na1,2026-01-01,1.5\n");
    assertThat(lake().cycle(pipeline, Runner.DIRECT).publishedNothing(), is(true));
    replace(contract, "amount, logicalType: integer", "amount, logicalType: string");
    replace(pipeline, "SUM(amount)", "MAX(amount)");
    Files.writeString(
        contract,
        Files.readString(contract) + "      - {name: note, logicalType: string, required: true}\n");
    Files.writeString(
        folder.resolve("project/in/b.csv"), "id,day,amount,note\nb1,2026-01-02,2.5,x\n");
    assertThat(command("validate", pipeline).code(), is(0));
    Commands.Result run = command("run", pipeline);
    assertThat(run.all(), run.code(), is(0));
    assertThat(
        lake().rows("silver", "sales"),
        is(List.of("{\"id\":\"b1\",\"day\":\"2026-01-02\",\"amount\":\"2.5\",\"note\":\"x\"}")));
    replace(contract, "amount, logicalType: string", "amount, logicalType: integer");
    assertRefused(pipeline, 3, "Existing rows cannot be converted");
  }

  @Test
  void aPhysicalNameIsNoPartOfWhatGoldIsMadeBy() throws Exception {
    Path pipeline = project("project", "delta");
    lake().cycle(pipeline, Runner.DIRECT);
    replace(
        folder.resolve("project/sales.odcs.yaml"),
        "{name: day, logicalType",
        "{name: day, physicalName: sold_on, logicalType");
    Files.writeString(folder.resolve("project/in/b.csv"), "id,sold_on,amount\nb1,2026-01-02,2\n");
    Commands.Result run = command("run", pipeline);
    assertThat(run.all(), not(containsString("older definition")));
    assertThat(lake().rows("gold", "daily").size(), is(2));
    assertThat(command("validate", pipeline).all(), not(containsString("older definition")));
  }
}
