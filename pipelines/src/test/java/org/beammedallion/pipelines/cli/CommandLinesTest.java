package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.faults.OrdersFault;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a person or a scheduler sees of the commands. */
class CommandLinesTest {

  @TempDir Path folder;

  private DataSet data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeData() throws IOException {
    data = OrdersGenerator.write(OrdersSpec.of(200).withFiles(1), folder.resolve("input"));
  }

  private int execute(String... arguments) {
    return CommandLines.execute(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private String pipeline() {
    return data.pipeline().toString();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(data.data())) {
      return files.toList();
    }
  }

  private String lake() {
    return "--lake=" + folder.resolve("lake");
  }

  @Test
  void runsAndPrintsTheLedger() throws IOException {
    assertThat(execute("run", pipeline(), lake(), "--output=json"), is(0));
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.get("status").asText(), is("COMPLETED"));
    assertThat(result.at("/ledger/read").asLong(), is(data.expected().read()));
    assertThat(result.at("/ledger/published").asLong(), is(data.expected().silver()));
    assertThat("a machine is told nothing else", err.toString(), is(""));
  }

  @Test
  void saysThatNothingIsNew() {
    assertThat(execute("run", pipeline(), lake()), is(0));
    assertThat(out.toString(), containsString("rejected"));
    assertThat(
        out.toString(),
        matchesPattern("(?s).*Rule holds: duplicates \\d+(\\.\\d)? % \\(limit 10 %\\)\n.*"));
    assertThat(err.toString(), containsString("silver committed"));
    assertThat(execute("run", pipeline(), lake()), is(0));
    assertThat(out.toString(), containsString("nothing new"));
  }

  @Test
  void validateListsOnceWhatIsNotActedUpon() throws IOException {
    assertThat(execute("validate", pipeline(), lake()), is(0));
    String note = "parts of contract and pipeline file that have no effect:";
    assertThat(out.toString(), containsString(note));
    assertThat(out.toString().split(note, -1).length, is(2));
    assertThat(out.toString(), containsString("slaProperties: kept, and not acted on."));
  }

