package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.beammedallion.fixtures.cluster.Distribution;
import org.beammedallion.fixtures.cluster.FlinkSession;
import org.beammedallion.fixtures.cluster.SparkStandalone;
import org.beammedallion.fixtures.cluster.Submission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, alone in a folder, on real clusters that hold nothing but their own engine. */
class ClusterTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void runsOnSparkStandalone() throws Exception {
    Distribution spark = Distribution.of(Path.of(System.getProperty("spark.distribution")));
    assertThat(spark.holds("spark-core_2.12", System.getProperty("spark.version")), is(true));
    try (SparkStandalone cluster = SparkStandalone.start(spark, folder.resolve("spark"))) {
      Path lake = folder.resolve("lake");
      Submission submission =
          cluster.submit(loneJar(), List.of("run", "--runner=SparkRunner", "--lake=" + lake), LIMIT);
      assertComplete(submission);
    }
  }

  @Test
  void runsOnFlinkSession() throws Exception {
    Distribution flink = Distribution.of(Path.of(System.getProperty("flink.distribution")));
    assertThat(flink.holds("flink-core", System.getProperty("flink.version")), is(true));
    try (FlinkSession cluster = FlinkSession.start(flink, folder.resolve("flink"))) {
      Path lake = folder.resolve("lake");
      Submission submission =
          cluster.submit(loneJar(), List.of("run", "--runner=FlinkRunner", "--lake=" + lake), LIMIT);
      assertComplete(submission);
    }
  }

  private static void assertComplete(Submission submission) {
    assertThat(submission.output(), submission.exitCode(), is(0));
    assertThat(
        submission.output(),
        containsString("[[KEY0, 1, 124500], [KEY1, 1, 124750], [KEY2, 1, 125000], [KEY3, 1, 125250]]"));
    assertThat(submission.output(), not(containsString("multiple SLF4J")));
  }

  /** The jar without the engines beside it: what it needs of them, the cluster must bring. */
  private Path loneJar() throws IOException {
    Path jar = Path.of(System.getProperty("medallion.jar")).toRealPath();
    return Files.createSymbolicLink(
        Files.createDirectories(folder.resolve("alone")).resolve("medallion.jar"), jar);
  }
}
