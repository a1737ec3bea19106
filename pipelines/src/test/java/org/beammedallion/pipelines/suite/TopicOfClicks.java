package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A topic and a pipeline that reads it, for each test new ones; subclasses have brokers. */
abstract class TopicOfClicks {

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
        - {server: files, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: clicks
          physicalName: TOPIC
          physicalType: topic
          logicalType: object
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: version, logicalType: integer, required: true}
            - {name: page, logicalType: string, required: true}
      """;

  static final String PIPELINE =
      """
      pipeline: clicks
      contract: clicks.odcs.yaml
      source: {server: streamOPTIONS}
      silver: {write: upsert, latestBy: version}
      """;

  @TempDir Path folder;

  static int topics;

  String topic = "";
  Lake lake;
  Path pipeline;

  /** Hosts and ports that the contract names. */
  abstract String host();

  /** A producer of bytes; settings come in addition. */
  abstract KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings);

  @BeforeEach
  void prepare() throws IOException {
    topics++;
    topic = "clicks-" + topics;
    lake = new Lake(folder.resolve("lake"));
    pipeline = pipeline("");
  }

  Path pipeline(String options) throws IOException {
    Files.writeString(
        folder.resolve("clicks.odcs.yaml"),
        CONTRACT.replace("HOST", host()).replace("TOPIC", topic));
    return Files.writeString(
        folder.resolve("clicks.pipeline.yaml"), PIPELINE.replace("OPTIONS", options));
  }

  static byte[] json(int id, int version) {
    return String.format("{\"id\": %d, \"version\": %d, \"page\": \"p%d\"}", id, version, id % 7)
        .getBytes(StandardCharsets.UTF_8);
  }

  void send(KafkaProducer<byte[], byte[]> producer, int from, int to, int version)
      throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int id = from; id < to; id++) {
      byte[] key = Integer.toString(id).getBytes(StandardCharsets.UTF_8);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, id % 3, 1_700_000_000_000L + id, key, json(id, version));
      record.headers().add("tenant", ("t" + id % 2).getBytes(StandardCharsets.UTF_8));
      sent.add(producer.send(record));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
  }

  void send(int from, int to, int version) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, from, to, version);
    }
  }

  Outcome run(Runner runner) throws Exception {
    Outcome outcome = lake.run(pipeline, runner);
    Ledger ledger = outcome.ledger();
    if (ledger != null) {
      ledger.requireBalance();
    }
    return outcome;
  }

  long read(Runner runner) throws Exception {
    Ledger ledger = run(runner).ledger();
    return ledger == null ? 0 : ledger.read();
  }

  List<String> silver() {
    return lake.rows("silver", "clicks", List.of("id", "version", "page"));
  }

  static List<String> expected(int from, int to, int version) {
    List<String> rows = new ArrayList<>();
    for (int id = from; id < to; id++) {
      rows.add(String.format("{\"id\":%d,\"version\":%d,\"page\":\"p%d\"}", id, version, id % 7));
    }
    rows.sort(String::compareTo);
    return rows;
  }

  Commands.Result command(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run",
                pipeline.toString(),
                "--lake=" + lake.folder(),
                "--runner=DirectRunner",
                "--output=text"));
    all.addAll(List.of(options));
    return Commands.run(all.toArray(String[]::new));
  }
}
