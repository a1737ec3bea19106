package org.beammedallion.pipelines.suite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.beammedallion.pipelines.suite.AccountHistory.Account;
import org.beammedallion.pipelines.suite.AccountHistory.Change;

/** Ways in which changes are written to files. */
enum ChangeLog {
  DEBEZIUM_JSON(
      "debezium", "changes: debezium\n  debezium: {timeUnit: micros, decimals: precise}", "jsonl") {
    @Override
    void write(Path file, List<Change> changes) throws IOException {
      List<String> lines = new ArrayList<>();
      for (Change change : changes) {
        lines.add(envelope(change).toString());
        if (change.operation() == 'd') {
          lines.add("null");
        }
      }
      Files.write(file, lines, StandardCharsets.UTF_8);
    }
  },
  DEBEZIUM_JSON_WITH_SCHEMA("debezium", "changes: debezium", "jsonl") {
    @Override
    void write(Path file, List<Change> changes) throws IOException {
      List<String> lines = new ArrayList<>();
      for (Change change : changes) {
        ObjectNode envelope = envelope(change);
        for (String image : List.of("before", "after")) {
          if (envelope.get(image) instanceof ObjectNode row && row.has("changed_at")) {
            row.put("changed_at", row.get("changed_at").asLong() * 1000);
          }
        }
        lines.add("{\"schema\":" + JSON_SCHEMA + ",\"payload\":" + envelope + "}");
      }
      Files.write(file, lines, StandardCharsets.UTF_8);
    }
  },
  DEBEZIUM_AVRO("debezium-avro", "changes: debezium", "avro") {
    @Override
    void write(Path file, List<Change> changes) throws IOException {
      try (DataFileWriter<Object> writer =
          new DataFileWriter<>(new GenericDatumWriter<>(ENVELOPE))) {
        writer.setCodec(CodecFactory.deflateCodec(1)).setSyncInterval(1 << 10);
        writer.create(ENVELOPE, file.toFile());
        for (Change change : changes) {
          writer.append(avroEnvelope(change));
          if (change.operation() == 'd') {
            writer.append(null);
          }
        }
      }
    }
  },
  DMS_CSV("dms", "changes: dms\n  dms: {timestampColumn: cdc_ts}", "csv") {
    @Override
    void write(Path file, List<Change> changes) throws IOException {
      List<String> lines = new ArrayList<>();
      lines.add("Op,cdc_ts,id,owner,email,balance,opened_on,changed_at,branch");
      for (Change change : changes) {
        Account row = change.operation() == 'd' ? change.before() : change.after();
        lines.add(
            String.join(
                ",",
                dmsOperation(change),
                text(change.millis() * 1000),
                Long.toString(row.id()),
                '"' + row.owner().replace("\"", "\"\"") + '"',
                row.email() == null ? "" : row.email(),
                row.balance().toPlainString(),
                LocalDate.ofEpochDay(row.openedOn()).toString(),
                text(row.changedAt()),
                "north"));
      }
      Files.write(file, lines, StandardCharsets.UTF_8);
    }
  },
  DMS_PARQUET("dms-parquet", "changes: dms\n  dms: {timestampColumn: cdc_ts}", "parquet") {
    @Override
    void write(Path file, List<Change> changes) throws IOException {
      try (ParquetWriter<GenericRecord> writer =
          AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
              .withSchema(DMS)
              .build()) {
        for (Change change : changes) {
          Account row = change.operation() == 'd' ? change.before() : change.after();
          GenericRecord record = new GenericData.Record(DMS);
          record.put("Op", dmsOperation(change));
          record.put("cdc_ts", text(change.millis() * 1000));
          fill(record, row);
          writer.write(record);
        }
      }
    }
  };

  private static final String COLUMNS =
      """
      {"name": "id", "type": "long"},
      {"name": "owner", "type": "string"},
      {"name": "email", "type": ["null", "string"]},
      {"name": "balance", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
      {"name": "opened_on", "type": ["null", {"type": "int", "logicalType": "date"}]},
      {"name": "changed_at", "type": {"type": "long", "logicalType": "timestamp-micros"}}
      """;

