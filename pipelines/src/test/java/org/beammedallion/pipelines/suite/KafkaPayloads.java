package org.beammedallion.pipelines.suite;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.fixtures.kafka.SchemaRegistry;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A topic whose values need a schema, a registry, and a pipeline, for each test new ones. */
abstract class KafkaPayloads {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: clicks
      name: Clicks
      version: 1.0.0
      status: active
      servers:
        - {server: stream, type: kafka, host: 'HOST', format: FORMAT}
      schema:
        - name: clicks
          physicalName: TOPIC
          physicalType: topic
          logicalType: object
          properties:
            - {name: id, logicalType: integer, required: true, primaryKey: true}
            - {name: page, logicalType: string}
            - {name: at, logicalType: timestamp}
            - {name: price, logicalType: number, physicalType: 'decimal(10,2)'}
      """;

  private static final String PIPELINE =
      """
      pipeline: clicks
      contract: clicks.odcs.yaml
      source: {server: stream, OPTIONS}
      silver: {write: SILVER}
      """;

  private static final List<String> COLUMNS = List.of("id", "page", "at", "price");

  static final Schema FIRST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "fields": [
                {"name": "id", "type": "long"},
                {"name": "page", "type": "string"},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
              """);

  /** Fields in another order, and of other types. */
  static final Schema SECOND =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "fields": [
                {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "page", "type": ["null", "string"]},
                {"name": "id", "type": "int"}]}
              """);

  /** 2023-11-14T22:13:20Z. */
  static final long AT = 1_700_000_000L;

  static final String AT_TEXT = "2023-11-14T22:13:20.000Z";

  @TempDir static Path data;
  @TempDir Path folder;

  static KafkaBroker broker;
  static SchemaRegistry registry;
  static int topics;

  String topic = "";
  Lake lake;
  Path pipeline;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.start(data.resolve("kafka"));
    registry = SchemaRegistry.start(data.resolve("registry"));
  }

  @AfterAll
  static void stop() {
    broker.close();
    registry.close();
  }

  @BeforeEach
  void prepare() throws IOException {
    topics++;
    topic = "payloads-" + topics;
    lake = new Lake(folder.resolve("lake"));
    broker.createTopic(topic, 1, Map.of());
    pipeline("avro", registry(registry.url()), "upsert, latestBy: at");
  }

  void pipeline(String format, String options, String silver) throws IOException {
    Files.writeString(
        folder.resolve("clicks.odcs.yaml"),
        CONTRACT
            .replace("HOST", broker.bootstrap())
            .replace("TOPIC", topic)
            .replace("FORMAT", format));
    pipeline =
        Files.writeString(
            folder.resolve("clicks.pipeline.yaml"),
            PIPELINE.replace("OPTIONS", options).replace("SILVER", silver));
  }

  static String registry(String url) {
    return "kafka: {registry: {url: '" + url + "', name: test}}";
  }

  static byte[] avro(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static byte[] first(long id) throws IOException {
    GenericRecord click = new GenericData.Record(FIRST);
    click.put("id", id);
    click.put("page", "p" + id);
    click.put("at", AT * 1000);
    return avro(click);
  }

  static byte[] second(int id) throws IOException {
    GenericRecord click = new GenericData.Record(SECOND);
    click.put("id", id);
    click.put("at", AT * 1_000_000);
    click.put("price", ByteBuffer.wrap(new BigDecimal("12.50").unscaledValue().toByteArray()));
    return avro(click);
  }

  static String firstRow(long id) {
    return String.format("{\"id\":%d,\"page\":\"p%d\",\"at\":\"%s\"}", id, id, AT_TEXT);
  }

  static String secondRow(long id) {
    return String.format("{\"id\":%d,\"at\":\"%s\",\"price\":12.50}", id, AT_TEXT);
  }

  int register(Schema schema) throws Exception {
    return registry.register(topic + "-value-" + schema.hashCode(), "AVRO", schema.toString());
  }

  void send(byte[] key, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
    }
  }

  void send(byte[] value) throws Exception {
    send(null, value);
  }

  long read(Runner runner) throws Exception {
    Ledger ledger = lake.run(pipeline, runner).ledger();
    if (ledger == null) {
      return 0;
    }
    ledger.requireBalance();
    return ledger.read();
  }

  List<String> silver() {
    return lake.rows("silver", "clicks", COLUMNS);
  }

  String quarantined() {
    return Commands.run(
            "read", pipeline.toString(), "quarantine", "--lake=" + lake.folder(), "--output=json")
        .out();
  }

  /** The schema that the lake has, as Avro's parser reads it. */
  Schema kept(int id) throws IOException {
    String file =
        Files.readString(lake.folder().resolve("bronze/clicks/schemas/test/" + id + ".json"));
    return new Schema.Parser().parse(new JsonMapper().readTree(file).get("text").asText());
  }
}
