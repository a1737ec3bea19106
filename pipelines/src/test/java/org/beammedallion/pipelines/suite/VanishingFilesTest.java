package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.progress.SourceState;
import org.beammedallion.io.source.PlanRequest;
import org.beammedallion.io.source.Source;
import org.beammedallion.io.source.SourcePlan;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.wiring.Sources;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.RawBatches;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file in two shards that vanishes and comes back while a cycle reads it: the cycle has all of it
 * or nothing, and a later one reads it.
 */
class VanishingFilesTest {

  private static final Map<Integer, Integer> OPENED = new ConcurrentHashMap<>();

  @TempDir private Path folder;

  private Path pipeline;
  private Lake lake;

  /**
   * Cuts every file in two.
   *
   * @param first how often the first half of a file is gone when it is opened
   * @param second how often the second half is
   */
  private record Flickering(Source inner, String name, int first, int second) implements Source {

    private static final long serialVersionUID = 1L;

    @Override
    public SourcePlan plan(SourceState state, PlanRequest request) throws IOException {
      SourcePlan plan = inner.plan(state, request);
      List<Shard> halves = new ArrayList<>();
      for (Shard shard : plan.shards()) {
        FileShard file = (FileShard) shard;
        long middle = file.size() / 2;
        halves.add(half(halves.size(), file, 0, middle));
        halves.add(half(halves.size(), file, middle, file.size()));
      }
      return new SourcePlan(
          halves,
          plan.more(),
          plan.known(),
          plan.fresh(),
          plan.freshBytes(),
          plan.refused(),
          plan.takenAgain(),
          plan.names(),
          plan.positions(),
          plan.lost(),
          plan.missing(),
          plan.warnings());
    }

    private static Shard half(int number, FileShard file, long from, long to) {
      return new FileShard(number, file.uri(), file.size(), file.modified(), from, to);
    }

    @Override
    public RawBatches open(Shard shard, BlockSink blocks) throws IOException {
      int gone = shard.number() % 2 == 0 ? first : second;
      if (shard.uri().endsWith(name) && OPENED.merge(shard.number(), 1, Integer::sum) <= gone) {
        throw new FileNotFoundException(shard.uri());
      }
      return inner.open(shard, blocks);
    }

    @Override
    public Estimate estimate(Shard shard) {
      return inner.estimate(shard);
    }
  }

  @BeforeEach
  void begin() {
    OPENED.clear();
    lake = new Lake(folder.resolve("lake"));
  }

  private void prepare(String write) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(
        folder.resolve("sales.odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: sales
        version: 1.0.0
        servers:
          - {server: files, type: local, path: in/*.jsonl, format: json}
        schema:
          - name: sales
            properties:
              - {name: id, logicalType: string, KEY: true}
              - {name: day, logicalType: date, required: true}
              - {name: amount, logicalType: integer, required: true}
        """
            .replace("KEY", write.startsWith("upsert") ? "primaryKey" : "required"));
    pipeline =
        Files.writeString(
            folder.resolve("sales.pipeline.yaml"),
            """
            pipeline: sales
            contract: sales.odcs.yaml
            source: {server: files}
            silver: {write: WRITE, eventTime: day}
            gold:
              - table: daily
                window: {type: tumbling, size: 1d}
                sql: SELECT COUNT(*) AS n, SUM(amount) AS amount FROM sales
            """
                .replace("WRITE", write));
  }

  private void file(String name, int amount) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < 10; row++) {
      lines.append(
          "{\"id\":\"%s%d\",\"day\":\"2026-01-01\",\"amount\":%d}\n".formatted(name, row, amount));
    }
    Files.writeString(folder.resolve("in/" + name + ".jsonl"), lines);
  }

  private CycleDriver driver(int first, int second) throws IOException {
    Source files = Sources.of(PipelineDefinition.load(pipeline, null), null);
    return lake.driver(pipeline, Runner.DIRECT, CycleListener.NONE)
        .reading(new Flickering(files, "/a.jsonl", first, second));
  }

  private static Ledger vanishing(CycleDriver driver) throws Exception {
    Ledger ledger = driver.run().ledger();
    if (ledger == null) {
      throw new AssertionError("There was nothing to read.");
    }
    assertThat(ledger.input().vanished().size(), is(1));
    assertThat(ledger.input().vanished().get(0), endsWith("/a.jsonl"));
    return ledger;
  }

  private void assertGold(int rows, int amount) {
    assertThat(
        lake.rows("gold", "daily", "window_start", "window_end"),
        is(List.of("{\"n\":%d,\"amount\":%d}".formatted(rows, amount))));
  }

  @ParameterizedTest
  @CsvSource({
    "append, 1, 1",
    "append, 2, 1",
    "append, 1, 0",
    "'upsert, latestBy: day', 1, 1",
    "'upsert, latestBy: day', 2, 1",
    "'upsert, latestBy: day', 1, 0"
  })
  void rowsStayUntilTheFileIsTakenAgainAsAWhole(String write, int first, int second)
      throws Exception {
    prepare(write);
    file("a", 1);
    file("b", 10);
    lake.cycle(pipeline, Runner.DIRECT);
    assertGold(20, 110);
    file("a", 2);
    Ledger again = vanishing(driver(first, second).takingAgain(List.of("a.jsonl")));
    assertThat(again.published(), is(0L));
    assertThat(again.silver().rows(), is(20L));
    assertGold(20, 110);
    assertThat(lake.cycle(pipeline, Runner.DIRECT).silver().rows(), is(20L));
    assertGold(20, 120);
    assertThat(lake.run(pipeline, Runner.DIRECT).ledger() == null, is(true));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "1, 1"})
  void aNewFileIsReadLaterAsAWhole(int first, int second) throws Exception {
    prepare("append");
    file("a", 1);
    file("b", 10);
    assertThat(vanishing(driver(first, second)).published(), is(10L));
    assertGold(10, 100);
    assertThat(lake.cycle(pipeline, Runner.DIRECT).published(), is(10L));
    assertGold(20, 110);
    assertThat(lake.run(pipeline, Runner.DIRECT).ledger() == null, is(true));
  }
}