  @Test
  void warnsOfAFileThatChangedAfterItWasRead() throws IOException {
    assertThat(execute("run", pipeline(), lake()), is(0));
    assertThat(out.toString(), not(containsString("warning")));
    Path file = files().get(0);
    FileTime read = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.from(read.toInstant().plusSeconds(60)));
    assertThat(execute("validate", pipeline(), lake()), is(0));
    assertThat(out.toString(), containsString(file.getFileName() + " was written again"));
    out.getBuffer().setLength(0);
    Files.setLastModifiedTime(file, read);
    assertThat(execute("validate", pipeline(), lake()), is(0));
    assertThat(out.toString(), not(containsString("warning")));
    Files.writeString(file, "{\"order_id\": \"late\"}\n", StandardOpenOption.APPEND);
    for (String command : List.of("run", "validate")) {
      out.getBuffer().setLength(0);
      assertThat(execute(command, pipeline(), lake()), is(0));
      assertThat(
          out.toString(),
          allOf(
              containsString("warning"),
              containsString(file.getFileName() + " has "),
              containsString("read the whole file again with --takeAgain")));
    }
  }

  @Test
  void warnsOfAFileThatBreaksOff() throws IOException {
    String broken =
        OrdersFault.TRUNCATED_GZIP.write(folder.resolve("broken")).pipeline().toString();
    assertThat(execute("run", broken, lake(), "--output=json"), is(0));
    JsonNode warnings = new ObjectMapper().readTree(out.toString()).get("warnings");
    assertThat(warnings.size(), is(1));
    assertThat(
        warnings.get(0).asText(), containsString("orders.jsonl.gz is damaged or ends early"));
  }

  @Test
  void warnsWhereNoFileMatches() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
    for (String command : List.of("validate", "run")) {
      out.getBuffer().setLength(0);
      assertThat(execute(command, pipeline(), lake()), is(0));
      assertThat(
          out.toString(), allOf(containsString("warning"), containsString("No file matches '")));
      assertThat(out.toString(), not(containsString("in the lake already")));
    }
  }

  @Test
  void failsWhereTheFolderOfTheSourceIsNotThere() throws IOException {
    Path away = Files.move(data.data(), folder.resolve("away"));
    assertThat(execute("validate", pipeline(), lake()), is(0));
    assertThat(out.toString(), containsString("warning    There is no '" + data.data() + "'"));
    assertThat(execute("run", pipeline(), lake()), is(5));
    assertThat(err.toString(), containsString("medallion: There is no '" + data.data() + "'"));
    Files.move(away, data.data());
    assertThat(execute("validate", pipeline(), lake()), is(0));
  }

  @Test
  void validateTouchesNothing() throws IOException {
    assertThat(execute("validate", pipeline(), lake()), is(0));
    assertThat(out.toString(), containsString("upsert; key order_id; latest by updated_at"));
    assertThat(out.toString(), containsString("tumbling windows of 1h"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.toList(), equalTo(List.of(folder.resolve("input"))));
    }
  }

  @Test
  void takesACatalogFromAFileOfOptions() throws IOException {
    Path options =
        Files.writeString(
            folder.resolve("catalog.args"),
            """
            # The password stays here.
            --catalog=jdbc
            --catalogUri=jdbc:postgresql://127.0.0.1:1/db
            --catalogProperties={"jdbc.user": "me", "jdbc.password": "hunter2"}
            """);
    assertThat(execute("validate", pipeline(), lake(), "@" + options), is(3));
    assertThat(err.toString(), containsString("The table silver.orders is to be a Delta table"));
    Files.writeString(
        data.pipeline(),
        Files.readString(data.pipeline())
            .replaceAll("\n  format: .*", "")
            .replaceFirst("(?m)^silver:", "silver:\n  format: iceberg\n  formatVersion: 3"));
    assertThat(execute("validate", pipeline(), "@" + options), is(0));
    assertThat(out.toString(), containsString("iceberg; format version 3"));
    assertThat(out.toString(), containsString("jdbc jdbc:postgresql://127.0.0.1:1/db"));
    assertThat("nobody is there", execute("validate", pipeline(), lake(), "@" + options), is(1));
    assertThat(err.toString(), containsString("catalog can be reached"));
    assertThat(out.toString() + err, not(containsString("hunter2")));
  }

  @Test
  void namesTheOptionThatWasProbablyMeant() {
    assertThat(execute("run", pipeline(), "--laek=x"), is(2));
    assertThat(err.toString(), containsString("Did you mean --lake?"));
    assertThat(execute("maintain", pipeline(), lake(), "--deletRatio=0.5"), is(2));
    assertThat(err.toString(), containsString("Did you mean --deleteRatio?"));
    assertThat(execute("run", pipeline(), lake(), "--paralelism=2"), is(2));
    assertThat(err.toString(), containsString("Did you mean --parallelism?"));
    assertThat(Files.exists(folder.resolve("lake")), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "validate | --parallelism=x | --parallelism takes a whole number up to 2147483647, not 'x'.",
        "validate | --parallelism | --parallelism needs a value: --parallelism=…, which is a whole number",
        "validate | --objectReuse=no | --objectReuse takes true or false, not 'no'.",
        "validate | --catalogProperties=x | --catalogProperties takes a JSON object",
        "maintain | --deleteRatio=a | '--deleteRatio': 'a' is not a number from 0 to 1",
        "maintain | --deleteRatio=1.5 | '--deleteRatio': '1.5' is not a number from 0 to 1",
        "maintain | --keepLast=a | '--keepLast': 'a' is not a whole number",
        "run | --runner=Spork | There is no runner 'Spork'. Did you mean SparkRunner?"
      })
  void saysWhichOptionHasAWrongValueAndWhatItTakes(String command, String option, String words) {
    assertThat(execute(command, pipeline(), lake(), option), is(2));
    assertThat(err.toString(), containsString(words));
    assertThat(err.toString(), not(containsString("Exception")));
    assertThat(Files.exists(folder.resolve("lake")), is(false));
  }

  @Test
  void refusesAnOptionThatIsGivenTwice() {
    assertThat(execute("validate", pipeline(), "--parallelism=2", "--parallelism=3"), is(2));
    assertThat(err.toString(), containsString("--parallelism is given 2 times"));
  }

  @Test
  void offersOnlyRunnersThatAreMeantForUsers() {
    assertThat(execute("validate", pipeline(), "--runner=TestFlinkRunner"), is(2));
    assertThat(err.toString(), containsString("FlinkRunner (unless another is named)"));
    assertThat(err.toString(), not(containsString("TestSpark")));
    assertThat(execute("validate", pipeline(), "--runner=direct"), is(0));
    assertThat(out.toString(), containsString("DirectRunner"));
  }

  @Test
  void namesTheCommandThatWasProbablyMeant() {
    assertThat(execute("rnu", pipeline(), lake()), is(2));
    assertThat(err.toString(), containsString("There is no command 'rnu'; did you mean 'run'?"));
  }

  @Test
  void describesEveryCommandInASentence() {
    for (CommandLine command : new CommandLine(new MedallionCommand()).getSubcommands().values()) {
      String[] lines = command.getCommandSpec().usageMessage().description();
      assertThat(command.getCommandName(), lines[0], endsWith("."));
    }
  }

  @Test
  void refusesSqlThatCannotRun() throws IOException {
    Files.writeString(
        data.pipeline(), Files.readString(data.pipeline()).replace("SUM(amount)", "SUM(amont)"));
    assertThat(execute("validate", pipeline()), is(3));
    assertThat(err.toString(), containsString("amount"));
    assertThat(execute("run", pipeline(), lake()), is(3));
    assertThat(Files.exists(folder.resolve("lake")), is(false));
  }

  @Test
  void refusesAContractWhoseKeyIsMissing() throws IOException {
    Files.writeString(
        data.contract(),
        Files.readString(data.contract()).replace("primaryKey: true", "primaryKey: false"));
    assertThat(execute("run", pipeline(), lake()), is(3));
    assertThat(err.toString(), containsString("key"));
    assertThat(err.toString(), not(containsString("Exception")));
  }

  @Test
  void refusesAMisspeltKeyWithItsPlace() throws IOException {
    Files.writeString(
        data.pipeline(), Files.readString(data.pipeline()).replace("latestBy:", "lastestBy:"));
    assertThat(execute("validate", pipeline()), is(3));
    assertThat(err.toString(), containsString("did you mean 'latestBy'?"));
    assertThat(err.toString(), containsString(data.pipeline().getFileName() + ":"));
  }

  @Test
  void refusesALakeThatIsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    for (String command : List.of("validate", "run")) {
      err.getBuffer().setLength(0);
      assertThat(execute(command, pipeline(), "--lake=" + file.resolve("lake")), is(5));
      assertThat(err.toString(), containsString("'" + file + "' is a file"));
      assertThat(err.toString(), not(containsString("\tat ")));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesALakeInAFolderThatTakesNoFiles() {
    for (String command : List.of("validate", "run")) {
      err.getBuffer().setLength(0);
      assertThat(execute(command, pipeline(), "--lake=/proc/lake"), is(5));
      assertThat(err.toString(), containsString("Nothing can be written to '/proc/lake'"));
    }
  }

  @Test
  void asksForTheLake() {
    assertThat(execute("run", pipeline()), is(2));
    assertThat(err.toString(), containsString("--lake=URI"));
  }

  @Test
  void saysThatThereIsNoPipelineFile() {
    assertThat(execute("run", folder.resolve("none.yaml").toString(), lake()), is(2));
    assertThat(err.toString(), containsString("There is no pipeline file"));
  }

  @Test
  void explainsItselfToANewcomer() {
    assertThat(execute("--help"), is(0));
    assertThat(out.toString(), containsString("medallion run orders.pipeline.yaml --lake=lake"));
  }

  @Test
  void readsOptionsFromAFile() throws IOException {
    Path preset =
        Files.writeString(folder.resolve("direct.args"), "# for a test\n--runner=DirectRunner\n");
    assertThat(execute("validate", pipeline(), "@" + preset), is(0));
    assertThat(out.toString(), containsString("DirectRunner"));
  }

  /** The page's table of exit codes is the enum. */
  @Test
  void documentsEveryExitCode() throws IOException {
    List<String> rows =
        Stream.of(ExitCode.values())
            .map(code -> "| " + code.code() + " | " + code.meaning() + " |")
            .toList();
    List<String> documented =
        Files.readAllLines(page()).stream()
            .filter(line -> line.matches("\\| [0-9]+ \\|.*"))
            .toList();
    assertThat(documented, equalTo(rows));
  }

  private static Path page() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("LICENSE"))) {
      root = root.getParent();
    }
    return root.resolve("docs/command-line.md");
  }
}
