package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.beammedallion.fixtures.cluster.Distribution;
import org.beammedallion.fixtures.cluster.FlinkSession;
import org.beammedallion.fixtures.cluster.SparkStandalone;
import org.beammedallion.fixtures.cluster.Submission;
import org.beammedallion.fixtures.dialects.Dialect;
import org.beammedallion.fixtures.dialects.ExpectedTable;
import org.beammedallion.fixtures.kafka.CodecTopics;
import org.beammedallion.fixtures.kafka.KafkaBroker;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every format and codec that the documents name, of files and of topics, and CSV and JSON by their
 * options, with the packed jar itself: what its libraries call must be there, beside whatever an
 * engine has on its class path.
 */
class FormatsTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path JAR = Path.of(System.getProperty("medallion.jar")).toAbsolutePath();

  @TempDir Path folder;

  /** Runs the jar with arguments, wherever that is. */
  private interface Place {
    Submission run(List<String> arguments) throws IOException, InterruptedException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink-local.args", "spark-local.args"})
  void aLaptopReadsThemAll(String preset) throws Exception {
    assertReadsAll(this::onThisMachine, preset(preset));
  }

  @Test
  void sparkSubmitReadsThemAll() throws Exception {
    Distribution spark = Distribution.of(Path.of(System.getProperty("spark.distribution")));
    try (SparkStandalone cluster = SparkStandalone.start(spark, folder.resolve("spark"))) {
      Path jar = loneJar();
      assertReadsAll(line -> cluster.submit(jar, line, LIMIT), "--runner=SparkRunner");
    }
  }

  @Test
  void flinkRunReadsThemAll() throws Exception {
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    try (FlinkSession cluster = FlinkSession.start(flink, folder.resolve("flink"))) {
      Path jar = loneJar();
      assertReadsAll(line -> cluster.submit(jar, line, LIMIT), preset("flink-cluster.args"));
    }
  }

  private static String preset(String name) {
    return "@" + Path.of(System.getProperty("medallion.presets"), name).toAbsolutePath();
  }

  /** One process reads them all: its start costs more than its work. */
  private void assertReadsAll(Place place, String runner) throws Exception {
    Path lake = folder.resolve("lake");
    List<String> line = new ArrayList<>();
    line.add("run");
    for (FormatFiles format : FormatFiles.values()) {
      line.add(format.write(folder.resolve(format.table())).toString());
    }
    for (Dialect dialect : Dialect.values()) {
      line.add(dialect.write(folder.resolve(dialect.name())).pipeline().toString());
    }
    line.add(runner);
    line.add("--lake=" + lake);
    Submission run;
    try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"))) {
      line.add(1, CodecTopics.write(broker, folder.resolve("codecs")).toString());
      run = place.run(line);
    }
    assertThat(run.output(), run.exitCode(), is(0));
    String codecs = SparkTables.delta(lake.resolve("silver").resolve("codecs").toString());
    assertThat(SparkTables.rows(CodecTopics.query(codecs)), is(CodecTopics.expected()));
    for (FormatFiles format : FormatFiles.values()) {
      String table = SparkTables.delta(lake.resolve("silver").resolve(format.table()).toString());
      assertThat(
          format.name(),
          SparkTables.rows("SELECT id, a FROM " + table + " ORDER BY id"),
          is(format.rows()));
    }
    for (Dialect dialect : Dialect.values()) {
      for (ExpectedTable table : dialect.tables()) {
        String name = lake.resolve(table.layer()).resolve(table.name()).toString();
        assertThat(
            table.name(), SparkTables.rows(table.query(SparkTables.delta(name))), is(table.rows()));
      }
    }
  }

  private Submission onThisMachine(List<String> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-jar", JAR.toString()));
    line.addAll(arguments);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES)) {
        throw new IOException("It did not end in time:\n" + Files.readString(output));
      }
    } finally {
      process.destroyForcibly();
    }
    return new Submission(process.exitValue(), Files.readString(output));
  }

  /** The jar without the engines beside it: what it needs of them, the cluster has to bring. */
  private Path loneJar() throws IOException {
    return Files.copy(
        JAR, Files.createDirectories(folder.resolve("alone")).resolve("medallion.jar"));
  }
}
