package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.fixtures.faults.SmallFileSystem;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.suite.FewRejects;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages in {@code docs/when-something-is-wrong.md} are those that commands give. */
class WrongPageTest {

  private static final Path PAGE = Path.of("..", "docs", "when-something-is-wrong.md");

  /** The first column of a table's row, and the code in its second one if that is a number. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)`[^|\\n]*\\|(?: (\\d+) \\|)?");

  private static final Path ERRORS =
      Path.of("../io/src/main/java/org/beammedallion/io/storage/LocalErrors.java");

  private static final String FULL = "Cannot … '…': No space left on device";

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: sales
      version: 1.0.0
      servers:
        - {server: files, type: local, path: in/*.jsonl, format: json}
      schema:
        - name: sales
          quality:
            - {metric: rowCount, mustBeGreaterThan: 1}
          properties:
            - {name: id, logicalType: integer, required: true}
            - {name: day, logicalType: date, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: sales
      contract: sales.odcs.yaml
      source: {server: files}
      silver: {write: append, eventTime: day}
      gold:
        - table: daily
          window: {type: tumbling, size: 1d}
          sql: SELECT COUNT(*) AS n FROM sales
      """;

  private static final String PEOPLE_CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: people
      version: 1.0.0
      servers:
        - {server: files, type: local, path: people/*.jsonl, format: json}
      schema:
        - name: people
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: name, logicalType: string}
            - {name: version, logicalType: integer}
      """;

  private static final String PEOPLE_PIPELINE =
      """
      pipeline: people
      contract: people.odcs.yaml
      source: {server: files}
      silver: {write: upsert, latestBy: version}
      gold:
        - {table: dim_person, kind: dimension, type: 1}
      """;

  private static final String FACTS_PIPELINE =
      """
      pipeline: facts
      contract: sales.odcs.yaml
      source: {server: files}
      silver: {write: append, eventTime: day, table: facts}
      gold:
        - table: fact_sales
          kind: fact
          dimensions: [people.pipeline.yaml]
          sql: |
            SELECT s.id, s.`day`, p.person_key FROM sales AS s LEFT JOIN dim_person AS p ON p.id = s.id
      """;

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  private Path contract() {
    return folder.resolve("sales.odcs.yaml");
  }

  private Path pipeline() {
    return folder.resolve("sales.pipeline.yaml");
  }

  @BeforeEach
  void write() throws IOException {
    Files.createDirectory(folder.resolve("in"));
    Files.writeString(contract(), CONTRACT);
    Files.writeString(pipeline(), PIPELINE);
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(folder.resolve("in").resolve(name), content);
  }

  /** Each line that is said begins with the exit code. */
  private void execute(String command, String... options) {
    execute(pipeline(), command, options);
  }

