package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.beammedallion.fixtures.kafka.SchemaRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages whose values need a schema, which a registry or a file has. */
class KafkaSchemasTest extends KafkaPayloads {

  private int position;

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
        silver(),
        equalTo(
            List.of(secondRow(2), secondRow(4), firstRow(1), firstRow(3)).stream()
                .sorted()
                .toList()));
    assertThat(kept(one), is(FIRST));
    assertThat(kept(two), is(SECOND));
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
                "{\"type\": \"record\", \"name\": \"Foreign\", \"fields\": [{\"name\": \"x\","
                    + " \"type\": \"string\"}]}");
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
    assertThat(lake.quarantine("clicks"), is(Map.of("MISSING_REQUIRED", 1L, "MALFORMED", 1L)));
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
        "{\"type\": \"record\", \"name\": \"Whole\", \"fields\": [{\"name\": \"id\", \"type\":"
            + " \"int\"}, {\"name\": \"inner\", \"type\": \""
            + part
            + "\"}, {\"name\": \"at\", \"type\": {\"type\": \"long\", \"logicalType\":"
            + " \"timestamp-millis\"}}]}";
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
  void datumsWithoutNumbersAreReadByTheSchemaOfAFile() throws Exception {
    Files.writeString(folder.resolve("click.avsc"), SECOND.toString());
    pipeline("avro", "kafka: {avroSchema: click.avsc}", "upsert, latestBy: at");
    send(second(1));
    send(first(2));
    assertThat(read(Runner.DIRECT), is(2L));
    assertThat(silver(), equalTo(List.of(secondRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of("MALFORMED", 1L)));
  }

  /** A JSON Schema that every object fits. */
  private int registerText() throws Exception {
    return registry.register(
        topic + "-value",
        "JSON",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\","
            + " \"title\": \""
            + topic
            + "\"}");
  }

  @Test
  void textsOfJsonMayStandBehindTheNumberOfTheirSchema() throws Exception {
    int id = registerText();
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

  @Test
  void messagesOfAKindAreSelectedBehindTheNumberOfTheirSchema() throws Exception {
    int id = registerText();
    pipeline(
        "json",
        registry(registry.url()).replace("}}", "}, where: {$.page: p1}}"),
        "upsert, latestBy: at");
    send(SchemaRegistry.message(id, firstRow(1).getBytes(StandardCharsets.UTF_8)));
    send(SchemaRegistry.message(id, firstRow(2).getBytes(StandardCharsets.UTF_8)));
    assertThat(read(Runner.DIRECT), is(2L));
    assertThat(silver(), equalTo(List.of(firstRow(1))));
    assertThat(lake.quarantine("clicks"), is(Map.of()));
  }

  @Test
  void fieldsOfAvroCannotSelectMessages() throws Exception {
    pipeline(
        "avro",
        registry(registry.url()).replace("}}", "}, where: {$.page: p1}}"),
        "upsert, latestBy: at");
    Commands.Result refused = Commands.run("validate", pipeline.toString());
    assertThat(refused.code(), is(3));
    assertThat(refused.all(), containsString("if messages are JSON; these are avro"));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void changesOfDebeziumMayBeAvro(Runner runner) throws Exception {
    String row =
        "{\"type\": \"record\", \"name\": \"Value\", \"fields\": [{\"name\": \"id\", \"type\":"
            + " \"int\"}, {\"name\": \"page\", \"type\": [\"null\", \"string\"]}]}";
    Schema envelope =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Envelope\", \"fields\": [{\"name\": \"before\","
                    + " \"type\": [\"null\", "
                    + row
                    + "]}, {\"name\": \"after\", \"type\": [\"null\", \"Value\"]}, {\"name\":"
                    + " \"source\", \"type\": {\"type\": \"record\", \"name\": \"Source\","
                    + " \"fields\": [{\"name\": \"ts_ms\", \"type\": \"long\"}, {\"name\": \"lsn\","
                    + " \"type\": \"long\"}]}}, {\"name\": \"op\", \"type\": \"string\"},"
                    + " {\"name\": \"ts_ms\", \"type\": [\"null\", \"long\"]}]}");
    Schema key =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Key\", \"fields\": [{\"name\": \"id\","
                    + " \"type\": \"int\"}]}");
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
