package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.fixtures.faults.SmallFileSystem;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are too large, a disk that is full, a clock that is wrong: nothing is lost. */
class KafkaFaultsTest extends KafkaClicks {

  private static final int KILOBYTE = 1 << 10;

  private static String click(int id, int bytes) {
    return "{\"id\": " + id + ", \"version\": 1, \"page\": \"" + "p".repeat(bytes) + "\"}";
  }

  /** One of some hundred kilobytes between small ones, in one partition. */
  private void sendLarge() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int id = 0; id < 30; id++) {
        byte[] value = click(id, id == 15 ? 300 * KILOBYTE : 1).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
      }
    }
  }

  @Test
  void aMessageThatIsLargerThanAnAnswerOfTheBrokerIsRead() throws Exception {
    broker.createTopic(topic, 1, Map.of());
    sendLarge();
    pipeline =
        pipeline(
            ", kafka: {properties: {max.partition.fetch.bytes: '1024', fetch.max.bytes: '1024'}}");
    assertThat(read(Runner.DIRECT), is(30L));
    List<String> expected = new ArrayList<>();
    for (int id = 0; id < 30; id++) {
      expected.add(click(id, id == 15 ? 300 * KILOBYTE : 1).replace(": ", ":").replace(", ", ","));
    }
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
  }

  @Test
  void aMessageThatIsLargerThanTheLimitIsADeadLetterAndThoseBehindItAreRead() throws Exception {
    broker.createTopic(topic, 1, Map.of());
    sendLarge();
    pipeline =
        pipeline(
            ", maxRecordBytes: 10KiB, kafka: {properties: {max.partition.fetch.bytes: '1024'}}");
    Ledger ledger = run(Runner.DIRECT).ledger();
    assertThat(ledger.read(), is(30L));
    assertThat(ledger.published(), is(29L));
    assertThat(lake.quarantine("clicks"), is(Map.of("OVERSIZED", 1L)));
  }

  @Test
  void aFullDiskFailsTheCycleAndTheNextRunCompletesIt() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Optional<SmallFileSystem> mounted = SmallFileSystem.mount(disk, "size=4m");
    assumeTrue(mounted.isPresent(), "A small file system cannot be mounted here: that needs root");
    try (SmallFileSystem full = mounted.orElseThrow()) {
      lake = new Lake(disk.resolve("lake"));
      send(0, 300, 1);
      assertThat(read(Runner.DIRECT), is(300L));
      long free = Files.getFileStore(disk).getUsableSpace();
      Path ballast =
          Files.write(full.folder().resolve("ballast"), new byte[(int) free - 20 * KILOBYTE]);
      send(200, 3_000, 2);
      Commands.Result result = command();
      assertThat(result.all(), result.code(), is(not(0)));
      assertThat(result.err(), containsString("No space left on device"));
      Files.delete(ballast);
      assertThat(silver(), equalTo(expected(0, 300, 1)));
      Outcome outcome = run(Runner.DIRECT);
      assertThat(outcome.resumed(), is(true));
      assertThat(outcome.ledger().read(), is(2_800L));
      List<String> expected = expected(0, 200, 1);
      expected.addAll(expected(200, 3_000, 2));
      expected.sort(String::compareTo);
      assertThat(silver(), equalTo(expected));
    }
  }

  /** A driver whose clock is off by so many minutes. */
  private Ledger runOff(int minutes) throws Exception {
    return new CycleDriver(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutes)),
            CycleListener.NONE)
        .run()
        .ledger();
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 5})
  void theDriversClockDecidesNothingOfWhatIsRead(int minutes) throws Exception {
    broker.createTopic(topic, 3, Map.of("message.timestamp.type", "LogAppendTime"));
    send(0, 30, 1);
    pipeline = pipeline(", kafka: {start: latest}");
    assertThat(runOff(minutes).read(), is(0L));
    send(30, 60, 1);
    assertThat(runOff(minutes).read(), is(30L));
    // The other way round in the next run, as where another machine goes on.
    send(60, 90, 1);
    assertThat(runOff(-minutes).read(), is(30L));
    assertThat(silver(), equalTo(expected(30, 90, 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 5})
  void aStartInTimeIsThatOfTheMessages(int minutes) throws Exception {
    broker.createTopic(topic, 3, Map.of("message.timestamp.type", "LogAppendTime"));
    send(0, 30, 1);
    Instant between = afterLastMessage();
    send(30, 60, 1);
    pipeline = pipeline(", kafka: {start: '" + between + "'}");
    assertThat(runOff(minutes).read(), is(30L));
    assertThat(silver(), equalTo(expected(30, 60, 1)));
  }

  /** A time by the broker's clock that no message has yet. */
  private static Instant afterLastMessage() {
    Instant time = Instant.now().plusMillis(1);
    while (!Instant.now().isAfter(time)) {
      Thread.onSpinWait();
    }
    return time;
  }
}
