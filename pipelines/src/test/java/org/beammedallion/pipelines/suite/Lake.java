package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.fixtures.tables.TableRows;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.beammedallion.quality.pipeline.PipelineDefinition;

/** A lake of a test: pipelines run into it, libraries of the table formats read it. */
public record Lake(Path folder) {

  /** The cycle's time in tests, so that runs can be compared byte for byte. */
  public static final Instant NOW = Instant.parse("2026-11-05T12:00:00Z");

  Outcome run(Path pipelineFile, Runner runner) throws IOException, InterruptedException {
    return run(pipelineFile, runner, CycleListener.NONE);
  }

  Outcome run(Path pipelineFile, Runner runner, CycleListener listener)
      throws IOException, InterruptedException {
    return driver(pipelineFile, runner, listener).run();
  }

  /** Runs a cycle that rebuilds a gold table. */
  Outcome recompute(Path pipelineFile, Runner runner, String table)
      throws IOException, InterruptedException {
    return driver(pipelineFile, runner, CycleListener.NONE).recomputing(List.of(table)).run();
  }

  CycleDriver driver(Path pipelineFile, Runner runner, CycleListener listener) throws IOException {
    PipelineDefinition definition = PipelineDefinition.load(pipelineFile, null);
    return new CycleDriver(
        definition,
        LakeLayout.of(folder.toString()),
        runner.options(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        listener);
  }

  /** Runs a cycle in which there is something to do. */
  Ledger cycle(Path pipelineFile, Runner runner) throws IOException, InterruptedException {
    Ledger ledger = run(pipelineFile, runner).ledger();
    if (ledger == null) {
      throw new AssertionError("There was nothing new.");
    }
    return ledger;
  }

  /** Runs until nothing is new, and returns in how many cycles something was. */
  int cycles(Path pipelineFile, Runner runner) throws IOException, InterruptedException {
    for (int cycles = 0; true; cycles++) {
      Ledger ledger = run(pipelineFile, runner).ledger();
      if (ledger == null) {
        return cycles;
      }
      ledger.requireBalance();
    }
  }

  /** What Spark SQL calls a table, whatever its format. */
  String table(String layer, String name) {
    Path table = folder.resolve(layer).resolve(name);
    return Files.isDirectory(table.resolve("_delta_log"))
        ? SparkTables.delta(table.toString())
        : SparkTables.iceberg(table.toString());
  }

  /** The table as its format's own library reads it. */
  TableRows read(String layer, String name) {
    return TableRows.read(folder.resolve(layer).resolve(name));
  }

  /** The table's rows, sorted: the columns that the contract names, each as text. */
  List<String> rows(String layer, String name, List<String> columns) {
    return read(layer, name).json(columns).stream().sorted().toList();
  }

  /** Every column but those that tell where a row came from or in which partition it stands. */
  List<String> rows(String layer, String name, String... without) {
    TableRows table = read(layer, name);
    List<String> columns = new ArrayList<>(table.columns());
    columns.removeAll(List.of(without));
    columns.remove("_source");
    columns.remove("_position");
    return table.json(columns).stream().sorted().toList();
  }

  /** What the format's library reads, Spark SQL reads too, but for microseconds. */
  void assertSparkReads(String layer, String name) {
    List<String> spark =
        SparkTables.sql("SELECT * FROM " + table(layer, name)).toJSON().collectAsList().stream()
            .sorted()
            .toList();
    TableRows table = read(layer, name);
    List<String> rows =
        table.json(table.columns()).stream()
            .map(row -> row.replaceAll("(:\\d\\d\\.\\d{3})\\d{3}Z", "$1Z"))
            .sorted()
            .toList();
    assertThat("Spark's rows of " + name, spark, equalTo(rows));
  }

  /** Dead letters by reason, counted in the files themselves. */
  Map<String, Long> quarantine(String pipeline) throws IOException {
    Map<String, Long> reasons = new TreeMap<>();
    Path root = folder.resolve("quarantine").resolve(pipeline);
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
          String reason =
              file.getParent().getParent().getFileName().toString().substring("reason=".length());
          reasons.merge(reason, (long) Files.readAllLines(file).size(), Long::sum);
        }
      }
    }
    return reasons;
  }
}
