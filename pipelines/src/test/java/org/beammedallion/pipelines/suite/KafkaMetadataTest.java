package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns that are filled from what a message has beside its value. */
class KafkaMetadataTest extends KafkaClicks {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: clicks
      name: Clicks
      version: 1.0.0
      status: active
      servers:
        - {server: stream, type: kafka, host: 'HOST'}
      schema:
        - name: clicks
          physicalName: TOPIC
          physicalType: topic
          logicalType: object
          properties:
            - {name: received_at, logicalType: timestamp, required: true}
            - {name: k, logicalType: integer, required: true, primaryKey: true}
            - {name: page, logicalType: string, required: true}
            - {name: tenant, logicalType: string}
            - {name: part, logicalType: integer, logicalTypeOptions: {format: i32}, required: true}
            - {name: off, logicalType: integer, required: true}
            - {name: src_topic, logicalType: string, required: true}
      """;

  private static final String METADATA =
      "{received_at: timestamp, k: key, tenant: header.tenant, part: partition, off: offset, src_topic: topic}";

  private final List<String> sent = new ArrayList<>();

  @Override
  Path pipeline(String silver) throws IOException {
    Files.writeString(
        folder.resolve("clicks.odcs.yaml"),
        CONTRACT.replace("HOST", broker.bootstrap()).replace("TOPIC", topic));
    return Files.writeString(
        folder.resolve("clicks.pipeline.yaml"),
        "pipeline: clicks\ncontract: clicks.odcs.yaml\nsource: {server: stream, metadata: "
            + METADATA
            + "}\nsilver: {"
            + (silver.isEmpty() ? "write: append" : silver)
            + "}\n");
  }

  /** A message, of which what its broker tells is noted as a row. */
  private void send(KafkaProducer<byte[], byte[]> producer, int key, int number) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            key % 3,
            1_700_000_000_000L + number * 7919L,
            utf8(Integer.toString(key)),
            utf8("{\"page\": \"p" + number + "\"}"));
    if (number % 3 != 0) {
      record.headers().add("tenant", utf8("older"));
      record.headers().add("tenant", utf8("tenant " + number % 5));
    }
    RecordMetadata told = producer.send(record).get();
    sent.add(
        String.format(
            "{\"received_at\": \"%s\", \"k\": %d, \"page\": \"p%d\", \"tenant\": %s, \"part\": %d, \"off\": %d,"
                + " \"src_topic\": \"%s\"}",
            Instant.ofEpochMilli(told.timestamp()),
            key,
            number,
            number % 3 == 0 ? "null" : "\"tenant " + number % 5 + "\"",
            told.partition(),
            told.offset(),
            told.topic()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, delete", "FLINK, delete", "SPARK, delete", "DIRECT, compact"})
  void columnsHoldWhatTheBrokerTellsOfEachMessage(Runner runner, String policy) throws Exception {
    broker.createTopic(topic, 3, Map.of("cleanup.policy", policy));
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int i = 0; i < 200; i++) {
        send(producer, i, i);
      }
      assertThat(read(runner), is(200L));
      for (int i = 200; i < 260; i++) {
        send(producer, i, i);
      }
    }
    assertThat(read(runner), is(60L));
    Path expected = Files.write(folder.resolve("expected.jsonl"), sent);
    String told =
        "SELECT * FROM read_json('"
            + expected
            + "', columns = {received_at: 'TIMESTAMPTZ', k: 'BIGINT', page: 'VARCHAR', tenant: 'VARCHAR', part: 'INTEGER',"
            + " off: 'BIGINT', src_topic: 'VARCHAR'})";
    String silver =
        "SELECT received_at, k, page, tenant, part, off, src_topic FROM read_parquet('"
            + lake.folder()
            + "/silver/clicks/*.parquet')";
    assertThat(count(silver), is(260L));
    assertThat(count(told + " EXCEPT ALL " + silver), is(0L));
    assertThat(count(silver + " EXCEPT ALL " + told), is(0L));
  }

  private static long count(String query) throws Exception {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM (" + query + ")")) {
      result.next();
      return result.getLong(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, delete", "DIRECT, compact"})
  void theLatestMessageOfAKeyStaysByItsOffset(Runner runner, String policy) throws Exception {
    broker.createTopic(topic, 3, Map.of("cleanup.policy", policy));
    pipeline = pipeline("write: upsert, latestBy: off, partitionBy: [day(received_at), tenant]");
    Map<Integer, String> latest = new TreeMap<>();
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      for (int cycle = 0; cycle < 2; cycle++) {
        for (int i = 0; i < 120; i++) {
          int key = (i * 31 + cycle) % 40;
          // Times go backwards, so that only the offset tells.
          send(producer, key, 500 - cycle * 200 - i);
          latest.put(key, "p" + (500 - cycle * 200 - i));
        }
        assertThat(read(runner), is(120L));
      }
    }
    List<String> expected = new ArrayList<>();
    latest.forEach((key, page) -> expected.add("{\"k\":" + key + ",\"page\":\"" + page + "\"}"));
    expected.sort(String::compareTo);
    assertThat(lake.rows("silver", "clicks", List.of("k", "page")), equalTo(expected));
  }

  @Test
  void aKeyThatIsNoTextOrNoNumberIsADeadLetter() throws Exception {
    broker.createTopic(topic, 3, Map.of());
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      send(producer, 1, 1);
      byte[] value = utf8("{\"page\": \"p\"}");
      producer.send(new ProducerRecord<>(topic, 0, new byte[] {(byte) 0xC0}, value)).get();
      producer.send(new ProducerRecord<>(topic, 0, utf8("seven"), value)).get();
      producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
    }
    assertThat(read(Runner.DIRECT), is(4L));
    assertThat(
        lake.quarantine("clicks"),
        is(Map.of("MALFORMED", 1L, "TYPE_MISMATCH", 1L, "MISSING_REQUIRED", 1L)));
    assertThat(lake.rows("silver", "clicks", List.of("k")), is(List.of("{\"k\":1}")));
  }
}
