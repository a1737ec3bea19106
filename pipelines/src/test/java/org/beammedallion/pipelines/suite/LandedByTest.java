package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines over a topic that another pipeline reads. */
class LandedByTest extends KafkaClicks {

  /** Without a key, so that a message that is read twice is there twice. */
  private static final String APPENDING =
      """
      pipeline: NAME
      contract: NAME.odcs.yaml
      source: {server: stream, metadata: {tenant: header.tenant, sent_at: timestamp}KAFKA}
      silver: {table: NAME, write: append}
      """;

  private Path second;

  @BeforeEach
  void prepareSecond() throws IOException {
    second = appending("second", ", kafka: {landedBy: clicks}");
  }

  private Path appending(String name, String kafka) throws IOException {
    Files.writeString(
        folder.resolve(name + ".odcs.yaml"),
        Files.readString(folder.resolve("clicks.odcs.yaml"))
                .replace("required: true, primaryKey: true", "required: true")
            + "      - {name: tenant, logicalType: string}\n"
            + "      - {name: sent_at, logicalType: timestamp}\n");
    return Files.writeString(
        folder.resolve(name + ".pipeline.yaml"),
        APPENDING.replace("NAME", name).replace("KAFKA", kafka));
  }

  private void reset() {
    Commands.Result reset =
        Commands.run(
            "reset", pipeline.toString(), "--lake=" + lake.folder(), "--yes", "--output=text");
    assertThat(reset.all(), reset.code(), is(0));
  }