  private void execute(Path pipeline, String command, String... options) {
    StringWriter all = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of(command, pipeline.toString()));
    arguments.addAll(List.of(options));
    int code =
        CommandLines.execute(
            new PrintWriter(all), new PrintWriter(all), arguments.toArray(String[]::new));
    all.toString().lines().forEach(line -> said.add(code + " " + line));
  }

  private void run(String... options) {
    run(pipeline(), folder.resolve("lake"), options);
  }

  private void run(Path pipeline, Path lake, String... options) {
    execute(
        pipeline,
        "run",
        Stream.concat(Stream.of("--lake=" + lake, "--runner=DirectRunner"), Stream.of(options))
            .toArray(String[]::new));
  }

  private void with(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text.contains(from), is(true));
    Files.writeString(file, text.replace(from, to));
    run();
    Files.writeString(file, text);
  }

  @Test
  void everyMessageIsGiven() throws Exception {
    execute("validate");
    file("a.jsonl", "{\"id\":1,\"day\":\"2026-11-01\",\"more\":1}\n");
    run();
    run();
    file("b.jsonl", "{\"id\":\"x\",\"day\":\"2026-11-01\"}\n");
    run();
    file("c.jsonl", "{\"other\":1}\n");
    run();
    Files.delete(folder.resolve("in/c.jsonl"));
    file("b.jsonl", "{\"id\":\"xy\",\"day\":\"2026-11-01\"}\n");
    Files.setLastModifiedTime(
        folder.resolve("in/a.jsonl"), FileTime.from(Instant.now().plusSeconds(60)));
    run();
    run("--takeAgain=z.jsonl");
    run("--takeAgian=z.jsonl");
    execute("run");
    with(pipeline(), "COUNT(*) AS n", "COUNT(*) + 1 AS n");
    with(pipeline(), "COUNT(*) AS n", "MAX(idd) AS n");
    with(pipeline(), "silver:", "sliver:");
    with(pipeline(), "contract: sales", "contract: ${NO_SUCH_VARIABLE}");
    with(contract(), "name: id, logicalType: integer", "name: id, logicalType: boolean");
    with(contract(), "in/*.jsonl", "no/*.jsonl");
    touchSilver();
    anotherDriver();
    dimensionAfterFacts();
    run(pipeline(), Files.writeString(folder.resolve("file"), "").resolve("lake"));
    fullDisk();
    newerLake();
    changes();
    said.add("1 " + Failure.of(new OutOfMemoryError("Java heap space")).sentence());
    said.add("1 " + Failure.of(new NoClassDefFoundError("org/apache/flink/A")).sentence());
    Set<String> missing = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(PAGE));
    int rows = 0;
    while (row.find()) {
      if (row.group(1).startsWith("medallion ")) {
        continue;
      }
      rows++;
      Pattern message =
          Pattern.compile(
              (row.group(2) == null ? "\\d" : row.group(2))
                  + " .*"
                  + Stream.of(row.group(1).split("…", -1))
                      .map(part -> Pattern.quote(part.strip()))
                      .collect(Collectors.joining(".*")));
      if (said.stream().noneMatch(line -> message.matcher(line).find())) {
        missing.add(row.group(1));
      }
    }
    assertThat(String.join("\n", said), missing, is(Set.of()));
    assertThat(rows, greaterThan(26));
  }

  /** By hand, and by another engine. */
  private void touchSilver() throws IOException {
    Path silver = folder.resolve("lake/silver/sales");
    Files.move(silver, folder.resolve("aside"));
    run();
    Files.move(folder.resolve("aside"), silver);
    String table = SparkTables.delta(silver.toString());
    String latest = SparkTables.rows("DESCRIBE HISTORY " + table + " LIMIT 1").get(0).get(0);
    SparkTables.sql("RESTORE TABLE " + table + " TO VERSION AS OF 0");
    run();
    SparkTables.sql("RESTORE TABLE " + table + " TO VERSION AS OF " + latest);
  }

  /** Rows of changes cannot be taken again. */
  private void changes() throws IOException {
    Files.writeString(
        contract(),
        CONTRACT.replace(
            "name: id, logicalType: integer", "name: id, logicalType: integer, primaryKey: true"));
    Files.writeString(
        pipeline(),
        PIPELINE
            .replace("server: files", "server: files, changes: debezium")
            .replace("write: append", "write: upsert"));
    run("--takeAgain=a.jsonl");
  }

  /** A gate leaves a cycle open, and then somebody has it. */
  private void anotherDriver() throws IOException, InterruptedException {
    file("d.jsonl", "{\"id\":4,\"day\":\"2026-11-01\"}\n");
    String gate = "gate: {class: " + FewRejects.class.getName() + ", options: {mostPercent: '-1'}}";
    with(pipeline(), "silver:", gate + "\nsilver:");
    ProgressLog log = ProgressLog.of(progress());
    long cycle = log.newestPlanned().orElseThrow();
    try (DriverClaim claim = DriverClaim.take(log, "sales", cycle, Clock.systemUTC())) {
      run();
      claim.check();
    }
  }

  private String progress() {
    return LakeLayout.of(folder.resolve("lake").toString()).progress("sales");
  }

  private void dimensionAfterFacts() throws IOException {
    Files.writeString(folder.resolve("people.odcs.yaml"), PEOPLE_CONTRACT);
    Path people = Files.writeString(folder.resolve("people.pipeline.yaml"), PEOPLE_PIPELINE);
    Path facts = Files.writeString(folder.resolve("facts.pipeline.yaml"), FACTS_PIPELINE);
    Files.writeString(
        Files.createDirectory(folder.resolve("people")).resolve("1.jsonl"),
        "{\"id\":1,\"name\":\"Ada\",\"version\":1}\n");
    Path lake = folder.resolve("star");
    run(facts, lake);
    run(people, lake);
    execute(facts, "validate", "--lake=" + lake);
  }

  /** Where no disk can be mounted, the words are looked for in the code that puts them together. */
  private void fullDisk() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Optional<SmallFileSystem> mounted = SmallFileSystem.mount(disk, "size=1m");
    if (mounted.isEmpty()) {
      String code = Files.readString(ERRORS);
      if (code.contains("(\"Cannot \" + verb + \" '\" + path + \"': \" + text")
          && code.contains("text.contains(\"No space left\")")) {
        said.add("5 " + FULL);
      }
      return;
    }
    try (SmallFileSystem full = mounted.orElseThrow();
        OutputStream ballast = Files.newOutputStream(full.folder().resolve("ballast"))) {
      assertThrows(IOException.class, () -> ballast.write(new byte[2 << 20]));
      run(pipeline(), disk.resolve("lake"));
    }
  }

  private void newerLake() throws IOException {
    Path format = Files.writeString(Path.of(progress(), "format.json"), "{\"format\": 1000}");
    run();
    Files.delete(format);
  }
}
