package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;

/** {@code read} of bronze shows the records that the source had. */
class ReadBronzeTest extends ReadTowns {

  @Test
  void bronzeOfATextHasItsRecordsAtTheirPositions() throws Exception {
    towns("json");
    String text = "{\"id\": 1, \"town\": \"Köln\"}\nno JSON\n{\"id\": 2}\n";
    Path file = data("a.jsonl", text);
    byte[] all = "{\"id\": 3}\n_\n".getBytes(StandardCharsets.UTF_8);
    all[all.length - 2] = (byte) 0xFF;
    Files.write(folder.resolve("data/b.jsonl"), all);
    assertThat(run().code(), is(0));
    List<String> records = new ArrayList<>();
    for (JsonNode row : readJson("bronze", "--where=source LIKE '%a.jsonl'", "--sort=position")) {
      assertThat(row.get("source").asText(), is(file.toString()));
      int position = row.get("position").asInt();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(
          new String(bytes, position, row.get("payload_bytes").asInt(), StandardCharsets.UTF_8),
          is(row.get("payload").asText()));
      records.add(row.get("payload").asText());
    }
    assertThat(records, is(text.lines().toList()));
    JsonNode binary = readJson("bronze", "--where=payload_base64 IS NOT NULL").get(0);
    assertThat(binary.get("payload").isNull(), is(true));
    assertThat(binary.get("payload_base64").binaryValue(), is(new byte[] {(byte) 0xFF}));
  }

  @Test
  void bronzeOfAvroIsShownAsJson() throws Exception {
    towns("avro");
    Schema schema =
        SchemaBuilder.record("Town")
            .fields()
            .requiredInt("id")
            .optionalString("town")
            .requiredBytes("seal")
            .endRecord();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> file =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      file.create(schema, bytes);
      for (int id = 0; id < 3; id++) {
        file.append(
            new GenericRecordBuilder(schema)
                .set("id", id)
                .set("town", id == 1 ? null : "Ulm " + id)
                .set("seal", java.nio.ByteBuffer.wrap(new byte[] {(byte) id}))
                .build());
      }
    }
    Files.write(folder.resolve("data/a.avro"), bytes.toByteArray());
    assertThat(run().code(), is(0));
    List<JsonNode> rows = readJson("bronze", "--sort=-position", "--columns=position,payload");
    assertThat(rows, hasSize(3));
    for (int id = 0; id < 3; id++) {
      JsonNode row = rows.get(2 - id);
      assertThat(row.get("position").asInt(), is(id));
      JsonNode record = JSON.readTree(row.get("payload").asText());
      assertThat(record.get("id").asInt(), is(id));
      assertThat(record.get("town").asText(), is(id == 1 ? "null" : "Ulm " + id));
      assertThat(record.get("seal").binaryValue(), is(new byte[] {(byte) id}));
    }
  }

  @Test
  void bronzeOfParquetIsShownAsJson() throws Exception {
    towns("parquet");
    SparkTables.session()
        .sql(
            "SELECT CAST(id AS INT) AS id, concat('Ulm ', id) AS town, array(id, 2 * id) AS list, DATE '2026-11-05' AS day"
                + " FROM range(0, 5000)")
        .repartition(1)
        .sortWithinPartitions("id")
        .write()
        .option("parquet.block.row.count.limit", "700")
        .parquet(folder.resolve("spark").toString());
    try (var files = Files.list(folder.resolve("spark"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.copy(file, folder.resolve("data/a.parquet"));
      }
    }
    assertThat(run().code(), is(0));
    List<JsonNode> rows = readJson("bronze");
    assertThat(rows, hasSize(5000));
    for (JsonNode row : rows) {
      long number = row.get("position").asLong();
      assertThat(
          JSON.readTree(row.get("payload").asText()),
          is(
              JSON.readTree(
                  "{\"id\":%1$d,\"town\":\"Ulm %1$d\",\"list\":[%1$d,%2$d],\"day\":\"2026-11-05\"}"
                      .formatted(number, 2 * number))));
    }
    List<JsonNode> some =
        readJson("bronze", "--where=position >= 4990 AND payload LIKE '%\"Ulm 4995\"%'");
    assertThat(some, hasSize(1));
  }
}
