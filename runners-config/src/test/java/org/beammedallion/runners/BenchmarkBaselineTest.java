package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.fixtures.bench.BenchmarkOrders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark with the packed jar, which stands for an earlier one, too. */
class BenchmarkBaselineTest {
  private static final Path JAR = Path.of(System.getProperty("medallion.jar")).toAbsolutePath();

  @TempDir Path folder;

  /** Outputs that differ from DuckDB's would end the benchmark. */
  @Test
  void aJarAndItsBaselineTakeTurnsAndAgreeWithDuckDb()
      throws IOException, InterruptedException, SQLException {
    assumeTrue(
        Files.exists(Path.of("/proc/self/stat")),
        "CPU times are read from /proc, which this system lacks");
    Path before = Files.createDirectories(folder.resolve("before")).resolve("medallion.jar");
    Files.copy(JAR, before);
    Files.createSymbolicLink(before.resolveSibling("engines"), JAR.resolveSibling("engines"));
    Path report = folder.resolve("report.json");

    String tables =
        printed(
            "--source=parquet",
            "--sizes=20k",
            "--modes=cold",
            "--repetitions=1",
            "--contenders=duckdb,medallion-flink",
            "--jar=" + JAR,
            "--baseline=" + before,
            "--work=" + folder.resolve("work"),
            "--report=" + report);

    List<String> contenders = new ArrayList<>();
    for (JsonNode measurement : new ObjectMapper().readTree(report.toFile()).path("measurements")) {
      contenders.add(measurement.path("contender").asText());
      assertThat(measurement.path("cpu_seconds").asDouble(), greaterThan(0.0));
    }
    assertThat(contenders, contains("duckdb", "medallion-flink", "baseline-flink"));
    assertThat(tables, containsString("÷ baseline"));
  }

  private static String printed(String... args)
      throws IOException, InterruptedException, SQLException {
    PrintStream usual = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      BenchmarkOrders.main(args);
    } finally {
      System.setOut(usual);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
