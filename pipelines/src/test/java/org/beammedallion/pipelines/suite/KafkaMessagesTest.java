package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which messages belong to a pipeline, in which order they count, and what a null value means. */
class KafkaMessagesTest extends KafkaClicks {

  private Ledger cycle(Runner runner) throws Exception {
    Ledger ledger = lake.cycle(pipeline, runner);
    ledger.requireBalance();
    return ledger;
  }

  private static List<String> rows(IntStream ids, int version) {
    List<String> rows = new ArrayList<>();
    ids.forEach(id -> rows.addAll(expected(id, id + 1, version)));
    rows.sort(String::compareTo);
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECT, header.tenant: t1, 1",
    "FLINK, $.page: [p1; p2], 2",
    "DIRECT, header.tenant: t1; $.version: 1; $.page: p3, 3"
  })
  void messagesThatMeetNoConditionAreCountedAndNoRows(Runner runner, String where, int kind)
      throws Exception {
    broker.createTopic(topic, 3, Map.of());
    pipeline = pipeline(", kafka: {where: {" + where.replace(';', ',') + "}}");
    send(0, 210, 1);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      ProducerRecord<byte[], byte[]> broken =
          new ProducerRecord<>(topic, 0, null, "{no json".getBytes(StandardCharsets.UTF_8));
      broken.headers().add("tenant", "t1".getBytes(StandardCharsets.UTF_8));
      producer.send(broken).get();
    }
    List<String> wanted =
        rows(
            IntStream.range(0, 210)
                .filter(
                    id ->
                        switch (kind) {
                          case 1 -> id % 2 == 1;
                          case 2 -> id % 7 == 1 || id % 7 == 2;
                          default -> id % 2 == 1 && id % 7 == 3;
                        }),
            1);
    Ledger ledger = cycle(runner);
    assertThat(ledger.read(), is(211L));
    assertThat(ledger.published(), is((long) wanted.size()));
    assertThat(ledger.ignored(), is(210L - wanted.size()));
    assertThat(lake.quarantine("clicks"), is(Map.of("MALFORMED", 1L)));
    assertThat(silver(), equalTo(wanted));
  }

  @Test
  void theFirstCycleBeginsAtTheOffsetsThatArePartOfThePipeline() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 90, 1);
    pipeline = pipeline(", kafka: {start: {offsets: {" + topic + "/0: 10, " + topic + "/2: 30}}}");
    assertThat(read(Runner.DIRECT), is(50L));
    // Partition 0 holds 0, 3, 6 …; its tenth offset is the message of 30.
    assertThat(
        silver(),
        equalTo(
            rows(
                IntStream.range(0, 90).filter(id -> id % 3 == 1 || (id % 3 == 0 && id >= 30)), 1)));
    send(90, 93, 1);
    assertThat(read(Runner.DIRECT), is(3L));
  }

  @Test
  void anOffsetThatIsNotThereIsRefusedWithTheRange() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 90, 1);
    broker.deleteRecords(topic, 1, 5);
    pipeline = pipeline(", kafka: {start: {offsets: {" + topic + "/1: 4}}}");
    Commands.Result early = command("--maxBytesPerCycle=1GB");
    assertThat(early.all(), early.code(), is(5));
    assertThat(early.all(), containsString("'" + topic + "/1', which has the offsets 5 to 29"));
    pipeline = pipeline(", kafka: {start: {offsets: {" + topic + "/1: 31}}}");
    Commands.Result late = command("--maxBytesPerCycle=1GB");
    assertThat(late.all(), late.code(), is(5));
    pipeline = pipeline(", kafka: {start: {offsets: {" + topic + "/3: 0}}}");
    Commands.Result other = command("--maxBytesPerCycle=1GB");
    assertThat(other.all(), other.code(), is(5));
    assertThat(other.all(), containsString("not among those that are read"));
  }

  private Path keyed(String kafka) throws Exception {
    pipeline(", metadata: {id: key}" + kafka);
    return Files.writeString(
        pipeline, Files.readString(pipeline).replace("latestBy: version", "latestBy: $offset"));
  }

  @Test
  void theLaterOffsetWinsWhateverTheRecordsSay() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    pipeline = keyed("");
    send(0, 60, 9);
    send(0, 60, 7);
    assertThat(read(Runner.DIRECT), is(120L));
    assertThat(silver(), equalTo(expected(0, 60, 7)));
    send(0, 30, 3);
    assertThat(cycle(Runner.DIRECT).published(), is(30L));
    List<String> expected = expected(0, 30, 3);
    expected.addAll(expected(30, 60, 7));
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
  }

  private void delete(int from, int to) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int id = from; id < to; id++) {
        byte[] key = Integer.toString(id).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, id % 3, key, null)).get();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, delete", "FLINK, delete", "SPARK, compact"})
  void aNullValueDeletesTheRowOfItsKey(Runner runner, String policy) throws Exception {
    broker.createTopic(topic, 3, Map.of("cleanup.policy", policy));
    pipeline = keyed(", kafka: {nullValue: delete}");
    send(0, 30, 1);
    delete(0, 10);
    Ledger first = cycle(runner);
    assertThat(first.read(), is(40L));
    assertThat(first.deletes(), is(10L));
    assertThat(silver(), equalTo(expected(10, 30, 1)));
    delete(10, 15);
    send(0, 3, 2);
    send(20, 22, 3);
    delete(20, 21);
    Ledger second = cycle(runner);
    assertThat(second.deletes(), is(6L));
    assertThat(second.silver().deleted(), is(6L));
    List<String> expected = expected(0, 3, 2);
    expected.addAll(expected(15, 20, 1));
    expected.addAll(expected(21, 22, 3));
    expected.addAll(expected(22, 30, 1));
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
  }

  @Test
  void aDeleteWhoseKeyDoesNotFitIsADeadLetter() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    pipeline = keyed(", kafka: {nullValue: delete}");
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      byte[] key = "seven".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic, 0, key, null)).get();
      producer.send(new ProducerRecord<>(topic, 0, null, null)).get();
    }
    send(0, 3, 1);
    assertThat(cycle(Runner.DIRECT).deletes(), is(0L));
    assertThat(lake.quarantine("clicks"), is(Map.of("TYPE_MISMATCH", 1L, "MISSING_REQUIRED", 1L)));
  }

  /**
   * With what Debezium adds where it tells transactions: a block in each change, and their ends.
   */
  @ParameterizedTest
  @CsvSource({"DIRECT, delta", "FLINK, iceberg", "SPARK, delta"})
  void aTopicWithChangesOfSeveralTablesIsReadByTable(Runner runner, String format)
      throws Exception {
    broker.createTopic(topic, 3, Map.of());
    StreamInput input = StreamInput.CHANGES;
    List<String> changes = input.messages(3, 90, folder.resolve("scratch"));
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      String change = changes.get(i);
      sent.add(ofTable(change, "accounts", i));
      if (change.contains("\"owner\"")) {
        sent.add(ofTable(change.replace("\"owner\":\"", "\"owner\":\"other "), "ledger", i));
      }
      sent.add("{\"status\": \"END\", \"id\": \"" + i + "\", \"event_count\": 2}");
    }
    Path table =
        input.overTopic(folder.resolve("table"), format, broker.bootstrap(), topic, sent.size());
    Files.writeString(
        table,
        Files.readString(table).replace("kafka: {", "kafka: {where: {$.source.table: accounts}, "));
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      StreamInput.send(producer, topic, sent);
    }
    Lake accounts = new Lake(folder.resolve("table/lake"));
    Ledger ledger = accounts.cycle(table, runner);
    assertThat(ledger.read(), is((long) sent.size()));
    assertThat(ledger.ignored(), is(greaterThan((long) changes.size())));
    LakeContent whole = input.inOneCycle(folder.resolve("whole"), format, changes);
    assertThat(LakeContent.of(accounts).tables(), equalTo(whole.tables()));
    assertThat(accounts.quarantine("accounts"), is(Map.of("MALFORMED", 1L, "TYPE_MISMATCH", 1L)));
  }

  private static String ofTable(String change, String table, int number) {
    return change
        .replaceFirst("\"source\": ?\\{", "\"source\":{\"table\":\"" + table + "\",")
        .replaceFirst(
            "^\\{\"",
            "{\"transaction\":{\"id\":\""
                + number
                + "\",\"total_order\":1,\"data_collection_order\":1},\"");
  }
}
