package org.beammedallion.pipelines.cycle;

import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Spark's settings for a run inside this process. Spark reads them from system properties, since
 * Beam has no options for them; what the user has set with {@code -D} stays.
 */
final class LocalSpark {
  private static final String PARTITIONS = "spark.default.parallelism";
  private static final int LEAST_PARTITIONS = 16;
  private static final int PARTITIONS_PER_CORE = 4;

  private LocalSpark() {}

  /**
   * Binds to loopback, starts no web server, and asks for reduce partitions small enough to be
   * sorted in memory. Does nothing where the master is elsewhere or Spark's own submit command has
   * started us.
   */
  static void prepare(PipelineOptions options) {
    boolean submitted = System.getProperty("spark.master") != null;
    if (submitted || !options.as(SparkPipelineOptions.class).getSparkMaster().startsWith("local")) {
      return;
    }
    setUnlessGiven("spark.ui.enabled", "false");
    setUnlessGiven("spark.driver.bindAddress", "127.0.0.1");
    setUnlessGiven("spark.driver.host", "127.0.0.1");
    setUnlessGiven(PARTITIONS, Integer.toString(partitions()));
  }

  /** Into how many partitions Spark shuffles, unless it is told otherwise. */
  static int partitions() {
    int cores = Runtime.getRuntime().availableProcessors();
    return Integer.getInteger(PARTITIONS, Math.max(LEAST_PARTITIONS, PARTITIONS_PER_CORE * cores));
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
