package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cycles over topics of a broker: every committed record once, wherever it all stops. */
class KafkaCyclesTest extends KafkaClicks {

  @ParameterizedTest
  @EnumSource(Runner.class)
  void eachCommittedRecordIsReadOnce(Runner runner) throws Exception {
    broker.createTopic(topic, 3, Map.of());
    sendTransactions(0, 300, 1);
    assertThat(read(runner), is(300L));
    assertThat(run(runner).ledger(), is(nullValue()));
    send(200, 500, 2);
    assertThat(read(runner), is(300L));
    List<String> expected = expected(0, 200, 1);
    expected.addAll(expected(200, 500, 2));
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
  }

  @Test
  void aRowLeadsToItsMessageInTheTopicAndInBronze() throws Exception {
    broker.createTopic(topic, 3, Map.of("compression.type", "lz4"));
    send(0, 100, 1);
    assertThat(read(Runner.DIRECT), is(100L));
    lake.read("silver", "clicks")
        .text("id", "_source", "_position")
        .forEach(
            row -> {
              int id = Integer.parseInt(row.get(0));
              assertThat(row.get(1), is("kafka:" + topic + "/" + id % 3));
              assertThat(row.get(2), is(Integer.toString(id / 3)));
            });
    List<GenericRecord> bronze = bronze();
    assertThat(bronze.size(), is(100));
    for (GenericRecord record : bronze) {
      int id = Integer.parseInt(text(record.get("key")));
      assertThat(text(record.get("payload")), is(new String(json(id, 1), StandardCharsets.UTF_8)));
      assertThat(record.get("source").toString(), is("kafka:" + topic + "/" + id % 3));
      assertThat(record.get("position"), is(id / 3L));
      assertThat(record.get("broker_time"), is((1_700_000_000_000L + id) * 1000));
      GenericRecord header = (GenericRecord) ((List<?>) record.get("headers")).get(0);
      assertThat(header.get("name").toString(), is("tenant"));
      assertThat(text(header.get("value")), is("t" + id % 2));
    }
  }

  private static String text(Object bytes) {
    return StandardCharsets.UTF_8.decode(((ByteBuffer) bytes).duplicate()).toString();
  }

