package org.beammedallion.pipelines;

/**
 * Spark's settings for a run inside this process. Spark reads them from system properties, since Beam has no options
 * for them; what the user has set with {@code -D} stays.
 */
final class LocalSpark {
  private static final int LEAST_REDUCE_PARTITIONS = 16;

  private LocalSpark() {}

  /**
   * Binds to loopback, starts no web server, and asks for reduce partitions small enough to be sorted in memory. Call
   * it before the pipeline runs, and only if the master is {@code local}.
   */
  static void keepToThisProcess() {
    setUnlessGiven("spark.ui.enabled", "false");
    setUnlessGiven("spark.driver.bindAddress", "127.0.0.1");
    setUnlessGiven("spark.driver.host", "127.0.0.1");
    setUnlessGiven(
        "spark.default.parallelism",
        Integer.toString(Math.max(LEAST_REDUCE_PARTITIONS, 2 * Runtime.getRuntime().availableProcessors())));
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
