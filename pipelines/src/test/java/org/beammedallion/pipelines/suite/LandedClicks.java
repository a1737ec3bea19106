package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;

/** A pipeline {@code second} over a topic that the pipeline {@code clicks} reads. */
abstract class LandedClicks extends KafkaClicks {

  /** Without a key, so that a message that is read twice is there twice. */
  private static final String APPENDING =
      """
      pipeline: NAME
      contract: NAME.odcs.yaml
      source: {server: stream, metadata: {tenant: header.tenant, sent_at: timestamp}KAFKA}
      silver: {table: NAME, write: append}
      """;

  Path second;

  @BeforeEach
  void prepareSecond() throws IOException {
    second = appending("second", ", kafka: {landedBy: clicks}");
    broker.createTopic(topic, 3, Map.of());
  }

  Path appending(String name, String kafka) throws IOException {
    Files.writeString(
        folder.resolve(name + ".odcs.yaml"),
        Files.readString(folder.resolve("clicks.odcs.yaml"))
                .replace("required: true, primaryKey: true", "required: true")
            + "      - {name: tenant, logicalType: string}\n"
            + "      - {name: sent_at, logicalType: timestamp}\n");
    return Files.writeString(
        folder.resolve(name + ".pipeline.yaml"),
        APPENDING.replace("NAME", name).replace("KAFKA", kafka));
  }

  String[] command(Path file, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run",
                file.toString(),
                "--lake=" + lake.folder(),
                "--runner=DirectRunner",
                "--output=text"));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  /** Makes {@code second} read what the first pipeline has landed, or the topic itself. */
  void landed(boolean byOther) throws IOException {
    appending("second", byOther ? ", kafka: {landedBy: clicks}" : "");
  }

  long readSecond(Runner runner) throws Exception {
    Ledger ledger = lake.run(second, runner).ledger();
    if (ledger != null) {
      ledger.requireBalance();
      assertThat("files of its own in bronze", ledger.input().bronzeFiles(), is(0L));
    }
    return ledger == null ? 0 : ledger.read();
  }

  /** The driver of a pipeline dies behind a step. */
  void dieAt(CycleListener.Step step, Path file) {
    assertThrows(
        IllegalStateException.class,
        () ->
            lake.run(
                file,
                Runner.DIRECT,
                (plan, reached, detail) -> {
                  if (reached == step) {
                    throw new IllegalStateException("died");
                  }
                }));
  }

  List<String> rows(Path of, String table) {
    return new Lake(of)
            .read("silver", table)
            .json(List.of("id", "version", "page", "tenant", "sent_at", "_source", "_position"))
            .stream()
            .sorted()
            .toList();
  }

  List<String> secondRows() {
    return rows(lake.folder(), "second");
  }

  /** What a pipeline that reads the topic itself makes of it. */
  List<String> direct() throws Exception {
    Path pipeline = appending("direct", "");
    Lake other = new Lake(folder.resolve("other"));
    other.cycle(pipeline, Runner.DIRECT).requireBalance();
    return rows(other.folder(), "direct");
  }
}
