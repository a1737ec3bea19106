package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a run says of its cycles, and which exit codes follow from them. */
class RunSummaryTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: trips
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: trips
          quality:
            - {metric: duplicateValues, arguments: {properties: [town]}, mustBeLessThan: 40, unit: percent}
            - {metric: rowCount, mustBeGreaterThan: 0}
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: town, logicalType: string}
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("trips.odcs.yaml"), CONTRACT);
    Files.writeString(
        folder.resolve("trips.pipeline.yaml"),
        "pipeline: trips\ncontract: trips.odcs.yaml\nsource: {server: local}\nsilver: {write: append}\n");
  }

  private void data(String name, String lines) throws IOException {
    Files.writeString(folder.resolve("data").resolve(name + ".jsonl"), lines);
  }

  private int run(String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> arguments = new ArrayList<>();
    arguments.add("run");
    arguments.add(folder.resolve("trips.pipeline.yaml").toString());
    arguments.add("--lake=" + folder.resolve("lake"));
    arguments.add("--runner=DirectRunner");
    arguments.addAll(Arrays.asList(more));
    return CommandLines.execute(
        new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
  }

  /** Two rejects of one reason, the first of them in the first file; one of another. */
  private void writeRejects() throws IOException {
    data("a", "{\"id\": 1, \"town\": \"Ulm\"}\n{\"id\": \"x\", \"town\": \"Ulm\"}\n");
    data("b", "{\"id\": \"y\"}\n{\"town\": \"Bonn\"}\n{\"id\": 2, \"town\": \"Bonn\"}\n");
  }

  @Test
  void saysOfEachReasonItsShareAndTheFirstRecord() throws IOException {
    writeRejects();
    assertThat(run(), is(0));
    assertThat(out.toString(), matchesPattern("(?s).*rejected +3 +60\\.0 %\n.*"));
    assertThat(
        out.toString(),
        matchesPattern(
            "(?s).* TYPE_MISMATCH +2 +40\\.0 %  a field's value does not fit the field's type\n"
                + " +first: Field 'id': expected an integer [^\n]*\"x\"\\. \\(a\\.jsonl, position 25\\)\n.*"));
    assertThat(out.toString(), matchesPattern("(?s).* MISSING_REQUIRED +1 +20\\.0 % .*"));
  }

  @Test
  void endsWithTheFilesOfTheQuarantine() throws IOException {
    writeRejects();
    assertThat(run(), is(0));
    List<String> lines = out.toString().lines().toList();
    String last = lines.get(lines.size() - 1);
    assertThat(last, matchesPattern("  quarantine +/.*"));
    String pattern = last.substring(last.indexOf('/'));
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    try (Stream<Path> all = Files.walk(folder.resolve("lake/quarantine"))) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      assertThat(files.stream().filter(matcher::matches).toList(), is(files));
      assertThat(files.isEmpty(), is(false));
    }
    data("c", "{\"id\": 3, \"town\": \"Köln\"}\n");
    assertThat(run(), is(0));
    assertThat("nothing was rejected", out.toString(), not(containsString("quarantine")));
  }

  @Test
  void tellsAMachineTheSame() throws IOException {
    writeRejects();
    assertThat(run("--output=json"), is(0));
    JsonNode run = JSON.readTree(out.toString());
    JsonNode example = run.at("/ledger/examples/TYPE_MISMATCH");
    assertThat(example.get("source").asText(), matchesPattern("/.*/a\\.jsonl"));
    assertThat(example.get("position").asLong(), is(25L));
    assertThat(run.get("quarantine").asText(), containsString("/cycle-0000000001-part-*.jsonl"));
  }

  @Test
  void fieldsThatAreLeftOutAreOneLine() throws IOException {
    data(
        "a",
        "{\"id\": 1, \"town\": \"Ulm\", \"x\": 1, \"note\": 2}\n{\"id\": 2, \"town\": \"Bonn\", \"x\": 1}\n");
    assertThat(run(), is(0));
    assertThat(
        out.toString(),
        matchesPattern(
            "(?s).*left out +3  values of 2 fields that the contract does not know \\(x 2, note 1\\); bronze has them\n.*"));
  }

  @Test
  void aFailedRuleIsAnExitCodeOfItsOwnOnDemand() throws IOException {
    data("a", "{\"id\": 1, \"town\": \"Ulm\"}\n{\"id\": 2, \"town\": \"Ulm\"}\n");
    assertThat("a rule is a statement", run(), is(0));
    assertThat(out.toString(), containsString("  Rule failed: duplicates 50 % (limit 40 %)\n"));
    assertThat(out.toString(), containsString("  Rule holds: rows 2 (must be more than 0)\n"));
    assertThat("nothing is new", run("--strict"), is(0));
    data("b", "{\"id\": 3, \"town\": \"Köln\"}\n{\"id\": 4, \"town\": \"Köln\"}\n");
    assertThat(out + "" + err, run("--strict"), is(ExitCode.RULE_FAILED.code()));
    assertThat("it is published", out.toString(), containsString("the table has 4"));
    data("c", "{\"id\": 5, \"town\": \"Aachen\"}\n{\"id\": 6, \"town\": \"Bonn\"}\n");
    assertThat(run("--strict"), is(0));
  }

  @Test
  void ofSeveralCyclesTheGravestCounts() throws IOException {
    data("a", "{\"id\": 1, \"town\": \"Ulm\"}\n{\"id\": 2, \"town\": \"Ulm\"}\n");
    data("b", "{\"id\": 3, \"town\": \"Köln\"}\n");
    assertThat(run("--strict", "--maxFilesPerCycle=1", "--output=json"), is(9));
    assertThat(out.toString().lines().toList(), hasSize(2));
    data("c", "{\"id\": 4, \"town\": \"Bonn\"}\n{\"id\": 5, \"town\": \"Bonn\"}\n");
    data("d", "{\"id\": \"x\"}\n");
    assertThat("nothing published is graver", run("--strict", "--maxFilesPerCycle=1"), is(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void aRunOfWhichACyclePublishedNothingIsNoSuccess(String output) throws IOException {
    data("a", "{\"id\": \"x\"}\n");
    data("b", "{\"id\": \"y\"}\n");
    data("c", "{\"id\": 1}\n");
    assertThat(run("--maxFilesPerCycle=1", "--output=" + output), is(8));
    long cycles =
        out.toString()
            .lines()
            .filter(line -> line.contains("cycle") && !line.contains("quarantine "))
            .count();
    assertThat(out.toString(), cycles, is(3L));
  }

  @Test
  void saysWhichRulesFailedOfSeveralPipelines() throws IOException {
    data("a", "{\"id\": 1, \"town\": \"Ulm\"}\n{\"id\": 2, \"town\": \"Ulm\"}\n");
    Path other = folder.resolve("others.pipeline.yaml");
    Files.writeString(
        other,
        Files.readString(folder.resolve("trips.pipeline.yaml"))
            .replace("pipeline: trips", "pipeline: others")
            .replace("{write: append}", "{write: append, table: others}"));
    assertThat(run(other.toString(), "--strict"), is(9));
    assertThat(out.toString(), containsString("  others: Rule failed: duplicates 50 %"));
  }

  @Test
  void everyCommandNamesTheCodesThatItCanEndWith() {
    CommandLine line = new CommandLine(new MedallionCommand());
    List<String> names = new ArrayList<>(line.getSubcommands().keySet());
    names.remove("help");
    for (String name : names) {
      out.getBuffer().setLength(0);
      CommandLines.execute(new PrintWriter(out), new PrintWriter(err), name, "--help");
      assertListed(name, out.toString());
    }
    out.getBuffer().setLength(0);
    CommandLines.execute(new PrintWriter(out), new PrintWriter(err), "--help");
    assertListed("medallion", out.toString());
  }

  private static void assertListed(String command, String help) {
    String words = help.replaceAll("\\s+", " ");
    for (ExitCode code : ExitCode.values()) {
      boolean listed = words.contains(" " + code.code() + " " + code.meaning());
      assertThat(
          command + " and " + code + ": " + help, listed, is(ExitCode.of(command).contains(code)));
    }
  }
}
