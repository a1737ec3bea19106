package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.beammedallion.fixtures.cluster.Distribution;
import org.beammedallion.fixtures.cluster.FlinkSession;
import org.beammedallion.fixtures.spark.SparkTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a newcomer runs it: {@code java -jar}, no flags, the engines beside it. */
class LaptopTest {
  private static final Path ORDERS =
      Path.of(System.getProperty("docs.examples"), "orders", "orders.pipeline.yaml")
          .toAbsolutePath();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"@flink-local.args", "@spark-local.args", "--runner=DirectRunner"})
  void writesItsResultToStandardOutputAndNoLogAnywhere(String runner) throws Exception {
    String choice = runner.startsWith("@") ? "@" + preset(runner.substring(1)) : runner;
    Path lake = folder.resolve("lake");
    Finished run = medallion("run", ORDERS.toString(), choice, "--lake=" + lake, "--output=json");
    assertThat(run.errors(), run.exitCode(), is(0));
    assertThat(run.errors(), is(emptyString()));
    assertThat(run.output().strip().lines().count(), is(1L));
    assertThat(run.output(), containsString("\"status\":\"COMPLETED\""));
    assertThat(
        SparkTables.rows(
            "SELECT COUNT(*) FROM " + SparkTables.delta(lake.resolve("silver/orders").toString())),
        is(List.of(List.of("1800"))));
  }

  /** The driver stays here; jobs run on the cluster, as wide as that is. */
  @Test
  void submitsToAFlinkSession() throws Exception {
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    Path lake = folder.resolve("lake");
    try (FlinkSession cluster = FlinkSession.start(flink, folder.resolve("flink"))) {
      Finished run =
          medallion(
              "run",
              ORDERS.toString(),
              "--runner=FlinkRunner",
              "--flinkMaster=" + cluster.address(),
              "--lake=" + lake);
      assertThat(run.errors(), run.exitCode(), is(0));
      assertThat(
          "tasks of operators", Set.copyOf(cluster.parallelism()), is(Set.of(FlinkSession.SLOTS)));
    }
    assertThat(
        SparkTables.rows(
            "SELECT COUNT(*) FROM " + SparkTables.delta(lake.resolve("silver/orders").toString())),
        is(List.of(List.of("1800"))));
  }

  @Test
  void keepsTablesAsIcebergInADatabase() throws Exception {
    Path example = Files.createDirectories(folder.resolve("example"));
    try (var files = Files.walk(ORDERS.getParent())) {
      for (Path file : files.toList()) {
        Path target = example.resolve(ORDERS.getParent().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    Path pipeline = example.resolve(ORDERS.getFileName());
    Files.writeString(
        pipeline, Files.readString(pipeline).replaceFirst("format: delta", "format: iceberg"));
    // The facts of the orders refer to a dimension of the customers.
    Path customers = example.resolve("customers.pipeline.yaml");
    Files.writeString(
        customers,
        Files.readString(customers).replaceFirst("(?m)^silver:", "silver:\n  format: iceberg"));
    Path lake = folder.resolve("lake");
    String database = "jdbc:sqlite:" + folder.resolve("catalog.db");
    Finished run =
        medallion(
            "run",
            pipeline.toString(),
            "--lake=" + lake,
            "--catalog=jdbc",
            "--catalogUri=" + database,
            "--catalogProperties={\"jdbc.schema-version\":\"V1\"}",
            "--output=json");
    assertThat(run.errors(), run.exitCode(), is(0));
    assertThat(run.errors(), is(emptyString()));
    String catalog =
        SparkTables.icebergCatalog(
            "medallion",
            Map.of(
                "type",
                "jdbc",
                "uri",
                database,
                "warehouse",
                lake.toString(),
                "jdbc.schema-version",
                "V1"));
    assertThat(
        SparkTables.rows("SELECT COUNT(*) FROM " + catalog + ".silver.orders"),
        is(List.of(List.of("1800"))));
  }

  @Test
  void refusesARunnerThatItDoesNotHave() throws Exception {
    Finished run =
        medallion(
            "run", ORDERS.toString(), "--runner=NoSuchRunner", "--lake=" + folder.resolve("lake"));
    assertThat(run.exitCode(), is(2));
    assertThat(run.errors(), containsString("NoSuchRunner"));
    assertThat(run.errors(), containsString("SparkRunner"));
  }

  @Test
  void saysItsVersion() throws Exception {
    Finished run = medallion("--version");
    assertThat(run.exitCode(), is(0));
    assertThat(run.output(), containsString("0.1.0"));
    assertThat(run.errors(), is(emptyString()));
  }

  private static Path preset(String name) {
    return Path.of(System.getProperty("medallion.presets"), name).toAbsolutePath();
  }

  private record Finished(int exitCode, String output, String errors) {}

  private Finished medallion(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-jar");
    line.add(Path.of(System.getProperty("medallion.jar")).toAbsolutePath().toString());
    line.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        throw new IOException("It did not end within five minutes:\n" + Files.readString(errors));
      }
    } finally {
      process.destroyForcibly();
    }
    return new Finished(process.exitValue(), Files.readString(output), Files.readString(errors));
  }
}
