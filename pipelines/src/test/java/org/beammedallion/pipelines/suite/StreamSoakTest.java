package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.beammedallion.io.progress.FencedException;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Transactions are sent to a topic, some of them aborted, while drivers are killed with SIGKILL, at
 * each step of a cycle in turn and at random times, brokers are killed, second drivers are started
 * and tables are maintained. In the end tables and dead letters are those of the same messages in
 * one undisturbed cycle over a file.
 *
 * <p>{@code -Dsoak.kills=10} kills so many drivers in each round, {@code -Dsoak.rounds=4} has so
 * many rounds of each case, each with a topic and a lake of its own, and {@code -Dsoak.seed} gives
 * others. With {@code -Dsoak.results=FILE} a line is added to the file after each round, and rounds
 * of the same classes that stand there are left out: so a soak of hours can be stopped, and goes on
 * where it was.
 */
class StreamSoakTest extends OneBroker {

  private static final int KILLS = Integer.getInteger("soak.kills", 2);
  private static final int ROUNDS = Integer.getInteger("soak.rounds", 1);
  private static final long SEED = Long.getLong("soak.seed", 1);

  /** Messages that come before each kill. */
  private static final int MESSAGES = 30;

  private static final List<Step> STEPS =
      List.of(
          Step.SILVER_COMMITTED,
          Step.STAGED,
          Step.GOLD_COMMITTED,
          Step.PLANNED,
          Step.STAGING,
          Step.MATERIALIZED,
          Step.COMPUTING_GOLD,
          Step.GOLD_STAGED,
          Step.COMPLETED);

  private static final String SECOND_DRIVERS = "second drivers";

  /** What is killed in turn. */
  private enum Victim {
    DRIVER_AT_STEP,
    DRIVER,
    DRIVER_AND_BROKER
  }

  private static final List<Victim> VICTIMS =
      List.of(
          Victim.DRIVER_AT_STEP,
          Victim.DRIVER_AND_BROKER,
          Victim.DRIVER_AT_STEP,
          Victim.DRIVER,
          Victim.DRIVER_AT_STEP,
          Victim.DRIVER_AT_STEP);

  @TempDir Path folder;
  private Random random = new Random(SEED);
  private SoakResults.Round round = SoakResults.Round.of("", "", 0, 0);
  private String topic = "";
  private Path pipeline;
  private Lake lake;
  private int step;

  @ParameterizedTest
  @CsvSource({"UPSERT, delta"})
  @NightlyRows({
    "APPEND, delta",
    "APPEND, iceberg",
    "UPSERT, iceberg",
    "CHANGES, delta",
    "CHANGES, iceberg"
  })
  void everyMessageCountsOnce(StreamInput input, String format) throws Exception {
    SoakResults results = new SoakResults(System.getProperty("soak.results"));
    for (int number = 0; number < ROUNDS; number++) {
      long seed = SEED + number;
      round = SoakResults.Round.of(input.name(), format, seed, KILLS);
      if (!results.have(round)) {
        random = new Random(seed);
        step = random.nextInt(STEPS.size());
        everyMessageCountsOnce(input, format, folder.resolve("round-" + seed));
        results.add(round);
        System.out.println(results.text());
      }
    }
  }

  private void everyMessageCountsOnce(StreamInput input, String format, Path place)
      throws Exception {
    topic = createTopic();
    pipeline =
        input.overTopic(
            place.resolve("topic"), format, broker.bootstrap(), topic, MESSAGES * 3 / 2);
    lake = new Lake(place.resolve("topic/lake"));
    long seed = round.seed();
    List<String> messages = input.messages(seed, MESSAGES * (KILLS + 1), place.resolve("scratch"));
    List<String> never = input.messages(seed + 1_000_000, MESSAGES, place.resolve("never"));
    int sent = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int next = Math.min(messages.size(), sent + MESSAGES);
      send(messages.subList(sent, next), never.subList(0, next - sent));
      sent = next;
      killDriver(kill);
      if (random.nextInt(3) == 0) {
        maintain();
      }
      if (random.nextInt(2) == 0) {
        lake.run(pipeline, random.nextInt(4) == 0 ? Runner.FLINK : Runner.DIRECT);
      }
    }
    send(messages.subList(sent, messages.size()), never);
    lake.cycles(pipeline, Runner.DIRECT);
    assertThat(
        LakeContent.of(lake), equalTo(input.inOneCycle(place.resolve("whole"), format, messages)));
    assertThat(
        round.counts().toString(), round.atSteps(), is(greaterThanOrEqualTo((KILLS + 2) / 3)));
    int unclaimed = round.count(Step.PLANNED.name()) + round.count(Step.COMPLETED.name());
    assertThat(
        round.counts().toString(), round.count(SECOND_DRIVERS), is(round.atSteps() - unclaimed));
  }

  private void killDriver(int kill) throws Exception {
    Runner runner =
        switch (kill % 5) {
          case 2 -> Runner.SPARK;
          case 4 -> Runner.FLINK;
          default -> Runner.DIRECT;
        };
    Victim victim = VICTIMS.get(kill % VICTIMS.size());
    if (victim == Victim.DRIVER_AT_STEP) {
      killAt(STEPS.get(step++ % STEPS.size()), runner);
      return;
    }
    try (Driver driver = Driver.start(pipeline, lake, runner, null)) {
      // Engines take seconds to start.
      int most = runner == Runner.DIRECT ? 4000 : 15_000;
      driver.process().waitFor(500 + random.nextInt(most), TimeUnit.MILLISECONDS);
      if (victim == Victim.DRIVER) {
        kill(driver, "at any time", runner);
      } else {
        broker.kill();
        driver.process().waitFor(random.nextInt(2000), TimeUnit.MILLISECONDS);
        kill(driver, "with the broker", runner);
        broker.restart();
      }
    }
  }

  private void killAt(Step at, Runner runner) throws Exception {
    try (Driver driver = Driver.start(pipeline, lake, runner, at)) {
      if (driver.reachesStep()) {
        if (at != Step.PLANNED && at != Step.COMPLETED) {
          // It is alive and has the cycle.
          Assertions.assertThrows(FencedException.class, () -> lake.run(pipeline, Runner.DIRECT));
          round.add(SECOND_DRIVERS);
        }
        kill(driver, at.name(), runner);
      }
    }
  }

  /** One that has ended by itself is not counted. */
  private void kill(Driver driver, String when, Runner runner) throws InterruptedException {
    if (driver.isAlive()) {
      round.add(when);
      round.add("of " + runner);
      round.add(SoakResults.KILLED);
    }
    driver.kill();
  }

  private void maintain() {
    Commands.Result result =
        Commands.run("maintain", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(result.all(), result.code(), is(0));
    round.add("maintained");
  }

  /** In a transaction, behind one that is aborted, the first time and now and then. */
  private void send(List<String> messages, List<String> never) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(settings)) {
      producer.initTransactions();
      if (round.count("aborted transactions") == 0 || random.nextInt(3) == 0) {
        producer.beginTransaction();
        StreamInput.send(producer, topic, never);
        producer.abortTransaction();
        round.add("aborted transactions");
      }
      producer.beginTransaction();
      StreamInput.send(producer, topic, messages);
      producer.commitTransaction();
    }
    broker.awaitTransactions(topic);
  }
}