  /** Every record in bronze, as Avro's own reader reads it. */
  private List<GenericRecord> bronze() throws IOException {
    List<GenericRecord> records = new ArrayList<>();
    try (Stream<Path> files = Files.walk(lake.folder().resolve("bronze"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".avro")).toList()) {
        try (DataFileReader<GenericRecord> reader =
            new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
          reader.forEach(records::add);
        }
      }
    }
    return records;
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"PLANNED", "STAGING", "STAGED", "SILVER_COMMITTED"})
  void aDriverThatDiedLeavesNothingToBeReadTwice(Step step) throws Exception {
    broker.createTopic(topic, 3, Map.of());
    sendTransactions(0, 300, 1);
    CycleListener dying =
        (plan, reached, detail) -> {
          if (reached == step) {
            throw new IllegalStateException("died");
          }
        };
    assertThrows(IllegalStateException.class, () -> lake.run(pipeline, Runner.DIRECT, dying));
    send(0, 100, 2);
    long first = read(Runner.DIRECT);
    long second = read(Runner.DIRECT);
    assertThat(List.of(first, second), is(List.of(300L, 100L)));
    List<String> expected = expected(0, 100, 2);
    expected.addAll(expected(100, 300, 1));
    expected.sort(String::compareTo);
    assertThat(silver(), equalTo(expected));
    assertThat(bronze().size(), is(400));
  }

  @Test
  void aCompactedTopicIsReadOnceAndMadeOfWhatWasKept() throws Exception {
    broker.createTopic(topic, 3, Map.of("cleanup.policy", "compact"));
    send(0, 90, 1);
    assertThat(read(Runner.DIRECT), is(90L));
    send(0, 90, 2);
    assertThat(read(Runner.DIRECT), is(90L));
    assertThat(silver(), equalTo(expected(0, 90, 2)));
    assertThat(Files.isDirectory(lake.folder().resolve("bronze/clicks/manifests")), is(true));
  }

  @Test
  void aTopicThatStartsAtTheLatestRecordLosesNothingBetweenTwoRuns() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    pipeline = pipeline(", kafka: {start: latest}");
    assertThat(read(Runner.DIRECT), is(0L));
    send(30, 60, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    assertThat(silver(), equalTo(expected(30, 60, 1)));
  }

  @Test
  void aStartInTimeIsTheFirstRecordThatIsNotOlder() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 60, 1);
    pipeline = pipeline(", kafka: {start: '" + Instant.ofEpochMilli(1_700_000_000_040L) + "'}");
    assertThat(read(Runner.DIRECT), is(20L));
    assertThat(silver(), equalTo(expected(40, 60, 1)));
  }

  @Test
  void aTombstoneIsADeadLetterAndNullInBronze() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 3, 1);
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer
          .send(new ProducerRecord<>(topic, 0, "0".getBytes(StandardCharsets.UTF_8), null))
          .get();
    }
    assertThat(read(Runner.DIRECT), is(4L));
    assertThat(lake.quarantine("clicks"), is(Map.of("MALFORMED", 1L)));
    assertThat(
        bronze().stream()
            .filter(record -> !(Boolean) record.get("has_value"))
            .map(record -> text(record.get("payload")))
            .toList(),
        is(List.of("")));
  }

  @Test
  void wrongPropertiesEndTheRunBeforeAnythingIsDone() throws Exception {
    pipeline = pipeline(", kafka: {properties: {security.protocol: none}}");
    Commands.Result result = command("--trigger=1s");
    assertThat(result.all(), result.code(), is(3));
    assertThat(result.all(), containsString("'source.kafka.properties'"));
    pipeline = pipeline(", kafka: {properties: {ssl.key.password: '${env:NO_SUCH_SECRET}'}}");
    Commands.Result secret = command("--trigger=1s");
    assertThat(secret.all(), secret.code(), is(3));
    assertThat(secret.all(), containsString("NO_SUCH_SECRET"));
  }

  @Test
  void partitionsThatAreAddedAreReadFromTheirBeginning() throws Exception {
    broker.createTopic(topic, 2, Map.of());
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, 0, null, json(1, 1))).get();
      assertThat(read(Runner.DIRECT), is(1L));
      broker.addPartitions(topic, 3);
      producer.send(new ProducerRecord<>(topic, 2, null, json(2, 1))).get();
    }
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(expected(1, 3, 1)));
  }

  @Test
  void aTopicGivesTheTablesThatFilesGive() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    List<String> lines = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int i = 0; i < 300; i++) {
        String line =
            switch (i % 10) {
              case 0 -> "{\"id\": " + i + "}";
              case 1 -> "{not json";
              default -> new String(json(i / 2, i), StandardCharsets.UTF_8);
            };
        lines.add(line);
        producer
            .send(new ProducerRecord<>(topic, i % 3, null, line.getBytes(StandardCharsets.UTF_8)))
            .get();
      }
    }
    assertThat(read(Runner.DIRECT), is(300L));
    List<String> ofTopic = silver();
    Map<String, Long> rejected = lake.quarantine("clicks");
    assertThat(rejected, is(aMapWithSize(2)));
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("data/clicks.jsonl"), lines);
    Files.writeString(pipeline, PIPELINE.replace("streamOPTIONS", "files"));
    lake = new Lake(folder.resolve("lake-of-files"));
    assertThat(read(Runner.DIRECT), is(300L));
    assertThat(silver(), equalTo(ofTopic));
    assertThat(silver(), is(not(List.of())));
    assertThat(lake.quarantine("clicks"), is(rejected));
  }

  @Test
  void aPipelineThatReadsFilesForATimeGoesOnInTheTopicWhereItWas() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    send(0, 30, 1);
    assertThat(read(Runner.DIRECT), is(30L));
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("data/a.jsonl"), json(1000, 1));
    Files.writeString(pipeline, PIPELINE.replace("streamOPTIONS", "files"));
    assertThat(read(Runner.DIRECT), is(1L));
    send(30, 60, 1);
    pipeline = pipeline("");
    assertThat(read(Runner.DIRECT), is(30L));
  }

  @Test
  void validateSaysThatATopicIsNotThere() {
    Commands.Result result =
        Commands.run("validate", pipeline.toString(), "--lake=" + lake.folder());
    assertThat(result.out(), containsString("has no topic '" + topic + "'"));
    assertThat(result.out(), containsString("A run would fail."));
  }
}
