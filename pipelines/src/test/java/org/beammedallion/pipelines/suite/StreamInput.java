package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Messages of which the tables do not depend on how they are cut into cycles, and the pipelines
 * that read them, from a topic or from files. Some messages come twice, some late, some are none of
 * their contract.
 */
enum StreamInput {
  /** Rows without a key. */
  APPEND("", "{write: append, eventTime: at, partitionBy: day(at), format: FORMAT}"),

  /** Versions of rows; some are equal in all that the pipeline orders by. */
  UPSERT(
      ", primaryKey: true, primaryKeyPosition: 1",
      "{write: upsert, latestBy: version, eventTime: at, partitionBy: day(at), format: FORMAT}"),

  /** Changes as Debezium writes them, in no order. */
  CHANGES("", "") {
    @Override
    String contract() throws IOException {
      return Files.readString(ACCOUNTS.resolve("accounts.odcs.yaml"))
          .replaceFirst("(?s)servers:.*?schema:", SERVERS + "schema:")
          .replace("physicalType: table", "physicalName: TOPIC\n    physicalType: topic");
    }

    @Override
    String pipeline() throws IOException {
      return Files.readString(ACCOUNTS.resolve("accounts.pipeline.yaml"))
              .replace("server: debezium", "server: SERVEROPTIONS")
              .replace("write: upsert", "write: upsert\n  format: FORMAT")
          + DIMENSION;
    }

    @Override
    List<String> messages(long seed, int count, Path scratch) throws IOException {
      Random random = new Random(seed);
      AccountHistory history = AccountHistory.of(seed, Math.max(4, count / 6), count);
      Files.createDirectories(scratch);
      Path file = scratch.resolve("changes-" + seed + ".jsonl");
      ChangeLog.DEBEZIUM_JSON.write(file, history.changes());
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      lines.addAll(lines.subList(0, lines.size() / 10));
      lines.add("{not json");
      lines.add(
          "{\"op\": \"c\", \"after\": {\"id\": \"x\"}, \"source\": {\"lsn\": 1, \"ts_ms\": 1}}");
      Collections.shuffle(lines, random);
      return lines;
    }
  };

  private static final Path ACCOUNTS = Path.of("..", "docs", "examples", "accounts");
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
  private static final int PARTITIONS = 3;

  private static final String DIMENSION =
      """
        - table: dim_account
          kind: dimension
          type: 2
          columns: [email, owner]
          track: email
          validFrom: changed_at
      """;

  private static final String SERVERS =
      """
      servers:
        - {server: stream, type: kafka, host: 'HOST', format: json}
        - {server: files, type: local, path: data/*.jsonl, format: json}
      """;

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: events
      name: Events
      version: 1.0.0
      status: active
      """
          + SERVERS
          + """
          schema:
            - name: events
              physicalName: TOPIC
              physicalType: topic
              logicalType: object
              properties:
                - {name: id, logicalType: integer, required: trueKEY}
                - {name: version, logicalType: integer, required: true}
                - {name: page, logicalType: string, required: true}
                - {name: at, logicalType: timestamp, required: true}
                - {name: amount, logicalType: number, physicalType: 'decimal(9,2)'}
          """;

  private static final String PIPELINE =
      """
      pipeline: events
      contract: events.odcs.yaml
      source: {server: SERVEROPTIONS}
      silver: SILVER
      gold:
        - table: amounts_hourly
          window: {type: tumbling, size: 1h}
          sql: SELECT page, COUNT(*) AS events, SUM(amount) AS amount FROM events GROUP BY page
        - table: visits
          window: {type: session, gap: 30m}
          sql: SELECT page, COUNT(*) AS events, MAX(amount) AS largest FROM events GROUP BY page
      """;

  private final String key;
  private final String silver;

  StreamInput(String key, String silver) {
    this.key = key;
    this.silver = silver;
  }

  String contract() throws IOException {
    return CONTRACT.replace("KEY", key);
  }

  String pipeline() throws IOException {
    return PIPELINE.replace("SILVER", silver);
  }

  /** Of the pipeline. */
  String pipelineName() {
    return this == CHANGES ? "accounts" : "events";
  }

  /**
   * Messages in the order in which they are sent, the same for a seed; {@code null} is a tombstone.
   */
  List<String> messages(long seed, int count, Path scratch) throws IOException {
    Random random = new Random(seed);
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(
          switch (random.nextInt(20)) {
            case 0 -> "{\"id\": " + i + ", \"page\": \"none\"}";
            case 1 -> "{not json " + i;
            case 2 -> "{\"id\": \"x" + i + "\", \"version\": 1}";
            case 3, 4 ->
                messages.isEmpty() ? event(random, count) : messages.get(random.nextInt(i));
            default -> event(random, count);
          });
    }
    return messages;
  }

  private static String event(Random random, int count) {
    return String.format(
        Locale.ROOT,
        "{\"id\": %d, \"version\": %d, \"page\": \"p%d\", \"at\": \"%s\", \"amount\": %d.%02d}",
        random.nextInt(Math.max(1, count / 3)),
        random.nextInt(5),
        random.nextInt(3),
        BEGIN.plusSeconds(random.nextInt(2 * 86_400)),
        random.nextInt(1000),
        random.nextInt(100));
  }

  /**
   * Writes contract and pipeline file of a pipeline over a topic.
   *
   * @param maxRecords of a cycle
   */
  Path overTopic(Path folder, String format, String host, String topic, int maxRecords)
      throws IOException {
    String separator = this == CHANGES ? "\n  " : ", ";
    String options = separator + "kafka: {maxRecordsPerCycle: " + maxRecords + "}";
    return write(folder, format, "stream", options, host, topic);
  }

  /** The same over files in {@code data} beside the pipeline file. */
  Path overFiles(Path folder, String format) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    return write(folder, format, "files", "", "localhost:1", "none");
  }

  /** What tables hold after one cycle that reads all messages from one file. */
  LakeContent inOneCycle(Path folder, String format, List<String> messages) throws Exception {
    Path pipeline = overFiles(folder, format);
    Files.write(pipeline.resolveSibling("data/all.jsonl"), messages);
    Lake lake = new Lake(folder.resolve("lake"));
    assertThat(lake.cycles(pipeline, Runner.DIRECT), is(1));
    LakeContent content = LakeContent.of(lake);
    assertThat(content.quarantine(), is(not(List.of())));
    content.tables().forEach((table, rows) -> assertThat(table, rows, is(not(List.of()))));
    return content;
  }

  private Path write(
      Path folder, String format, String server, String options, String host, String topic)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve(pipelineName() + ".odcs.yaml"),
        contract().replace("HOST", host).replace("TOPIC", topic));
    return Files.writeString(
        folder.resolve(pipelineName() + ".pipeline.yaml"),
        pipeline().replace("SERVER", server).replace("OPTIONS", options).replace("FORMAT", format));
  }

  /** Sends messages to the partitions of a topic in turn. */
  static void send(KafkaProducer<byte[], byte[]> producer, String topic, List<String> messages)
      throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String message = messages.get(i);
      byte[] value = message.equals("null") ? null : message.getBytes(StandardCharsets.UTF_8);
      sent.add(producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, value)));
    }
    for (Future<?> each : sent) {
      each.get();
    }
  }
}