  private String[] command(Path file, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run",
                file.toString(),
                "--lake=" + lake.folder(),
                "--runner=DirectRunner",
                "--output=text"));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private long readSecond(Runner runner) throws Exception {
    Ledger ledger = lake.run(second, runner).ledger();
    if (ledger != null) {
      ledger.requireBalance();
      assertThat("files of its own in bronze", ledger.input().bronzeFiles(), is(0L));
    }
    return ledger == null ? 0 : ledger.read();
  }

  private List<String> rows(Path of, String table) {
    return new Lake(of)
            .read("silver", table)
            .json(List.of("id", "version", "page", "tenant", "sent_at", "_source", "_position"))
            .stream()
            .sorted()
            .toList();
  }

  private List<String> secondRows() {
    return rows(lake.folder(), "second");
  }

  /** What a pipeline that reads the topic itself makes of it. */
  private List<String> direct() throws Exception {
    Path pipeline = appending("direct", "");
    Lake other = new Lake(folder.resolve("other"));
    other.cycle(pipeline, Runner.DIRECT).requireBalance();
    return rows(other.folder(), "direct");
  }

  @ParameterizedTest
  @CsvSource({"DIRECT", "FLINK", "SPARK"})
  void theTablesAreThoseOfAPipelineThatReadsTheTopicItself(Runner runner) throws Exception {
    broker.createTopic(topic, 3, Map.of());
    sendTransactions(0, 100, 1);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer
          .send(new ProducerRecord<>(topic, 0, null, "{no json".getBytes(StandardCharsets.UTF_8)))
          .get();
      producer.send(new ProducerRecord<>(topic, 1, null, null)).get();
    }
    assertThat(read(Runner.DIRECT), is(102L));
    assertThat(readSecond(runner), is(102L));
    assertThat(readSecond(runner), is(0L));
    send(100, 150, 2);
    assertThat(read(Runner.DIRECT), is(50L));
    send(150, 200, 1);
    assertThat(read(Runner.DIRECT), is(50L));
    assertThat("two cycles of the first", readSecond(runner), is(100L));
    assertThat(secondRows(), equalTo(direct()));
    assertThat(secondRows().size(), is(200));
    assertThat(lake.quarantine("second"), is(lake.quarantine("clicks")));
    assertThat(lake.quarantine("second"), is(Map.of("MALFORMED", 2L)));
    assertThat(Files.exists(lake.folder().resolve("bronze/second")), is(false));
  }

  @Test
  void eachPipelineTakesTheMessagesOfItsTable() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    Path odd = appending("odd", ", kafka: {landedBy: clicks, where: {header.tenant: t1}}");
    Path page = appending("page", ", kafka: {landedBy: clicks, where: {$.page: [p1, p2]}}");
    send(0, 70, 1);
    read(Runner.DIRECT);
    assertThat(lake.cycle(odd, Runner.DIRECT).published(), is(35L));
    Ledger ledger = lake.cycle(page, Runner.DIRECT);
    assertThat(ledger.published(), is(20L));
    assertThat(ledger.ignored(), is(50L));
  }

  @Test
  void manyCyclesAreTakenInPartsThatTheLimitsAllow() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    for (int i = 0; i < 6; i++) {
      send(i * 10, i * 10 + 10, 1);
      assertThat(read(Runner.DIRECT), is(10L));
    }
    String[] command = {
      "run",
      second.toString(),
      "--lake=" + lake.folder(),
      "--runner=DirectRunner",
      "--output=text",
      "--maxFilesPerCycle=6"
    };
    Commands.Result result = Commands.run(command);
    assertThat(result.all(), result.code(), is(0));
    assertThat(result.all(), containsString("cycle 3 is complete"));
    assertThat(secondRows(), equalTo(direct()));
    assertThat(Commands.run(command).all(), containsString("nothing new"));
  }

  /** Neither a message is lost by the change, nor one read twice. */
  @Test
  void aPipelineChangesBetweenTheTopicAndWhatAnotherHasLanded() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    appending("second", "");
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    assertThat("all in one cycle", read(Runner.DIRECT), is(60L));
    appending("second", ", kafka: {landedBy: clicks}");
    assertThat(readSecond(Runner.DIRECT), is(30L));
    send(60, 90, 1);
    appending("second", "");
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(90, 120, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    appending("second", ", kafka: {landedBy: clicks}");
    assertThat(readSecond(Runner.DIRECT), is(30L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void theOtherPipelineMayBeginAgain() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    read(Runner.DIRECT);
    assertThat(readSecond(Runner.DIRECT), is(30L));
    reset();
    assertThat(
        lake.run(second, Runner.DIRECT).warnings().toString(),
        containsString("has completed no cycle in this lake"));
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    assertThat(readSecond(Runner.DIRECT), is(30L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void messagesThatTheOtherPipelineHasNotReadAreALoss() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    appending("second", "");
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    pipeline = pipeline(", kafka: {start: latest}");
    assertThat(read(Runner.DIRECT), is(0L));
    send(60, 90, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    appending("second", ", kafka: {landedBy: clicks}");
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(
        refused.all(),
        allOf(
            containsString(
                "has no messages from offset 10 to 19 in the bronze of pipeline 'clicks'"),
            containsString("run once without 'landedBy'")));
    appending("second", "");
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(60L));
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aLossThatIsAcceptedStandsInTheLedger() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    appending("second", "");
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(30L));
    send(30, 60, 1);
    read(Runner.DIRECT);
    send(60, 90, 1);
    broker.deleteRecords(topic, 0, 25);
    Commands.Result lossy = command("--onDataLoss=continue");
    assertThat(lossy.all(), lossy.code(), is(0));
    assertThat(lossy.all(), containsString("has lost the offsets 20 to 24"));
    appending("second", ", kafka: {landedBy: clicks}");
    assertThat("what comes before the loss", readSecond(Runner.DIRECT), is(30L));
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(refused.all(), containsString("has no messages from offset 20 to 24"));
    Commands.Result accepted = Commands.run(command(second, "--onDataLoss=continue"));
    assertThat(accepted.all(), accepted.code(), is(0));
    assertThat(
        accepted.all(),
        allOf(
            containsString("has no messages from offset 20 to 24"),
            containsString("has lost the offsets 20 to 24")));
    assertThat(secondRows().size(), is(85));
  }

  @Test
  void aCompactedTopicGivesWhatTheOtherPipelineHasFound() throws Exception {
    broker.createTopic(topic, 3, Map.of("cleanup.policy", "compact"));
    send(0, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    assertThat(readSecond(Runner.DIRECT), is(60L));
    send(0, 30, 2);
    assertThat(read(Runner.DIRECT), is(30L));
    assertThat(readSecond(Runner.DIRECT), is(30L));
    List<String> expected = new ArrayList<>(expected(0, 60, 1));
    expected.addAll(expected(0, 30, 2));
    assertThat(
        lake.rows("silver", "second", List.of("id", "version", "page")),
        equalTo(expected.stream().sorted().toList()));
    appending("second", "");
    assertThat(lake.run(second, Runner.DIRECT).ledger() == null, is(true));
    send(60, 70, 1);
    assertThat(lake.cycle(second, Runner.DIRECT).read(), is(10L));
  }

  /** The names of files in bronze are those of before, and their content is not. */
  @Test
  void aCycleIsNotCompletedWithFilesOfAnotherHistory() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    read(Runner.DIRECT);
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                second,
                Runner.DIRECT,
                (plan, step, detail) -> {
                  throw new IllegalStateException("died");
                }));
    reset();
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(60L));
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(not(0)));
    assertThat(refused.all(), containsString("is not what it was when this cycle was planned"));
    // The ranges of the cycle are read in the topic.
    appending("second", "");
    assertThat(lake.run(second, Runner.DIRECT).resumed(), is(true));
    appending("second", ", kafka: {landedBy: clicks}");
    lake.cycles(second, Runner.DIRECT);
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void aTopicThatTheOtherPipelineDoesNotReadIsTold() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    read(Runner.DIRECT);
    appending("second", ", kafka: {landedBy: clicks, topics: elsewhere}");
    Commands.Result refused = Commands.run(command(second));
    assertThat(refused.all(), refused.code(), is(5));
    assertThat(refused.all(), containsString("does not read topic 'elsewhere', only " + topic));
  }

  /**
   * A cycle that was planned reads what was planned, whatever the other pipeline does meanwhile.
   */
  @Test
  void aCycleIsCompletedByTheNextRun() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    read(Runner.DIRECT);
    IllegalStateException died = new IllegalStateException("died");
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                second,
                Runner.DIRECT,
                (plan, step, detail) -> {
                  throw died;
                }));
    send(30, 60, 1);
    read(Runner.DIRECT);
    Outcome outcome = lake.run(second, Runner.DIRECT);
    assertThat(outcome.resumed(), is(true));
    lake.cycles(second, Runner.DIRECT);
    assertThat(secondRows(), equalTo(direct()));
  }

  @Test
  void inOneCommandThePipelineThatLandsRunsFirst() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    Commands.Result result =
        Commands.run(
            "run",
            second.toString(),
            pipeline.toString(),
            "--lake=" + lake.folder(),
            "--runner=DirectRunner",
            "--output=text");
    assertThat(result.all(), result.code(), is(0));
    assertThat(secondRows(), equalTo(direct()));
    Commands.Result status =
        Commands.run("status", second.toString(), "--lake=" + lake.folder(), "--output=text");
    assertThat(status.all(), status.code(), is(0));
    assertThat(status.all(), containsString("landed by pipeline clicks"));
    Commands.Result bronze =
        Commands.run("read", second.toString(), "bronze", "--lake=" + lake.folder());
    assertThat(bronze.all(), bronze.code(), is(2));
    assertThat(bronze.all(), containsString("pipeline 'clicks' does"));
    Commands.Result validate = Commands.run("validate", second.toString());
    assertThat(validate.all(), containsString("say which with --lake"));
    Commands.Result sample =
        Commands.run("validate", second.toString(), "--lake=" + lake.folder(), "--sample=10");
    assertThat(sample.all(), sample.code(), is(0));
  }

  @Test
  void aPipelineThatReadsFilesLandsNoTopics() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("data/a.jsonl"), json(1, 1));
    Files.writeString(
        pipeline, Files.readString(pipeline).replace("server: stream", "server: files"));
    lake.cycle(pipeline, Runner.DIRECT);
    assertThat(
        String.valueOf(
            assertThrows(IOException.class, () -> lake.run(second, Runner.DIRECT)).getMessage()),
        containsString("does not read topics itself"));
  }

  @Test
  void aFileThatBronzeHasLostIsTold() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    read(Runner.DIRECT);
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(lake.folder().resolve("bronze/clicks"))) {
      all.filter(file -> file.toString().endsWith(".avro")).forEach(files::add);
    }
    assertThat(files, is(not(empty())));
    Files.delete(files.get(0));
    assertThat(
        String.valueOf(
            assertThrows(IOException.class, () -> lake.run(second, Runner.DIRECT)).getMessage()),
        containsString("Restore them from a backup of the lake"));
  }
}
