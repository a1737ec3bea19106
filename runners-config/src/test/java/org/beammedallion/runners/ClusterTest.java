package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.beammedallion.fixtures.cluster.Distribution;
import org.beammedallion.fixtures.cluster.FlinkSession;
import org.beammedallion.fixtures.cluster.SparkStandalone;
import org.beammedallion.fixtures.cluster.Submission;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar, alone in a folder, on real clusters that hold nothing but their own engine as
 * it is released.
 */
class ClusterTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path ORDERS = Path.of(System.getProperty("docs.examples"), "orders");

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: %1$s
      version: 1.0.0
      servers:
        - {server: local, type: local, path: data/%1$s/*.csv, format: csv}
      schema:
        - name: %1$s
          properties:
            - {name: id, logicalType: integer, required: true}
            - {name: amount, logicalType: integer}
      """;

  private static final String PIPELINE =
      """
      pipeline: %1$s
      contract: %1$s.odcs.yaml
      source: {server: local}
      silver: {write: append}
      """;

  @TempDir Path folder;

  @Test
  void sparkStandaloneMakesTheExpectedTables() throws Exception {
    Distribution spark = Distribution.of(Path.of(System.getProperty("spark.distribution")));
    assertThat(spark.holds("spark-core_2.12", System.getProperty("spark.version")), is(true));
    Path lake = folder.resolve("lake");
    try (SparkStandalone cluster = SparkStandalone.start(spark, folder.resolve("spark"))) {
      Submission submission =
          cluster.submit(loneJar(), arguments(lake, "--runner=SparkRunner"), LIMIT);
      assertThat(submission.output(), submission.exitCode(), is(0));
      assertThat("tasks of stages", cluster.tasks(), hasItem(SparkStandalone.CORES));
      Submission keyed =
          cluster.submit(jarWithStorage(), argumentsOfStorage("--runner=SparkRunner"), LIMIT);
      assertThat(keyed.output(), keyed.exitCode(), is(0));
    }
    assertExpected(lake);
    assertExpected(bucket().resolve("lake"));
  }

  @Test
  void flinkSessionMakesTheExpectedTables() throws Exception {
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    assertThat(flink.holds("flink-core", System.getProperty("flink.version")), is(true));
    Path lake = folder.resolve("lake");
    try (FlinkSession cluster = FlinkSession.start(flink, folder.resolve("flink"))) {
      Path preset = Path.of(System.getProperty("medallion.presets"), "flink-cluster.args");
      Submission submission = cluster.submit(loneJar(), arguments(lake, "@" + preset), LIMIT);
      assertThat(submission.output(), submission.exitCode(), is(0));
      assertThat(
          "tasks of operators", Set.copyOf(cluster.parallelism()), is(Set.of(FlinkSession.SLOTS)));
      Submission keyed = cluster.submit(jarWithStorage(), argumentsOfStorage("@" + preset), LIMIT);
      assertThat(keyed.output(), keyed.exitCode(), is(0));
    }
    assertExpected(lake);
    assertExpected(bucket().resolve("lake"));
  }

  /** What is submitted then is a jar that names the main class and holds nothing. */
  @Test
  void flinkRunsAJarThatLiesAmongItsLibraries() throws Exception {
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    Path lake = folder.resolve("lake");
    try (FlinkSession cluster =
        FlinkSession.start(flink.with(loneJar()), folder.resolve("flink"))) {
      Path preset = Path.of(System.getProperty("medallion.presets"), "flink-cluster.args");
      Submission submission = cluster.submit(emptyJar(), arguments(lake, "@" + preset), LIMIT);
      assertThat(submission.output(), submission.exitCode(), is(0));
    }
    assertExpected(lake);
  }

  private Path emptyJar() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(Attributes.Name.MAIN_CLASS, "org.beammedallion.pipelines.Main");
    Path jar = folder.resolve("empty.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  /**
   * Each job gets a class loader of its own, of which nothing may stay: the classes of all these
   * jobs do not fit into a daemon's metaspace. With {@code -Dcluster.jobs=200} as many as a session
   * sees in a day.
   */
  @Test
  void aSessionKeepsNothingOfTheJobsThatItHasRun() throws Exception {
    int jobs = Integer.getInteger("cluster.jobs", 6);
    Path pipelines = Files.createDirectories(folder.resolve("pipelines"));
    for (int job = 0; job < jobs; job++) {
      String name = "t" + job;
      Files.writeString(pipelines.resolve(name + ".odcs.yaml"), CONTRACT.formatted(name));
      Files.writeString(pipelines.resolve(name + ".pipeline.yaml"), PIPELINE.formatted(name));
      Path data = Files.createDirectories(pipelines.resolve("data").resolve(name));
      Files.writeString(data.resolve("part.csv"), "id,amount\n1,%d\n2,2\n".formatted(job));
    }
    Path lake = folder.resolve("lake");
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    try (FlinkSession cluster = FlinkSession.start(flink, folder.resolve("flink"))) {
      Path preset = Path.of(System.getProperty("medallion.presets"), "flink-cluster.args");
      List<String> arguments = List.of("run", pipelines.toString(), "@" + preset, "--lake=" + lake);
      Submission submission = cluster.submit(loneJar(), arguments, LIMIT.plusSeconds(10L * jobs));
      assertThat(submission.output(), submission.exitCode(), is(0));
    }
    for (int job = 0; job < jobs; job += 5) {
      String silver = SparkTables.delta(lake.resolve("silver/t" + job).toString());
      assertThat(
          SparkTables.rows("SELECT amount FROM " + silver + " ORDER BY id"),
          is(List.of(List.of(Integer.toString(job)), List.of("2"))));
    }
  }

  private static List<String> arguments(Path lake, String runner) {
    return List.of(
        "run",
        ORDERS.resolve("orders.pipeline.yaml").toAbsolutePath().toString(),
        runner,
        "--lake=" + lake);
  }

  private Path bucket() {
    return folder.resolve("buckets/orders");
  }

  /**
   * The same in a store of which each process, the workers' too, must know root and key: pipeline
   * file, contract, data and lake.
   */
  private List<String> argumentsOfStorage(String runner) throws IOException {
    Path input = bucket().resolve("input");
    try (Stream<Path> files = Files.walk(ORDERS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = input.resolve(ORDERS.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Files.writeString(bucket().resolve(KeyedStorage.LOCK), "swordfish");
    Path secret = Files.writeString(folder.resolve("secret"), "swordfish\n");
    return List.of(
        "run",
        "keyed://orders/input/orders.pipeline.yaml",
        runner,
        "--lake=keyed://orders/lake",
        "--storage={\"keyed\":{\"root\":\""
            + bucket().getParent()
            + "\"},\"keyed://orders\":{\"key\":\"${file:"
            + secret
            + "}\"}}");
  }

  /** The jar with a storage of a user's own in it. */
  private Path jarWithStorage() throws IOException {
    Path jar =
        Files.copy(
            Path.of(System.getProperty("medallion.jar")), folder.resolve("medallion-keyed.jar"));
    String services = "META-INF/services/" + Storage.class.getName();
    String type = KeyedStorage.class.getName().replace('.', '/') + ".class";
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      Files.createDirectories(content.getPath(type).getParent());
      try (InputStream bytes = KeyedStorage.class.getResourceAsStream("/" + type)) {
        Files.copy(bytes, content.getPath(type));
      }
      Files.writeString(
          content.getPath(services),
          "\n" + KeyedStorage.class.getName() + "\n",
          StandardOpenOption.APPEND);
    }
    return jar;
  }

  /** Compares with what stands beside the example, read by Spark SQL and not by our own reader. */
  private static void assertExpected(Path lake) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(ORDERS.resolve("expected.json").toFile());
    String silver = SparkTables.delta(lake.resolve("silver/orders").toString());
    String gold = SparkTables.delta(lake.resolve("gold/revenue_hourly").toString());
    assertThat(
        SparkTables.rows("SELECT COUNT(*), COUNT(DISTINCT order_id) FROM " + silver),
        is(
            List.of(
                List.of(
                    expected.get("silver_rows").asText(), expected.get("silver_rows").asText()))));
    assertThat(
        SparkTables.rows("SELECT COUNT(*) FROM " + gold),
        is(List.of(List.of(expected.get("gold_revenue_hourly_rows").asText()))));
    List<List<String>> revenue = new ArrayList<>();
    for (String currency : List.of("EUR", "GBP", "USD")) {
      revenue.add(List.of(currency, expected.get("revenue_by_currency").get(currency).asText()));
    }
    assertThat(
        SparkTables.rows(
            "SELECT currency, CAST(SUM(revenue) AS DECIMAL(18,2)) FROM "
                + gold
                + " GROUP BY currency ORDER BY currency"),
        is(revenue));
  }

  /** The jar without the engines beside it: what it needs of them, the cluster has to bring. */
  private Path loneJar() throws IOException {
    return Files.copy(
        Path.of(System.getProperty("medallion.jar")),
        Files.createDirectories(folder.resolve("alone")).resolve("medallion.jar"));
  }
}
