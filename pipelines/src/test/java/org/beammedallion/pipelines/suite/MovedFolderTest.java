package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A project whose folder was moved, linked or copied has the same files. */
class MovedFolderTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      servers:
        - {server: files, type: local, path: "in/PATTERN", format: FORMAT}
      schema:
        - name: sales
          properties:
            - {name: id, logicalType: string, required: true}
            - {name: amount, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: files}
      silver: {write: append}
      """;

  private static final String SAME =
      "name below the source's folder, size and content are the same";

  @TempDir private Path folder;
  private Path first;
  private Lake lake;

  @BeforeEach
  void folders() throws IOException {
    first = folder.resolve("first");
    lake = new Lake(folder.resolve("lake"));
    Files.createDirectories(first.resolve("in"));
  }

  /** The project with two files of two rows each, which a cycle has read. */
  private void read(String format) throws Exception {
    Files.writeString(
        first.resolve("sales.odcs.yaml"),
        CONTRACT.replace("PATTERN", "**").replace("FORMAT", format));
    Files.writeString(first.resolve("sales.pipeline.yaml"), PIPELINE);
    for (String name : List.of("a", "b")) {
      Path file = first.resolve("in/" + name + "." + format);
      switch (format) {
        case "csv" ->
            Files.writeString(
                file, "id,amount\n" + name + "1,1\n" + name + "2,x\n" + name + "3,3\n");
        case "json" ->
            Files.writeString(
                file,
                "{\"id\":\"NAME1\",\"amount\":1}\n{\"id\":\"NAME3\",\"amount\":3}\n"
                    .replace("NAME", name));
        case "avro" -> avro(name, file);
        default -> parquet(name, file);
      }
    }
    assertThat(lake.cycle(pipeline(first), Runner.DIRECT).published(), is(4L));
  }

  private static void avro(String name, Path file) throws IOException {
    Schema schema =
        SchemaBuilder.record("Sale")
            .fields()
            .requiredString("id")
            .requiredLong("amount")
            .endRecord();
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      out.create(schema, file.toFile());
      for (long amount : new long[] {1, 3}) {
        out.append(
            new GenericRecordBuilder(schema)
                .set("id", name + amount)
                .set("amount", amount)
                .build());
      }
    }
  }

  private void parquet(String name, Path file) throws IOException {
    Path written = folder.resolve("spark-" + name);
    SparkTables.sql(
            "SELECT '%s' || v AS id, v AS amount FROM VALUES (1L), (3L) AS t(v)".formatted(name))
        .coalesce(1)
        .write()
        .option("compression", "uncompressed")
        .parquet(written.toString());
    try (var files = Files.list(written)) {
      Files.copy(
          files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          file);
    }
  }

  private static Path pipeline(Path project) {
    return project.resolve("sales.pipeline.yaml");
  }

  private Path move() throws IOException {
    return Files.move(first, folder.resolve("second"));
  }

  private Path copy() throws IOException {
    Path second = folder.resolve("second");
    List<Path> files;
    try (var walk = Files.walk(first)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = second.resolve(first.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    return second;
  }

  private void assertNothingIsTaken(Path project) throws Exception {
    Commands.Result dry =
        Commands.run("validate", pipeline(project).toString(), "--lake=" + lake.folder());
    assertThat(dry.all(), containsString(SAME));
    Outcome outcome = lake.run(pipeline(project), Runner.DIRECT);
    assertThat(String.join("\n", outcome.warnings()), containsString(SAME));
    Ledger ledger = outcome.ledger();
    assertThat(ledger == null ? 0 : ledger.read(), is(0L));
    assertThat(lake.rows("silver", "sales").size(), is(4));
    Outcome later = lake.run(pipeline(project), Runner.DIRECT);
    assertThat(later.ledger() == null, is(true));
    assertThat(later.warnings(), is(empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "avro", "parquet"})
  void aMovedFolderHasNothingNew(String format) throws Exception {
    read(format);
    assertNothingIsTaken(move());
  }

  @Test
  void aLinkToTheFolderHasNothingNew() throws Exception {
    read("csv");
    assertNothingIsTaken(Files.createSymbolicLink(folder.resolve("second"), first));
  }

  @Test
  void aCopyHasNothingNew() throws Exception {
    read("csv");
    assertNothingIsTaken(copy());
  }

  @Test
  void aFolderThatIsMovedTwiceHasNothingNew() throws Exception {
    read("csv");
    Path second = move();
    assertNothingIsTaken(second);
    assertNothingIsTaken(Files.move(second, folder.resolve("third")));
  }

  /** Earlier versions of the program did not write down where the files were looked for. */
  @Test
  void aFolderThatIsMovedAfterAnEarlierVersionHasNothingNew() throws Exception {
    read("csv");
    Path plan = lake.folder().resolve("_medallion/sales/plans/0000000001.json");
    String text = Files.readString(plan);
    String without = text.replaceFirst("(?s),\\s*\"roots\" : \\[[^]]*]", "");
    assertThat(without, is(not(text)));
    Files.writeString(plan, without);
    assertNothingIsTaken(move());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "avro", "parquet"})
  void whatHasAnotherContentIsTaken(String format) throws Exception {
    read(format);
    Path second = move();
    Path changed = second.resolve("in/b." + format);
    if (format.equals("parquet") || format.equals("avro")) {
      Path other = folder.resolve("other");
      if (format.equals("avro")) {
        avro("c", other);
      } else {
        parquet("c", other);
      }
      assertThat(Files.size(other), is(Files.size(changed)));
      Files.move(other, changed, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.writeString(changed, Files.readString(changed).replace("b1", "c1"));
    }
    Outcome outcome = lake.run(pipeline(second), Runner.DIRECT);
    assertThat(String.join("\n", outcome.warnings()), containsString(SAME));
    assertThat(
        String.join("\n", outcome.warnings()), containsString("and another content: it is read"));
    assertThat(lake.rows("silver", "sales").size(), is(6));
    assertThat(lake.run(pipeline(second), Runner.DIRECT).ledger() == null, is(true));
  }

  @Test
  void takesThemAgainWhereThatIsAskedFor() throws Exception {
    read("csv");
    Path second = move();
    takeAgain(second, "a.csv");
    assertThat(lake.rows("silver", "sales").size(), is(4));
    assertThat(sources(), is(List.of("/first/in/b.csv", "/second/in/a.csv")));
    Files.writeString(second.resolve("in/b.csv"), "id,amount\nb1,1\nb2,2\nb3,3\n");
    takeAgain(second, "b.csv");
    assertThat(lake.rows("silver", "sales").size(), is(5));
    assertThat(sources(), is(List.of("/second/in/a.csv", "/second/in/b.csv")));
  }

  private void takeAgain(Path project, String pattern) throws Exception {
    lake.driver(pipeline(project), Runner.DIRECT, CycleListener.NONE)
        .takingAgain(List.of(pattern))
        .run();
  }

  private List<String> sources() {
    List<String> sources = new ArrayList<>();
    SparkTables.rows(
            "SELECT DISTINCT _source FROM " + lake.table("silver", "sales") + " ORDER BY 1")
        .forEach(row -> sources.add(row.get(0).substring(folder.toString().length())));
    return sources;
  }

  @Test
  void whatCannotBeComparedIsAnErrorWithTwoWaysOut() throws Exception {
    read("csv");
    Path second = move();
    Files.move(lake.folder().resolve("bronze"), folder.resolve("bronze"));
    Commands.Result result =
        Commands.run("run", pipeline(second).toString(), "--lake=" + lake.folder());
    assertThat(result.code(), is(5));
    assertThat(result.err(), containsString("Whether the content is the same cannot be told"));
    assertThat(lake.rows("silver", "sales").size(), is(4));
    Files.move(second, first);
    assertThat(lake.run(pipeline(first), Runner.DIRECT).ledger() == null, is(true));
    move();
    takeAgain(second, "*");
    assertThat(lake.rows("silver", "sales").size(), is(4));
    assertThat(sources(), is(List.of("/second/in/a.csv", "/second/in/b.csv")));
  }

  private List<Ledger> limited(Path project, int files, List<String> again) throws Exception {
    List<Ledger> ledgers = new ArrayList<>();
    lake.driver(pipeline(project), Runner.DIRECT, CycleListener.NONE)
        .limited(new CycleLimits(files, Long.MAX_VALUE))
        .takingAgain(again)
        .runAll(
            outcome -> {
              if (outcome.ledger() != null) {
                ledgers.add(outcome.ledger());
              }
            });
    return ledgers;
  }

  private static void more(Path project, String... names) throws IOException {
    for (String name : names) {
      Files.writeString(project.resolve("in/" + name + ".csv"), "id,amount\n" + name + ",1\n");
    }
  }

  /** Files that are only known by another name take their part of a cycle, too. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void limitsOfACycleHoldUnderEachFolder(int most) throws Exception {
    read("csv");
    Path second = move();
    more(second, "a0", "c");
    List<Ledger> ledgers = limited(second, most, List.of());
    assertThat(ledgers.stream().mapToLong(Ledger::read).sum(), is(2L));
    assertThat(ledgers.size(), is((4 + most - 1) / most));
    assertThat(ledgers.stream().allMatch(ledger -> ledger.input().files() <= most), is(true));
    assertThat(lake.rows("silver", "sales").size(), is(6));

    more(second, "d", "e");
    lake.driver(pipeline(second), Runner.DIRECT, CycleListener.NONE)
        .limited(new CycleLimits(1, Long.MAX_VALUE))
        .run();
    Path third = Files.move(second, folder.resolve("third"));
    more(third, "b0", "f");
    assertThat(limited(third, most, List.of()).stream().mapToLong(Ledger::read).sum(), is(3L));
    assertThat(limited(third, most, List.of()), is(empty()));
    assertThat(lake.rows("silver", "sales").size(), is(10));
  }

  @Test
  void limitsDoNotSplitWhatIsTakenAgainUnderAnotherFolder() throws Exception {
    read("csv");
    Path second = move();
    more(second, "c");
    limited(second, 1, List.of());
    Path third = Files.move(second, folder.resolve("third"));
    more(third, "d");
    List<Ledger> ledgers = limited(third, 1, List.of("*"));
    assertThat(ledgers.size(), is(1));
    assertThat(ledgers.get(0).input().files(), is(4L));
    assertThat(lake.rows("silver", "sales").size(), is(6));
    assertThat(
        sources(),
        is(List.of("/third/in/a.csv", "/third/in/b.csv", "/third/in/c.csv", "/third/in/d.csv")));
  }
}
