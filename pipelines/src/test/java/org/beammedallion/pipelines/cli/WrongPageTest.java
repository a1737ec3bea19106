package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages in {@code docs/when-something-is-wrong.md} are those that commands give. */
class WrongPageTest {

  private static final Path PAGE = Path.of("..", "docs", "when-something-is-wrong.md");

  /** The first column of a table's row, and the code in its second one if that is a number. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)`[^|\\n]*\\|(?: (\\d+) \\|)?");

  /** Other tests bring these about: DriverClaimTest, FullDiskTest, GateTest and others. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "next run … updates the facts, because a dimension has changed",
          "Pipeline '…' is being run by another driver",
          "Cannot … '…': No space left on device",
          "Nothing can be written to '…'",
          "The gate of '…' holds cycle … back",
          "The lake has format …");

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
    StringWriter all = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of(command, pipeline().toString()));
    arguments.addAll(List.of(options));
    int code =
        CommandLines.execute(
            new PrintWriter(all), new PrintWriter(all), arguments.toArray(String[]::new));
    all.toString().lines().forEach(line -> said.add(code + " " + line));
  }

  private void run(String... options) {
    execute(
        "run",
        Stream.concat(
                Stream.of("--lake=" + folder.resolve("lake"), "--runner=DirectRunner"),
                Stream.of(options))
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
  void everyMessageIsGiven() throws IOException {
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
    changes();
    said.add("1 " + Failure.of(new OutOfMemoryError("Java heap space")).sentence());
    said.add("1 " + Failure.of(new NoClassDefFoundError("org/apache/flink/A")).sentence());
    Set<String> missing = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(PAGE));
    int rows = 0;
    while (row.find()) {
      if (row.group(1).startsWith("medallion ") || ELSEWHERE.contains(row.group(1))) {
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
    assertThat(rows, greaterThan(18));
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
}
