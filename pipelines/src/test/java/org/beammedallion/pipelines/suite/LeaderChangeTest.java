package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.beammedallion.fixtures.kafka.ThreeBrokers;
import org.beammedallion.io.progress.KafkaShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The leader of a partition is killed in mid-cycle: every record once, as DuckDB finds them. */
@Tag("nightly")
class LeaderChangeTest extends TopicOfClicks {

  private static final int RECORDS = 9_000;

  @TempDir static Path data;

  /** Whose leader is to be killed; null when it was. */
  private static final AtomicReference<ThreeBrokers.Led> LED = new AtomicReference<>();

  private static ThreeBrokers cluster;

  @BeforeAll
  static void startBrokers() throws Exception {
    cluster = ThreeBrokers.start(data);
  }

  @AfterAll
  static void stopBrokers() {
    cluster.close();
  }

  @Override
  String host() {
    return cluster.controller().bootstrap();
  }

  @Override
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    return cluster.controller().producer(settings);
  }

  /** Some 3 MB in each partition, so that a range is read in several batches. */
  private List<String> clicks(int from, int to, int version) {
    String page = "p".repeat(1000);
    List<String> clicks = new ArrayList<>();
    for (int id = from; id < to; id++) {
      clicks.add(
          String.format("{\"id\": %d, \"version\": %d, \"page\": \"%s\"}", id, version, page));
    }
    return clicks;
  }

  private void send(List<String> clicks) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < clicks.size(); i++) {
        byte[] value = clicks.get(i).getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>(topic, i % 3, null, value)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Runner.class,
      names = {"DIRECT", "FLINK"})
  void everyRecordIsReadOnce(Runner runner) throws Exception {
    cluster.controller().createTopic(topic, 3, Map.of("min.insync.replicas", "2"));
    List<String> first = clicks(0, RECORDS, 1);
    send(first);
    // Small answers, so that the broker is still needed when it is killed.
    pipeline = pipeline(", kafka: {properties: {max.partition.fetch.bytes: '65536'}}");
    ThreeBrokers.Led led = cluster.led(topic);
    LED.set(led);
    try {
      Source topics = Sources.of(PipelineDefinition.load(pipeline, null), null);
      lake.driver(pipeline, runner, CycleListener.NONE).reading(new Killing(topics)).run();
    } catch (StorageException | RunFailedException e) {
      // That is allowed: the next run completes the cycle.
    }
    assertThat("the leader was killed while its partition was read", LED.get(), is(nullValue()));
    run(runner);
    List<String> second = clicks(RECORDS / 2, RECORDS + RECORDS / 2, 2);
    send(second);
    run(runner);
    led.leader().restart();
    assertThat(run(runner).ledger(), is(nullValue()));
    assertThat(silver(), equalTo(latestByDuckDb(first, second)));
    assertThat(bronze(), equalTo(sorted(first, second)));
  }

  /** Kills the leader of a partition after the first batch of its records. */
  private record Killing(Source inner) implements Source {

    private static final long serialVersionUID = 1L;

    @Override
    public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
      return inner.plan(state, request);
    }

    @Override
    public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
      RawBatches batches = inner.open(shard, blocks);
      ThreeBrokers.Led led = LED.get();
      return led != null && ((KafkaShard) shard).partition() == led.partition()
          ? new KillingBatches(batches)
          : batches;
    }

    @Override
    public boolean isByPosition() {
      return true;
    }

    @Override
    public boolean made(Shard shard) {
      return inner.made(shard);
    }

    @Override
    public Estimate estimate(Shard shard) {
      return inner.estimate(shard);
    }
  }

  private record KillingBatches(RawBatches inner) implements RawBatches {

    @Override
    public @Nullable RawBatch next() throws IOException {
      RawBatch batch = inner.next();
      ThreeBrokers.Led led = LED.getAndSet(null);
      if (led != null) {
        try {
          led.leader().kill();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return batch;
    }

    @Override
    public @Nullable String warning() {
      return inner.warning();
    }

    @Override
    public String reached() {
      return inner.reached();
    }

    @Override
    public void close() throws IOException {
      inner.close();
    }
  }

  private static List<String> sorted(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    all.sort(String::compareTo);
    return all;
  }

  /** The payload of each record, as Avro's own reader reads it. */
  private List<String> bronze() throws IOException {
    List<String> payloads = new ArrayList<>();
    try (Stream<Path> files = Files.walk(lake.folder().resolve("bronze"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".avro")).toList()) {
        try (DataFileReader<GenericRecord> reader =
            new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
          for (GenericRecord record : reader) {
            payloads.add(
                StandardCharsets.UTF_8.decode((ByteBuffer) record.get("payload")).toString());
          }
        }
      }
    }
    payloads.sort(String::compareTo);
    return payloads;
  }

  /** What was sent, of each id the latest version. */
  private List<String> latestByDuckDb(List<String> some, List<String> others) throws Exception {
    Path file = Files.write(folder.resolve("sent.jsonl"), sorted(some, others));
    List<String> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT '{\"id\":' || id || ',\"version\":' || max(version) || ',\"page\":\"' ||"
                    + " any_value(page) || '\"}' FROM read_json('"
                    + file
                    + "', format = 'newline_delimited') GROUP BY id")) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    rows.sort(String::compareTo);
    return rows;
  }
}