  private static final Schema DMS =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "dms", "fields": [
                {"name": "Op", "type": ["null", "string"]},
                {"name": "cdc_ts", "type": ["null", "string"]},
              """
                  + COLUMNS
                  + "]}");

  private static final Schema ENVELOPE =
      new Schema.Parser()
          .parse(
              """
              ["null", {"type": "record", "name": "Envelope", "fields": [
                {"name": "before", "type": ["null", {"type": "record", "name": "Value", "fields": [
              """
                  + COLUMNS
                      .replace(
                          "\"type\": \"int\", \"logicalType\": \"date\"",
                          "\"type\": \"int\", \"connect.name\": \"io.debezium.time.Date\"")
                      .replace(
                          "\"type\": \"long\", \"logicalType\": \"timestamp-micros\"",
                          "\"type\": \"long\", \"connect.name\": \"io.debezium.time.MicroTimestamp\"")
                  + """
                ]}]},
                {"name": "after", "type": ["null", "Value"]},
                {"name": "source", "type": {"type": "record", "name": "Source", "fields": [
                  {"name": "lsn", "type": ["null", "long"]},
                  {"name": "sequence", "type": ["null", "string"]},
                  {"name": "ts_ms", "type": "long"}]}},
                {"name": "op", "type": "string"},
                {"name": "ts_ms", "type": ["null", "long"]}]}]
              """);

  private static final String JSON_SCHEMA =
      """
      {"type":"struct","fields":[{"type":"struct","fields":[
      {"type":"int64","optional":false,"field":"id"},
      {"type":"string","optional":false,"field":"owner"},
      {"type":"string","optional":true,"field":"email"},
      {"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,
       "parameters":{"scale":"2","connect.decimal.precision":"12"},"field":"balance"},
      {"type":"int32","optional":true,"name":"io.debezium.time.Date","version":1,"field":"opened_on"},
      {"type":"int64","optional":false,"name":"io.debezium.time.NanoTimestamp","version":1,"field":"changed_at"}
      ],"optional":true,"name":"bank.public.accounts.Value","field":"after"}],"optional":false,"name":"bank.Envelope"}
      """
          .replace("\n", "");

  private final String server;
  private final String changes;
  private final String extension;

  ChangeLog(String server, String changes, String extension) {
    this.server = server;
    this.changes = changes;
    this.extension = extension;
  }

  abstract void write(Path file, List<Change> changes) throws IOException;

  boolean isDms() {
    return name().startsWith("DMS");
  }

  /** Contract and pipeline file of the documentation's example, for files of this kind. */
  Path pipeline(Path folder) throws IOException {
    Path example = Path.of("..", "docs", "examples", "accounts");
    Files.createDirectories(folder.resolve("data"));
    Files.copy(example.resolve("accounts.odcs.yaml"), folder.resolve("accounts.odcs.yaml"));
    Path pipeline = folder.resolve("accounts.pipeline.yaml");
    Files.writeString(
        pipeline,
        Files.readString(example.resolve("accounts.pipeline.yaml"))
            .replace("server: debezium", "server: " + server)
            .replaceAll("changes: debezium\n +debezium: \\{.*}", changes));
    return pipeline;
  }

  /**
   * Writes a history to files that arrive in any order. Debezium's events are shuffled, and some
   * come twice; DMS keeps the order within a file.
   */
  List<Path> write(AccountHistory history, Path folder, int files, Random random)
      throws IOException {
    Files.createDirectories(folder);
    List<Change> snapshot =
        history.changes().stream().filter(change -> change.operation() == 'r').toList();
    List<Change> rest = new ArrayList<>(history.changes());
    List<Path> written = new ArrayList<>();
    if (isDms()) {
      rest.removeAll(snapshot);
      written.add(folder.resolve("LOAD00000001." + extension));
      write(written.get(0), snapshot);
    } else {
      rest.addAll(rest.subList(0, rest.size() / 10));
      Collections.shuffle(rest, random);
    }
    for (int i = 0; i < files; i++) {
      Path file = folder.resolve("20251103-0000000" + i + "." + extension);
      write(file, rest.subList(rest.size() * i / files, rest.size() * (i + 1) / files));
      written.add(file);
    }
    Collections.shuffle(written, random);
    return written;
  }

  private static String dmsOperation(Change change) {
    return switch (change.operation()) {
      case 'd' -> "D";
      case 'u' -> "U";
      default -> "I";
    };
  }

  private static String text(long micros) {
    Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS")
        .format(instant.atOffset(ZoneOffset.UTC));
  }

  private static ObjectNode envelope(Change change) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    // A log that holds no whole rows tells the key of a deleted row, and nothing else.
    if (change.operation() == 'd' && change.lsn() % 2 == 0) {
      envelope.putObject("before").put("id", change.before().id()).putNull("owner");
    } else {
      put(envelope, "before", change.before());
    }
    put(envelope, "after", change.after());
    ObjectNode source = envelope.putObject("source");
    source.put("connector", "postgresql").put("ts_ms", change.millis()).put("lsn", change.lsn());
    source.put("sequence", sequence(change));
    envelope.put("op", String.valueOf(change.operation())).put("ts_ms", change.millis() + 50);
    envelope.putNull("transaction");
    return envelope;
  }

  private static String sequence(Change change) {
    return "[\"" + change.lastCommit() + "\",\"" + change.lsn() + "\"]";
  }

  private static void put(ObjectNode envelope, String image, Account account) {
    if (account == null) {
      envelope.putNull(image);
      return;
    }
    envelope
        .putObject(image)
        .put("id", account.id())
        .put("owner", account.owner())
        .put("email", account.email())
        .put("balance", account.balance().unscaledValue().toByteArray())
        .put("opened_on", account.openedOn())
        .put("changed_at", account.changedAt())
        .put("branch", "north");
  }

  private static GenericRecord avroEnvelope(Change change) {
    Schema envelope = ENVELOPE.getTypes().get(1);
    GenericRecord record = new GenericData.Record(envelope);
    record.put("before", avroRow(envelope, change.before()));
    record.put("after", avroRow(envelope, change.after()));
    GenericRecord source = new GenericData.Record(envelope.getField("source").schema());
    source.put("lsn", change.lsn());
    source.put("sequence", sequence(change));
    source.put("ts_ms", change.millis());
    record.put("source", source);
    record.put("op", String.valueOf(change.operation()));
    return record;
  }

  private static GenericRecord avroRow(Schema envelope, Account account) {
    if (account == null) {
      return null;
    }
    GenericRecord record =
        new GenericData.Record(envelope.getField("before").schema().getTypes().get(1));
    fill(record, account);
    return record;
  }

  private static void fill(GenericRecord record, Account account) {
    record.put("id", account.id());
    record.put("owner", account.owner());
    record.put("email", account.email());
    record.put("balance", ByteBuffer.wrap(account.balance().unscaledValue().toByteArray()));
    record.put("opened_on", account.openedOn());
    record.put("changed_at", account.changedAt());
  }
}
