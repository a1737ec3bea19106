package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.fixtures.cluster.ChildJvm;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.pipelines.driver.TriggerLoop;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are repeated at an interval, as a user starts and ends them. */
class TriggerTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: ticks
      name: Ticks
      version: 1.0.0
      status: active
      servers:
        - {server: files, type: local, path: data/*.jsonl, format: json}
        - {server: stream, type: kafka, host: 'HOST'}
      schema:
        - name: ticks
          logicalType: object
          properties:
            - {name: n, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: ticks
      contract: ticks.odcs.yaml
      source: {server: files}
      silver: {write: append}
      """;

  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  private Lake lake;
  private Path pipeline;

  @BeforeEach
  void prepare() throws IOException {
    lake = new Lake(folder.resolve("lake"));
    Files.createDirectories(folder.resolve("data"));
    contract("localhost:1");
    pipeline = Files.writeString(folder.resolve("ticks.pipeline.yaml"), PIPELINE);
  }

  private void contract(String host) throws IOException {
    Files.writeString(folder.resolve("ticks.odcs.yaml"), CONTRACT.replace("HOST", host));
  }

  private void file(int number) throws IOException {
    Path hidden = folder.resolve("data/." + number);
    Files.writeString(hidden, "{\"n\": " + number + "}\n");
    Files.move(hidden, folder.resolve("data/" + number + ".jsonl"));
  }

  private Commands.Result run(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run", pipeline.toString(), "--lake=" + lake.folder(), "--runner=DirectRunner"));
    all.addAll(List.of(options));
    return Commands.run(all.toArray(String[]::new));
  }

  private long rows() {
    return Files.exists(lake.folder().resolve("silver/ticks"))
        ? lake.rows("silver", "ticks").size()
        : 0;
  }

  /** A driver in a process of its own. */
  private ChildJvm driver(String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("run", pipeline.toString(), "--lake=" + lake.folder()));
    arguments.addAll(List.of(options));
    List<Path> classPath = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(":")) {
      classPath.add(Path.of(each));
    }
    return ChildJvm.start(
        new ChildJvm.Command(
            "driver",
            classPath,
            ChildJvm.SHORT_LIVED,
            "org.beammedallion.pipelines.Main",
            arguments,
            Map.of()),
        folder.resolve("driver"));
  }

  private static void await(ChildJvm driver, String line) throws Exception {
    driver.awaitLog(Pattern.compile(line), LIMIT);
  }

  @Test
  void endsAfterSoManyCyclesWithALineForEach() throws Exception {
    file(1);
    Commands.Result result = run("--trigger=1s", "--maxCycles=1");
    assertThat(result.all(), result.code(), is(0));
    assertThat(
        result.out().lines().toList().toString(),
        allOf(containsString("ticks: cycle 1 is complete: 1 read, 1 published")));
    assertThat(result.out().lines().count(), is(1L));
    assertThat(result.err(), not(containsString("staged")));
  }

  @Test
  void statusTellsWhenTheNextRunIsDueAndWhetherItsDriverLives() throws Exception {
    file(1);
    String log = LakeLayout.of(lake.folder().toString()).progress("ticks");
    Instant now = Instant.now();
    RunSchedule elsewhere = new RunSchedule("elsewhere", 1, "", now, now, 1500);
    elsewhere.put(log);
    try (ChildJvm driver = driver("--trigger=30m")) {
      await(driver, "cycle 1 is complete");
      JsonNode running = announced(driver.pid());
      assertThat(running.get("alive").asBoolean(), is(true));
      assertThat(running.get("interval").asDouble(), is(1800.0));
      Instant since = Instant.parse(running.get("since").asText());
      Duration wait = Duration.between(since, Instant.parse(running.get("next").asText()));
      assertThat(wait, is(greaterThanOrEqualTo(Duration.ofMinutes(30))));
      assertThat(wait, is(lessThan(Duration.ofMinutes(31))));
      // Another on this host says what it does, and takes it back.
      Commands.Result second = run("--trigger=1s", "--until=" + Instant.now().plusSeconds(1));
      assertThat(second.all(), second.code(), is(0));
      assertThat(drivers().size(), is(2));
      assertThat(announced(driver.pid()), is(running));
      assertThat(text(), containsString("runs it every 30m, since "));
      assertThat(text(), containsString("; the next run is due at "));
      driver.kill();
      assertThat(announced(driver.pid()).get("alive").asBoolean(), is(false));
      assertThat(text(), containsString(", but it is dead: its runs are over."));
      assertThat(text(), containsString("Process 1 on elsewhere runs it every 1s500ms, since "));
    }
    Files.setLastModifiedTime(
        Path.of(log, "schedule/elsewhere-1.json"),
        FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    assertThat(text(), containsString("; it was last heard of at "));
    Commands.Result ended = run("--trigger=1s", "--until=" + Instant.now().plusSeconds(1));
    assertThat(ended.all(), ended.code(), is(0));
    assertThat("the dead one is removed, the other may live", drivers().size(), is(1));
    assertThat(drivers().get(0).get("alive").isNull(), is(true));
  }

  private JsonNode drivers() throws IOException {
    Commands.Result result =
        Commands.run("status", pipeline.toString(), "--lake=" + lake.folder(), "--output=json");
    assertThat(result.all(), result.code(), is(0));
    return new ObjectMapper().readTree(result.out()).get("drivers");
  }

  /**
   * What the driver of a process has announced, which it does just after it has told of a cycle.
   */
  private JsonNode announced(long process) throws Exception {
    for (int tries = 0; tries < 600; tries++) {
      for (JsonNode driver : drivers()) {
        if (driver.get("process").asLong() == process) {
          return driver;
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Process " + process + " has announced nothing: " + drivers());
  }

  private String text() {
    return Commands.run("status", pipeline.toString(), "--lake=" + lake.folder()).out();
  }

  @Test
  void endsAtItsTimeAndSaysNothingWhereNothingIsNew() {
    Commands.Result result = run("--trigger=1s", "--until=" + Instant.now().plusSeconds(3));
    assertThat(result.all(), result.code(), is(0));
    // One run of the two or three that there were, and its warning.
    assertThat(result.out().lines().count(), is(2L));
    assertThat(result.out(), containsString("No file matches"));
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThat(
        run("--trigger=often").err(), containsString("--trigger: 'often' is not a duration"));
    assertThat(run("--trigger=100ms").err(), containsString("at least 1s"));
    assertThat(run("--maxCycles=3").err(), containsString("such as --trigger=5m"));
    assertThat(run("--trigger=1s", "--maxCycles=0").err(), containsString("at least 1"));
    assertThat(run("--trigger=1s", "--until=noon").err(), containsString("must be a time such as"));
    assertThat(run("--trigger=1s", "--recompute=x").err(), containsString("wishes for one run"));
    assertThat(run("--onDataLoss=maybe").err(), containsString("must be fail or continue"));
  }

  @Test
  void aBacklogIsReadInCyclesOfABoundedSize() throws Exception {
    String line = "{\"n\": 1" + " ".repeat(991) + "}\n";
    assertThat(line.length(), is(1000));
    for (int number = 0; number < 20; number++) {
      Files.writeString(folder.resolve("data/" + number + ".jsonl"), line.repeat(1000));
    }
    Commands.Result result = run("--trigger=1s", "--maxCycles=2");
    assertThat(result.all(), result.code(), is(0));
    assertThat(
        "8 MiB for each second",
        result.out(),
        containsString("ticks: cycle 1 is complete: 8,000 read, 8,000 published"));
    assertThat(result.out(), containsString("ticks: cycle 2 is complete: "));
    assertThat(rows(), is(greaterThanOrEqualTo(16_000L)));
  }

  @Test
  void aSignalEndsItAfterTheCycleThatIsRunning() throws Exception {
    file(1);
    try (ChildJvm driver = driver("--trigger=1s")) {
      await(driver, "cycle 1 is complete");
      file(2);
      await(driver, "cycle 2 is complete");
      driver.terminate();
      assertThat(driver.log(), driver.awaitExit(LIMIT), is(0));
    }
    assertThat(rows(), is(2L));
  }

  @Test
  void aBrokerThatIsAwayIsTriedAgain() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"))) {
      broker.createTopic("ticks", 2, Map.of());
      contract(broker.bootstrap());
      Files.writeString(
          pipeline,
          PIPELINE.replace(
              "{server: files}",
              "{server: stream, kafka: {properties: {default.api.timeout.ms: '3000',"
                  + " request.timeout.ms: '2000'}}}"));
      try (ChildJvm driver = driver("--trigger=1s")) {
        send(broker, 1);
        await(driver, "cycle 1 is complete: 1 read");
        broker.kill();
        await(driver, "FAILED \\(5\\): Kafka at '" + broker.bootstrap() + "' cannot be read");
        broker.restart();
        send(broker, 2);
        await(driver, "cycle 2 is complete: 1 read");
        driver.terminate();
        assertThat(driver.log(), driver.awaitExit(LIMIT), is(0));
      }
    }
    assertThat(lake.rows("silver", "ticks"), equalTo(List.of("{\"n\":1}", "{\"n\":2}")));
  }

  private static void send(KafkaBroker broker, int number) throws Exception {
    byte[] value = ("{\"n\": " + number + "}").getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(new HashMap<>())) {
      producer.send(new ProducerRecord<>("ticks", value)).get();
    }
  }

  @Test
  void aRunThatFailsIsRepeatedAfterPausesThatGrow() throws Exception {
    List<Long> begun = new ArrayList<>();
    TriggerLoop loop =
        new TriggerLoop(Duration.ofMillis(1), null, Clock.tickMillis(ZoneOffset.UTC));
    loop.run(
        begin -> {
          begun.add(System.nanoTime());
          if (begun.size() == 3) {
            loop.stop();
          }
          return false;
        });
    assertThat(begun.size(), is(3));
    long first = begun.get(1) - begun.get(0);
    long second = begun.get(2) - begun.get(1);
    assertThat(first, is(greaterThan(TimeUnit.MILLISECONDS.toNanos(900))));
    assertThat(second, is(greaterThan(TimeUnit.MILLISECONDS.toNanos(1900))));
  }
}
