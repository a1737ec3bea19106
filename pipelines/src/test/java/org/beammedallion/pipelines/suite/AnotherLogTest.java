package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.beammedallion.io.source.Source;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Changes of another log of the source, as after a failover or a restored backup, are held back
 * against what the table has and what is remembered of deletes, and count once their epoch is
 * confirmed.
 */
class AnotherLogTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: t
      name: T
      version: 1.0.0
      status: active
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: t
          logicalType: object
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: name, logicalType: string}
      """;

  private static final String EPOCHS = "  debezium: {epochs: ['2023-11-14T22:30:00Z']}\n";

  /** 2023-11-14T22:13:20Z. */
  private static final long OLD = 1_700_000_000_000L;

  /** An hour later. */
  private static final long NEW = 1_700_003_600_000L;

  @TempDir Path folder;

  private Lake lake;
  private int files;

  @BeforeEach
  void prepare() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("t.odcs.yaml"), CONTRACT);
    lake = new Lake(folder.resolve("lake"));
    pipeline("", "delta");
  }

  private void pipeline(String options, String format) throws IOException {
    pipeline(options, format, "");
  }

  private void pipeline(String options, String format, String gold) throws IOException {
    Files.writeString(
        folder.resolve("t.pipeline.yaml"),
        "pipeline: t\ncontract: t.odcs.yaml\nsource:\n  server: local\n  changes: debezium\n"
            + options
            + "silver: {write: upsert, format: "
            + format
            + "}\n"
            + gold);
  }

  private static String event(String operation, String name, long lsn, long millis) {
    String row = "{\"id\":1,\"name\":\"" + name + "\"}";
    return "{\"op\":\""
        + operation
        + "\",\"before\":"
        + (operation.equals("d") ? row : "null")
        + ",\"after\":"
        + (operation.equals("d") ? "null" : row)
        + ",\"ts_ms\":"
        + (millis + 100)
        + ",\"source\":{\"connector\":\"postgresql\",\"lsn\":"
        + lsn
        + ",\"ts_ms\":"
        + millis
        + "}}";
  }

  private Ledger cycle(Runner runner, String... events) throws Exception {
    Files.write(folder.resolve("data/" + files++ + ".jsonl"), List.of(events));
    Ledger ledger = lake.cycle(folder.resolve("t.pipeline.yaml"), runner);
    ledger.requireBalance();
    return ledger;
  }

  private List<List<String>> rows() {
    return lake.read("silver", "t").orderBy("id").text("id", "name");
  }

  private List<JsonNode> held() throws IOException {
    List<JsonNode> letters = new ArrayList<>();
    try (Stream<Path> found = Files.walk(lake.folder().resolve("quarantine"))) {
      for (Path file : found.filter(path -> path.toString().contains("ORDER_UNKNOWN")).toList()) {
        if (Files.isRegularFile(file) && file.toString().endsWith(".jsonl")) {
          for (String line : Files.readAllLines(file)) {
            letters.add(new ObjectMapper().readTree(line));
          }
        }
      }
    }
    return letters;
  }

  @ParameterizedTest
  @EnumSource
  void isHeldBackAgainstTheTableUntilItIsConfirmed(Runner runner) throws Exception {
    cycle(runner, event("c", "old", 1000, OLD));
    String restored = event("u", "new", 10, NEW);
    Ledger held = cycle(runner, restored, event("u", "newer", 11, NEW + 1000));

    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 2L)));
    assertThat(held.duplicate(), is(0L));
    assertThat(held.warnings(), hasItem(containsString("2 changes were held back")));
    assertThat(rows(), contains(List.of("1", "old")));
    List<String> payloads =
        held().stream().map(letter -> letter.get("payload").asText()).sorted().toList();
    assertThat(payloads, contains(restored, event("u", "newer", 11, NEW + 1000)));
    assertThat(held().get(0).get("detail").asText(), containsString("epochs"));

    pipeline(EPOCHS, "delta");
    Ledger confirmed =
        cycle(
            runner,
            event("u", "newer", 11, NEW + 1000),
            event("u", "late", 999, OLD - 1000),
            restored);
    assertThat(confirmed.rejected(), is(Map.of()));
    assertThat(confirmed.duplicate(), is(2L));
    assertThat(rows(), contains(List.of("1", "newer")));

    Ledger late = cycle(runner, event("u", "of the old log", 2000, OLD + 1000));
    assertThat(late.duplicate(), is(1L));
    assertThat(rows(), contains(List.of("1", "newer")));
  }

  /**
   * Bronze of an Avro source has its blocks, from which the payloads of held changes come; of a
   * source that is read once, in files that only the manifest knows.
   */
  @ParameterizedTest
  @CsvSource({"DIRECT,false", "FLINK,false", "FLINK,true", "SPARK,false", "SPARK,true"})
  void isHeldBackOfAvroToo(Runner runner, boolean once) throws Exception {
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        CONTRACT.replace("data/*.jsonl, format: json", "data/*.avro, format: avro"));
    avro("1.avro", change("old", 1000, OLD));
    assertThat(cycleOfAvro(runner, once).published(), is(1L));
    GenericRecord restored = change("new", 10, NEW);
    avro("2.avro", change("latest of the old log", 2000, OLD + 1000), restored);
    Ledger held = cycleOfAvro(runner, once);

    held.requireBalance();
    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
    assertThat(rows(), contains(List.of("1", "latest of the old log")));
    ByteArrayOutputStream datum = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(datum, null);
    new GenericDatumWriter<GenericRecord>(EVENT).write(restored, encoder);
    JsonNode letter = held().get(0);
    assertThat(letter.get("position").asLong(), is(1L));
    assertThat(
        "the record in Avro's encoding",
        Base64.getDecoder().decode(letter.get("payload_base64").asText()),
        is(datum.toByteArray()));
  }

  private Ledger cycleOfAvro(Runner runner, boolean once) throws Exception {
    Path pipeline = folder.resolve("t.pipeline.yaml");
    CycleDriver driver = lake.driver(pipeline, runner, CycleListener.NONE);
    Source source = Sources.of(PipelineDefinition.load(pipeline, null), null);
    return (once ? driver.reading(new OnceReadSource(source)) : driver).run().ledger();
  }

  private static final Schema EVENT =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Envelope","fields":[
                {"name":"op","type":"string"},
                {"name":"after","type":["null",{"type":"record","name":"Value","fields":[
                  {"name":"id","type":"long"},{"name":"name","type":"string"}]}]},
                {"name":"source","type":{"type":"record","name":"Source","fields":[
                  {"name":"connector","type":"string"},{"name":"lsn","type":"long"},
                  {"name":"ts_ms","type":"long"}]}}]}
              """);

  private static GenericRecord change(String name, long lsn, long millis) {
    GenericRecord after =
        new GenericData.Record(EVENT.getField("after").schema().getTypes().get(1));
    after.put("id", 1L);
    after.put("name", name);
    GenericRecord source = new GenericData.Record(EVENT.getField("source").schema());
    source.put("connector", "postgresql");
    source.put("lsn", lsn);
    source.put("ts_ms", millis);
    GenericRecord event = new GenericData.Record(EVENT);
    event.put("op", "u");
    event.put("after", after);
    event.put("source", source);
    return event;
  }

  private void avro(String name, GenericRecord... events) throws IOException {
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(EVENT))) {
      out.create(EVENT, folder.resolve("data").resolve(name).toFile());
      for (GenericRecord event : events) {
        out.append(event);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"delta", "iceberg"})
  void isHeldBackAgainstARememberedDelete(String format) throws Exception {
    pipeline("", format);
    cycle(Runner.DIRECT, event("c", "old", 900, OLD - 1000));
    cycle(Runner.DIRECT, event("d", "old", 1000, OLD));
    Ledger held = cycle(Runner.DIRECT, event("c", "new", 10, NEW));

    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
    assertThat(rows(), is(List.of()));

    pipeline(EPOCHS, format);
    assertThat(cycle(Runner.DIRECT, event("c", "new", 10, NEW)).rejected(), is(Map.of()));
    assertThat(rows(), contains(List.of("1", "new")));
  }

  /** What silver did not take is no version either: the history has it once it is confirmed. */
  @ParameterizedTest
  @CsvSource({"FLINK, delta", "FLINK, iceberg", "SPARK, delta"})
  void isNoVersionOfADimensionUntilItIsConfirmed(Runner runner, String format) throws Exception {
    String dimension =
        """
        gold:
          - {table: dim_t, kind: dimension, type: 2, track: name, validFrom: changed_at}
        """;
    Files.writeString(
        folder.resolve("t.odcs.yaml"),
        CONTRACT + "      - {name: changed_at, logicalType: timestamp, required: true}\n");
    pipeline("", format, dimension);
    List<String> first = List.of("1", "old", "2023-11-14T22:13:20Z", "null", "true");
    cycle(runner, dated("c", "old", 1000, OLD));
    assertThat(history(), contains(first));

    String restored = dated("u", "new", 10, NEW);
    String late = dated("u", "older", 900, OLD - 60_000);
    Ledger held = cycle(runner, restored, dated("d", "old", 11, NEW + 1000), late);
    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 2L)));
    List<String> older = List.of("1", "older", "2023-11-14T22:12:20Z", first.get(2), "false");
    assertThat(history(), contains(older, first));
    if (format.equals("delta")) {
      // Spark does not open the other, for it has a '_deleted' of its own there.
      assertThat(lake.rows("silver", "t_versions").size(), is(2));
    }

    pipeline(EPOCHS, format, dimension);
    assertThat(cycle(runner, restored).rejected(), is(Map.of()));
    assertThat(
        history(),
        contains(
            older,
            List.of("1", "old", first.get(2), "2023-11-14T23:13:20Z", "false"),
            List.of("1", "new", "2023-11-14T23:13:20Z", "null", "true")));
  }

  private static String dated(String operation, String name, long lsn, long millis) {
    String time = ",\"changed_at\":\"" + Instant.ofEpochMilli(millis) + "\"}";
    return event(operation, name, lsn, millis).replace(name + "\"}", name + "\"" + time);
  }

  private List<List<String>> history() {
    return lake.read("gold", "dim_t")
        .orderBy("valid_from")
        .text("id", "name", "valid_from", "valid_to", "is_current");
  }

  /** SQL Server's snapshot tells the last commit, and that may be the one of a row's own change. */
  @Test
  void aSnapshotThatFollowsTheLastCommitIsOfTheSameLog() throws Exception {
    String place = "\"connector\":\"sqlserver\",\"commit_lsn\":\"0000002a:00000758:0005\"";
    String change = ",\"change_lsn\":\"0000002a:00000758:0003\",\"event_serial_no\":1";
    String row = "\"after\":{\"id\":1,\"name\":\"n\"},";
    String streamed =
        "{\"op\":\"c\",%s\"ts_ms\":%d,\"source\":{%s%s,\"ts_ms\":%d}}"
            .formatted(row, OLD + 100, place, change, OLD);
    String read =
        "{\"op\":\"r\",%s\"ts_ms\":%d,\"source\":{%s,\"ts_ms\":%d}}"
            .formatted(row, NEW + 100, place, NEW);
    cycle(Runner.DIRECT, streamed);
    Ledger again = cycle(Runner.DIRECT, read);
    assertThat(again.rejected(), is(Map.of()));
    assertThat(again.duplicate(), is(1L));

    String earlier = read.replace("0000002a:00000758:0005", "0000002a:00000758:0004");
    assertThat(cycle(Runner.DIRECT, earlier).rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
  }

  @Test
  void aDeleteOfAnotherLogIsHeldBackToo() throws Exception {
    cycle(Runner.DIRECT, event("c", "old", 1000, OLD));
    Ledger held = cycle(Runner.DIRECT, event("d", "old", 10, NEW));

    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
    assertThat(held.deletes(), is(0L));
    assertThat(rows(), contains(List.of("1", "old")));
  }

  @Test
  void whatCameFirstStaysWhereTheOldLogComesLate() throws Exception {
    cycle(Runner.DIRECT, event("c", "new", 10, NEW));
    Ledger held = cycle(Runner.DIRECT, event("u", "old", 1000, OLD));

    assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
    assertThat(rows(), contains(List.of("1", "new")));

    // The row was written before the epoch was confirmed, and is of it all the same.
    pipeline(EPOCHS, "delta");
    assertThat(cycle(Runner.DIRECT, event("u", "old", 1000, OLD)).duplicate(), is(1L));
    assertThat(rows(), contains(List.of("1", "new")));
  }

  @Test
  void isHeldBackWithinACycleInAnyOrder() throws Exception {
    String old = event("c", "old", 1000, OLD);
    String other = event("u", "new", 10, NEW);
    for (List<String> order : List.of(List.of(old, other), List.of(other, old))) {
      lake = new Lake(folder.resolve("lake-" + order.hashCode()));
      for (int i = 0; i < files; i++) {
        Files.deleteIfExists(folder.resolve("data/" + i + ".jsonl"));
      }
      Ledger held = cycle(Runner.DIRECT, order.toArray(String[]::new));

      assertThat(held.rejected(), is(Map.of(Reason.ORDER_UNKNOWN, 1L)));
      assertThat(held.duplicate(), is(0L));
      assertThat(rows(), contains(List.of("1", "old")));
    }
  }

  @Test
  void needsATimeOnceThereAreEpochs() throws Exception {
    pipeline(EPOCHS, "delta");
    Ledger ledger =
        cycle(
            Runner.DIRECT,
            "{\"op\":\"c\",\"after\":{\"id\":1,\"name\":\"n\"},\"source\":{\"lsn\":5}}");

    assertThat(ledger.rejected(), is(Map.of(Reason.UNSUPPORTED_CHANGE, 1L)));
  }
}
