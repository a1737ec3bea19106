package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages whose values need a schema, which a registry or a file has. */
class KafkaSchemasTest {

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

  private static final Schema FIRST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "fields": [
                {"name": "id", "type": "long"},
                {"name": "page", "type": "string"},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
              """);

  /** Fields in another order, and of other types. */
  private static final Schema SECOND =
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
  private static final long AT = 1_700_000_000L;

  private static final String AT_TEXT = "2023-11-14T22:13:20Z";

  @TempDir static Path data;
  @TempDir Path folder;

  private static KafkaBroker broker;
  private static SchemaRegistry registry;
  private static int topics;

  private String topic = "";
  private Lake lake;
  private Path pipeline;

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

  private void pipeline(String format, String options, String silver) throws IOException {
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

  private static String registry(String url) {
    return "kafka: {registry: {url: '" + url + "', name: test}}";
  }

  private static byte[] avro(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] first(long id) throws IOException {
    GenericRecord click = new GenericData.Record(FIRST);
    click.put("id", id);
    click.put("page", "p" + id);
    click.put("at", AT * 1000);
    return avro(click);
  }

  private static byte[] second(int id) throws IOException {
    GenericRecord click = new GenericData.Record(SECOND);
    click.put("id", id);
    click.put("at", AT * 1_000_000);
    click.put("price", ByteBuffer.wrap(new BigDecimal("12.50").unscaledValue().toByteArray()));
    return avro(click);
  }

  private static String firstRow(long id) {
    return String.format("{\"id\":%d,\"page\":\"p%d\",\"at\":\"%s\"}", id, id, AT_TEXT);
  }

  private static String secondRow(long id) {
    return String.format("{\"id\":%d,\"at\":\"%s\",\"price\":12.50}", id, AT_TEXT);
  }

  private int register(Schema schema) throws Exception {
    return registry.register(topic + "-value-" + schema.hashCode(), "AVRO", schema.toString());
  }

  private void send(byte[] key, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, 0, key, value)).get();
    }
  }

  private void send(byte[] value) throws Exception {
    send(null, value);
  }

  private long read(Runner runner) throws Exception {
    Ledger ledger = lake.run(pipeline, runner).ledger();
    if (ledger == null) {
      return 0;
    }
    ledger.requireBalance();
    return ledger.read();
  }

  private List<String> silver() {
    return lake.rows("silver", "clicks", COLUMNS);
  }

  private String quarantined() {
    return Commands.run(
            "read", pipeline.toString(), "quarantine", "--lake=" + lake.folder(), "--output=json")
        .out();
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void eachMessageIsReadByTheSchemaThatItWasWrittenWith(Runner runner) throws Exception {
    int one = register(FIRST);
    int two = register(SECOND);
    send(SchemaRegistry.message(one, first(1)));
    send(SchemaRegistry.message(two, second(2)));
    send(SchemaRegistry.message(one, first(3)));
    send(SchemaRegistry.message(two, second(4)));
    assertThat(read(runner), is(4L));
    assertThat(
        silver(), equalTo(List.of(secondRow(2), secondRow(4), firstRow(1), firstRow(3)).stream().sorted().toList()));
    assertThat(kept(one), is(FIRST));
    assertThat(kept(two), is(SECOND));
  }

  /** The schema that the lake has, as Avro's parser reads it. */
  private Schema kept(int id) throws IOException {
    String file = Files.readString(lake.folder().resolve("bronze/clicks/schemas/test/" + id + ".json"));
    return new Schema.Parser()
        .parse(new com.fasterxml.jackson.databind.json.JsonMapper().readTree(file).get("text").asText());
  }

  @Test
  void aNumberThatTheRegistryDoesNotHaveIsADeadLetter() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    send(SchemaRegistry.message(987_654, first(2)));
    send(new byte[] {'n', 'o', 'n', 'e', ' ', 'o', 'f', ' ', 'i', 't'});
    send(new byte[] {0, 0, 1});
    send(SchemaRegistry.message(one, new byte[] {2, 8, 'a'}));
    send(null, null);
    assertThat(read(Runner.DIRECT), is(6L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of("MALFORMED", 5L)));
    assertThat(
        quarantined(),
        allOf(
            containsString("has no schema with the number 987654"),
            containsString("its first byte is 0x6E"),
            containsString("it has only 3 bytes"),
            containsString("no Avro record of schema " + one + " of the registry"),
            containsString("found null")));
  }

  @Test
  void whatDoesNotFitTheContractIsADeadLetterWithItsReason() throws Exception {
    Schema other =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Click", "fields": [
                  {"name": "page", "type": "string"}, {"name": "at", "type": "string"}]}
                """);
    Schema foreign =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Foreign\", \"fields\": [{\"name\": \"x\", \"type\": \"string\"}]}");
    GenericRecord withoutId = new GenericData.Record(other);
    withoutId.put("page", "p");
    withoutId.put("at", AT_TEXT);
    GenericRecord stranger = new GenericData.Record(foreign);
    stranger.put("x", "y");
    send(SchemaRegistry.message(register(other), avro(withoutId)));
    send(SchemaRegistry.message(register(foreign), avro(stranger)));
    send(SchemaRegistry.message(register(FIRST), first(1)));
    assertThat(read(Runner.DIRECT), is(3L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(
        lake.quarantine("clicks"), is(Map.of("MISSING_REQUIRED", 1L, "MALFORMED", 1L)));
    assertThat(quarantined(), containsString("is one of the contract: it has x."));
  }

  @Test
  void aSchemaThatRefersToOthersIsKeptWithThem() throws Exception {
    String part = "Part" + topics;
    registry.register(
        part,
        "AVRO",
        "{\"type\": \"record\", \"name\": \""
            + part
            + "\", \"fields\": [{\"name\": \"at\", \"type\": \"long\"}]}");
    String text =
        "{\"type\": \"record\", \"name\": \"Whole\", \"fields\": [{\"name\": \"id\", \"type\": \"int\"},"
            + " {\"name\": \"inner\", \"type\": \""
            + part
            + "\"}, {\"name\": \"at\", \"type\": {\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}}]}";
    int whole = registry.register(topic + "-value", "AVRO", text, List.of(part));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeInt(5);
    encoder.writeLong(6);
    encoder.writeLong(AT * 1000);
    encoder.flush();
    send(SchemaRegistry.message(whole, out.toByteArray()));
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(List.of("{\"id\":5,\"at\":\"" + AT_TEXT + "\"}")));
    assertThat(kept(whole).getField("inner").schema().getName(), is(part));
  }

  @Test
  void bronzeIsReadAgainWithoutTheRegistry() throws Exception {
    broker.deleteTopic(topic);
    broker.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    try (SchemaRegistry other = SchemaRegistry.start(folder.resolve("other"))) {
      int one = other.register(topic, "AVRO", FIRST.toString());
      int two = other.register(topic + "-2", "AVRO", SECOND.toString());
      pipeline("avro", registry(other.url()), "upsert, latestBy: at");
      send(new byte[] {1}, SchemaRegistry.message(one, first(1)));
      send(new byte[] {2}, SchemaRegistry.message(two, second(2)));
      // A compacted topic is kept first; the tables are made of bronze in a second pass.
      assertThrows(
          IllegalStateException.class,
          () ->
              lake.run(
                  pipeline,
                  Runner.DIRECT,
                  (plan, reached, detail) -> {
                    if (reached == org.beammedallion.pipelines.cycle.CycleListener.Step.STAGED) {
                      throw new IllegalStateException("died");
                    }
                  }));
      other.kill();
    }
    assertThat(read(Runner.DIRECT), is(2L));
    assertThat(silver(), equalTo(List.of(secondRow(2), firstRow(1)).stream().sorted().toList()));
  }

  @Test
  void aRegistryThatIsAwayFailsTheCycleAndLosesNothing() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    pipeline("avro", registry("http://127.0.0.1:1/apis/ccompat/v7"), "upsert, latestBy: at");
    Commands.Result failed = run();
    assertThat(failed.all(), failed.code(), is(not(0)));
    assertThat(
        failed.all(),
        allOf(
            containsString("The schema registry at 'http://127.0.0.1:1/apis/ccompat/v7' cannot be read"),
            containsString("Nothing is lost")));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
    // Something that answers and is no registry knows no number either.
    pipeline(
        "avro",
        registry(registry.url().replace("/apis/ccompat/v7", "/elsewhere")),
        "upsert, latestBy: at");
    assertThat(run().all(), containsString("there is nothing at"));
    pipeline("avro", registry(registry.url()), "upsert, latestBy: at");
    assertThat(read(Runner.DIRECT), is(1L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
  }

  private Commands.Result run() {
    return Commands.run(
        "run", pipeline.toString(), "--lake=" + lake.folder(), "--runner=DirectRunner");
  }

  @Test
  void aRegistryWithBasicAuthIsReadAndTheSecretIsInNoMessage() throws Exception {
    int one = register(FIRST);
    send(SchemaRegistry.message(one, first(1)));
    Path secret = Files.writeString(folder.resolve("password"), "c4n4ry\n");
    HttpServer guarded = guarded("reader:c4n4ry");
    try {
      String url = "http://127.0.0.1:" + guarded.getAddress().getPort();
      String options =
          "kafka: {registry: {url: '"
              + url
              + "', properties: {basic.auth.user.info: 'USER:${file:"
              + secret
              + "}'}}}";
      pipeline("avro", options.replace("USER", "nobody"), "upsert, latestBy: at");
      Commands.Result refused = run();
      assertThat(
          refused.all(),
          allOf(containsString("status 401"), containsString("'basic.auth.user.info'")));
      assertThat(refused.all(), not(containsString("c4n4ry")));
      pipeline("avro", options.replace("USER", "reader"), "upsert, latestBy: at");
      assertThat(read(Runner.DIRECT), is(1L));
    } finally {
      guarded.stop(0);
    }
    assertThat(silver(), equalTo(List.of(firstRow(1))));
  }

  /** The registry behind a server that asks for a user and a password. */
  private static HttpServer guarded(String user) throws IOException {
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            forward(exchange);
          } else {
            exchange.sendResponseHeaders(401, -1);
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private static void forward(HttpExchange exchange) throws IOException {
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(registry.url() + exchange.getRequestURI().getPath()))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void datumsWithoutNumbersAreReadByTheSchemaOfAFile() throws Exception {
    Files.writeString(folder.resolve("click.avsc"), SECOND.toString());
    pipeline("avro", "kafka: {avroSchema: click.avsc}", "upsert, latestBy: at");
    send(second(1));
    send(first(2));
    assertThat(read(Runner.DIRECT), is(2L));
    assertThat(silver(), equalTo(List.of(secondRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of("MALFORMED", 1L)));
  }

  @Test
  void textsOfJsonMayStandBehindTheNumberOfTheirSchema() throws Exception {
    int id =
        registry.register(
            topic + "-value",
            "JSON",
            "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\", \"title\": \""
                + topic
                + "\"}");
    pipeline("json", registry(registry.url()), "upsert, latestBy: at");
    String row = firstRow(1);
    send(SchemaRegistry.message(id, row.getBytes(StandardCharsets.UTF_8)));
    send(SchemaRegistry.message(id, "{\"page\": 1}".getBytes(StandardCharsets.UTF_8)));
    send(SchemaRegistry.message(987_654, row.getBytes(StandardCharsets.UTF_8)));
    send(SchemaRegistry.message(register(FIRST), first(1)));
    send(row.getBytes(StandardCharsets.UTF_8));
    assertThat(read(Runner.DIRECT), is(5L));
    assertThat(silver(), equalTo(List.of(row)));
    assertThat(lake.quarantine("clicks"), is(Map.of("TYPE_MISMATCH", 1L, "MALFORMED", 3L)));
    assertThat(
        quarantined(),
        allOf(
            containsString("its first byte is 0x7B"),
            containsString("of the registry is of type AVRO")));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void changesOfDebeziumMayBeAvro(Runner runner) throws Exception {
    String row =
        "{\"type\": \"record\", \"name\": \"Value\", \"fields\": [{\"name\": \"id\", \"type\": \"int\"}, {\"name\":"
            + " \"page\", \"type\": [\"null\", \"string\"]}]}";
    Schema envelope =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Envelope\", \"fields\": [{\"name\": \"before\", \"type\": [\"null\", "
                    + row
                    + "]}, {\"name\": \"after\", \"type\": [\"null\", \"Value\"]}, {\"name\": \"source\", \"type\":"
                    + " {\"type\": \"record\", \"name\": \"Source\", \"fields\": [{\"name\": \"ts_ms\", \"type\":"
                    + " \"long\"}, {\"name\": \"lsn\", \"type\": \"long\"}]}}, {\"name\": \"op\", \"type\": \"string\"},"
                    + " {\"name\": \"ts_ms\", \"type\": [\"null\", \"long\"]}]}");
    Schema key =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Key\", \"fields\": [{\"name\": \"id\", \"type\": \"int\"}]}");
    int envelopeId = register(envelope);
    int keyId = register(key);
    pipeline("avro", "changes: debezium, " + registry(registry.url()), "upsert");
    change(envelope, envelopeId, keyId, "c", 1, null, "a");
    change(envelope, envelopeId, keyId, "c", 2, null, "b");
    change(envelope, envelopeId, keyId, "u", 1, "a", "c");
    change(envelope, envelopeId, keyId, "d", 2, "b", null);
    // The tombstone behind a delete.
    send(key(key, keyId, 2), null);
    assertThat(read(runner), is(5L));
    assertThat(silver(), equalTo(List.of("{\"id\":1,\"page\":\"c\"}")));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
  }

  private int position;

  private void change(
      Schema envelope, int envelopeId, int keyId, String op, int id, String before, String after)
      throws Exception {
    position++;
    Schema row = envelope.getField("after").schema().getTypes().get(1);
    GenericRecord source = new GenericData.Record(envelope.getField("source").schema());
    source.put("ts_ms", AT * 1000 + position);
    source.put("lsn", (long) position);
    GenericRecord event = new GenericData.Record(envelope);
    event.put("before", before == null ? null : image(row, id, before));
    event.put("after", after == null ? null : image(row, id, after));
    event.put("source", source);
    event.put("op", op);
    event.put("ts_ms", AT * 1000 + position);
    Schema key =
        Schema.createRecord(
            "Key",
            null,
            null,
            false,
            List.of(new Schema.Field("id", Schema.create(Schema.Type.INT))));
    send(key(key, keyId, id), SchemaRegistry.message(envelopeId, avro(event)));
  }

  private static byte[] key(Schema schema, int keyId, int id) throws IOException {
    GenericRecord key = new GenericData.Record(schema);
    key.put("id", id);
    return SchemaRegistry.message(keyId, avro(key));
  }

  private static GenericRecord image(Schema schema, int id, String page) {
    GenericRecord image = new GenericData.Record(schema);
    image.put("id", id);
    image.put("page", page);
    return image;
  }
}
