package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.util.EnumMap;
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
 * <p>{@code -Dsoak.kills=40} kills so many drivers in each case, {@code -Dsoak.seed} gives others.
 */
class StreamSoakTest extends OneBroker {

  private static final int KILLS = Integer.getInteger("soak.kills", 2);
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
  private final Random random = new Random(SEED);
  private final Map<Step, Integer> killed = new EnumMap<>(Step.class);
  private String topic = "";
  private Path pipeline;
  private Lake lake;
  private int step;
  private int fenced;
  private int anyTime;
  private int aborted;
  private int withoutBroker;
  private int maintained;

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
    topic = createTopic();
    pipeline =
        input.overTopic(
            folder.resolve("topic"), format, broker.bootstrap(), topic, MESSAGES * 3 / 2);
    lake = new Lake(folder.resolve("topic/lake"));
    List<String> messages = input.messages(SEED, MESSAGES * (KILLS + 1), folder.resolve("scratch"));
    List<String> never = input.messages(SEED + 1000, MESSAGES, folder.resolve("never"));
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
    System.out.printf(
        "%s, %s, seed %d: killed at %s, at any time %d, with the broker %d; %d second drivers, %d transactions"
            + " aborted, maintained %d times%n",
        input, format, SEED, killed, anyTime, withoutBroker, fenced, aborted, maintained);
    assertThat(
        LakeContent.of(lake), equalTo(input.inOneCycle(folder.resolve("whole"), format, messages)));
    int times = killed.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(times, is(greaterThanOrEqualTo((KILLS + 2) / 3)));
    assertThat(fenced, is(greaterThan(0)));
  }

  private void killDriver(int kill) throws Exception {
    Runner runner = kill % 5 == 4 ? Runner.FLINK : Runner.DIRECT;
    Victim victim = VICTIMS.get(kill % VICTIMS.size());
    if (victim == Victim.DRIVER_AT_STEP) {
      killAt(STEPS.get(step++ % STEPS.size()), runner);
      return;
    }
    try (Driver driver = Driver.start(pipeline, lake, runner, null)) {
      driver.process().waitFor(500 + random.nextInt(4000), TimeUnit.MILLISECONDS);
      if (victim == Victim.DRIVER) {
        anyTime++;
        driver.kill();
      } else {
        withoutBroker++;
        broker.kill();
        driver.process().waitFor(random.nextInt(2000), TimeUnit.MILLISECONDS);
        driver.kill();
        broker.restart();
      }
    }
  }

  private void killAt(Step step, Runner runner) throws Exception {
    try (Driver driver = Driver.start(pipeline, lake, runner, step)) {
      if (driver.reachesStep()) {
        killed.merge(step, 1, Integer::sum);
        if (step != Step.PLANNED && step != Step.COMPLETED) {
          // It is alive and has the cycle.
          Assertions.assertThrows(FencedException.class, () -> lake.run(pipeline, Runner.DIRECT));
          fenced++;
        }
      }
      driver.kill();
    }
  }

  private void maintain() {
    Commands.Result result =
        Commands.run("maintain", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(result.all(), result.code(), is(0));
    maintained++;
  }

  /** In a transaction, behind one that is aborted, the first time and now and then. */
  private void send(List<String> messages, List<String> never) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(settings)) {
      producer.initTransactions();
      if (aborted == 0 || random.nextInt(3) == 0) {
        producer.beginTransaction();
        StreamInput.send(producer, topic, never);
        producer.abortTransaction();
        aborted++;
      }
      producer.beginTransaction();
      StreamInput.send(producer, topic, messages);
      producer.commitTransaction();
    }
    broker.awaitTransactions(topic);
  }
}
