package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.fixtures.DataSet;
import org.beammedallion.fixtures.orders.OrdersGenerator;
import org.beammedallion.fixtures.orders.OrdersSpec;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.DamagedLogException;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.BronzeSource;
import org.beammedallion.io.source.CycleLimits;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.beammedallion.pipelines.maintain.Maintenance;
import org.beammedallion.pipelines.maintain.SortOrder;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source that answers otherwise each time, and whose end nobody knows before, is read once: the
 * tables hold what the one attempt at bronze has that counts, wherever drivers and workers fail.
 */
class OnceReadSourceTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: feed
      name: Feed
      version: 1.0.0
      status: active
      servers:
        - {server: api, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: feed
          logicalType: object
          properties:
            - {name: part, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
            - {name: number, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 2}
            - {name: request, logicalType: integer, required: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: feed
      contract: feed.odcs.yaml
      source: {server: api}
      silver: {write: upsert, latestBy: request, partitionBy: part}
      """;

  /** Ends a cycle at a step, as the death of its driver would. */
  private record DyingAt(Step last) implements CycleListener {
    @Override
    public void reached(CyclePlan plan, Step step, String detail) {
      if (step == last) {
        throw new IllegalStateException("died");
      }
    }
  }

  @TempDir Path folder;

  private Feed feed;
  private Lake lake;
  private Path pipeline;

  @BeforeEach
  void prepare() throws IOException {
    feed = Feed.start();
    lake = new Lake(folder.resolve("lake"));
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("feed.odcs.yaml"), CONTRACT);
    pipeline = Files.writeString(folder.resolve("feed.pipeline.yaml"), PIPELINE);
  }

  @AfterEach
  void stop() {
    feed.close();
  }

  private Ledger cycle(Runner runner) throws Exception {
    Ledger ledger = run(runner, CycleListener.NONE).ledger();
    ledger.requireBalance();
    return ledger;
  }

  private Outcome run(Runner runner, CycleListener listener) throws Exception {
    return lake.driver(pipeline, runner, listener).reading(feed.source()).run();
  }

  /** Silver is what bronze has, each number of each feed once and none left out. */
  private void assertEachOnce() throws IOException {
    List<String> silver = new ArrayList<>();
    lake.read("silver", "feed")
        .text("part", "number", "request")
        .forEach(row -> silver.add(row.get(0) + "," + row.get(1) + "," + row.get(2)));
    assertThat(silver, containsInAnyOrder(bronze().toArray()));
    for (String part : List.of("a", "b")) {
      List<Long> numbers =
          SparkTables.rows(
                  "SELECT number FROM "
                      + lake.table("silver", "feed")
                      + " WHERE part = '"
                      + part
                      + "' ORDER BY number")
              .stream()
              .map(row -> Long.valueOf(row.get(0)))
              .toList();
      for (int i = 0; i < numbers.size(); i++) {
        assertThat(numbers.get(i), is(i + 1L));
      }
      assertThat(numbers.size(), is(greaterThan(0)));
    }
  }

  private List<Path> bronzeFiles() throws IOException {
    try (Stream<Path> files = Files.walk(lake.folder().resolve("bronze"))) {
      return files.filter(file -> file.toString().endsWith(".avro")).toList();
    }
  }

  private Path newest() throws IOException {
    return bronzeFiles().stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  /** What a worker leaves that was thought dead. */
  private static Path ofAnotherAttempt(Path file) throws IOException {
    String name = file.getFileName().toString();
    return Files.copy(file, file.resolveSibling(name.replaceFirst("-[0-9a-f]{8}-", "-00000000-")));
  }

  /** Every record in bronze, as Avro's own reader reads it. */
  private List<String> bronze() throws IOException {
    List<String> records = new ArrayList<>();
    for (Path file : bronzeFiles()) {
      try (DataFileReader<GenericRecord> reader =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        for (GenericRecord each : reader) {
          String text =
              StandardCharsets.UTF_8
                  .decode(((ByteBuffer) each.get("payload")).duplicate())
                  .toString();
          records.add(text.replaceAll("[^:]*:\"?([a-z0-9]+)\"?[^:]*", "$1,").replaceAll(",$", ""));
        }
      }
    }
    return records;
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void eachCycleBeginsWhereTheLastOneHasEnded(Runner runner) throws Exception {
    assertThat(cycle(runner).read(), is(200L));
    assertThat(cycle(runner).read(), is(200L));
    assertThat(cycle(runner).read(), is(200L));
    assertThat(feed.requests(), is(6));
    assertEachOnce();
  }

  @Test
  void aPersonIsShownTheAttemptThatCounts() throws Exception {
    cycle(Runner.DIRECT);
    cycle(Runner.DIRECT);
    ofAnotherAttempt(newest());
    Commands.Result all =
        Commands.run(
            "read", pipeline.toString(), "bronze", "--lake=" + lake.folder(), "--format=json");
    assertThat(all.err(), all.out().lines().count(), is(400L));
    Commands.Result last =
        Commands.run(
            "read",
            pipeline.toString(),
            "bronze",
            "--cycle=2",
            "--lake=" + lake.folder(),
            "--format=json");
    assertThat(last.err(), last.out().lines().count(), is(200L));
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void whatIsKeptIsNotReadAgain(Runner runner) throws Exception {
    cycle(runner);
    for (Step step : List.of(Step.LANDED, Step.STAGING, Step.MATERIALIZED, Step.STAGED)) {
      int before = feed.requests();
      assertThrows(IllegalStateException.class, () -> run(runner, new DyingAt(step)));
      if (step == Step.LANDED) {
        ofAnotherAttempt(newest());
      }
      Outcome outcome = run(runner, CycleListener.NONE);
      assertThat(step.name(), outcome.resumed(), is(true));
      assertThat(step.name(), feed.requests() - before, is(2));
    }
    assertThat("of five cycles two feeds, and nothing else", bronzeFiles().size(), is(10));
    assertEachOnce();
  }

  @ParameterizedTest
  @EnumSource(Runner.class)
  void whatALostAttemptHasKeptDoesNotCount(Runner runner) throws Exception {
    cycle(runner);
    feed.fail("b");
    assertThrows(RunFailedException.class, () -> run(runner, CycleListener.NONE));
    assertThat(feed.failures(), is(greaterThan(0)));
    feed.fail("");
    Outcome outcome = run(runner, CycleListener.NONE);
    assertThat(outcome.resumed(), is(true));
    assertThat("of two cycles two feeds, and nothing else", bronzeFiles().size(), is(4));
    assertEachOnce();
    cycle(runner);
    assertEachOnce();
  }

  @Test
  void filesOfWorkersThatOutliveTheirCycleCountNowhereAndAreRemoved() throws Exception {
    cycle(Runner.DIRECT);
    cycle(Runner.DIRECT);
    Path late = ofAnotherAttempt(newest());
    Source bronze =
        new BronzeSource(lake.folder().resolve("bronze/feed").toString(), 1, 9, 1 << 20);
    List<String> shards =
        bronze
            .plan(SourceState.none(), new PlanRequest(CycleLimits.DEFAULT, 1, "", List.of()))
            .shards()
            .stream()
            .map(Shard::uri)
            .toList();
    assertThat(shards.size(), is(4));
    assertThat(shards.contains(late.toString()), is(false));
    Maintenance maintenance =
        new Maintenance(
            PipelineDefinition.load(pipeline, null),
            LakeLayout.of(lake.folder().toString()),
            Runner.DIRECT.options(),
            new Maintenance.Settings(Duration.ofHours(1), 1, SortOrder.NONE, 1, false),
            Clock.fixed(Instant.now().plus(Duration.ofHours(2)), ZoneOffset.UTC));
    Path manifest = lake.folder().resolve("bronze/feed/manifests/0000000002.json");
    byte[] content = Files.readAllBytes(manifest);
    Files.delete(manifest);
    assertThrows(DamagedLogException.class, maintenance::run);
    assertThat("nothing is taken for lost without it", bronzeFiles().size(), is(5));
    Files.write(manifest, content);
    assertThat(maintenance.run().resultFiles(), is(1L));
    assertThat(Files.exists(late), is(false));
    assertThat(bronzeFiles().size(), is(4));
    assertEachOnce();
  }

  /** Bad records, partitions, gold: nothing depends on how often the source can be read. */
  @ParameterizedTest
  @EnumSource(Runner.class)
  void theTablesAreThoseOfASourceThatCanBeReadAgain(Runner runner) throws Exception {
    DataSet orders =
        OrdersGenerator.write(
            OrdersSpec.of(900).withFiles(3).withDays(2), folder.resolve("orders"));
    Lake usual = new Lake(folder.resolve("usual"));
    Ledger expected = usual.cycle(orders.pipeline(), runner);
    Lake once = new Lake(folder.resolve("once"));
    PipelineDefinition definition = PipelineDefinition.load(orders.pipeline(), null);
    Ledger ledger =
        once.driver(orders.pipeline(), runner, CycleListener.NONE)
            .reading(new OnceReadSource(Sources.of(definition, null)))
            .run()
            .ledger();
    assertThat(ledger.read(), is(expected.read()));
    assertThat(ledger.rejected(), equalTo(expected.rejected()));
    assertThat(ledger.duplicate(), is(expected.duplicate()));
    assertThat(ledger.input().bronzeFiles(), is(expected.input().bronzeFiles()));
    assertThat(once.rows("silver", "orders"), equalTo(usual.rows("silver", "orders")));
    assertThat(once.rows("gold", "revenue_hourly"), equalTo(usual.rows("gold", "revenue_hourly")));
    assertThat(once.quarantine(definition.name()), equalTo(usual.quarantine(definition.name())));
  }
}
