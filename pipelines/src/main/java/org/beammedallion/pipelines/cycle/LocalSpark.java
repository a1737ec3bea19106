package org.beammedallion.pipelines.cycle;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Spark's settings for a run inside this process. Spark reads them from system properties, since
 * Beam has no options for them; what the user has set with {@code -D} stays.
 */
final class LocalSpark {
  private static final String PARTITIONS = "spark.default.parallelism";

  /** Groups that are streamed need no memory of their own: two tasks a core even out. */
  private static final int STREAMED_PARTITIONS_PER_CORE = 2;

  /** A partition of groups that are held must fit in memory. */
  private static final int HELD_PARTITIONS_PER_CORE = 4;

  private static final int LEAST_HELD_PARTITIONS = 16;

  /** Properties that an earlier run in this process has set, and not the user. */
  private static final Set<String> OURS = ConcurrentHashMap.newKeySet();

  private LocalSpark() {}

  /**
   * Binds to loopback, starts no web server, and cuts memory and shuffles for steps that hold
   * buffers of their own. Does nothing where the master is elsewhere or Spark's own submit command
   * has started us.
   */
  static void prepare(PipelineOptions options, boolean groupsReadOnce) {
    boolean submitted = System.getProperty("spark.master") != null;
    if (submitted || !options.as(SparkPipelineOptions.class).getSparkMaster().startsWith("local")) {
      return;
    }
    setUnlessGiven("spark.ui.enabled", "false");
    setUnlessGiven("spark.driver.bindAddress", "127.0.0.1");
    setUnlessGiven("spark.driver.host", "127.0.0.1");
    // What is shuffled stays on this machine, mostly in the page cache.
    setUnlessGiven("spark.shuffle.compress", "false");
    setUnlessGiven("spark.shuffle.spill.compress", "false");
    // Otherwise each task writes a file a partition, and then all of them once more into one.
    setUnlessGiven("spark.shuffle.sort.bypassMergeThreshold", "1");
    // Open files and buckets take the rest, of which Spark knows nothing.
    setUnlessGiven("spark.memory.fraction", "0.3");
    setUnlessGiven(PARTITIONS, Integer.toString(partitions(groupsReadOnce)));
  }

  /** Into how many partitions Spark shuffles, unless it is told otherwise. */
  static int partitions(boolean groupsReadOnce) {
    String given = OURS.contains(PARTITIONS) ? null : System.getProperty(PARTITIONS);
    if (given != null) {
      return Integer.parseInt(given);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return groupsReadOnce
        ? STREAMED_PARTITIONS_PER_CORE * cores
        : Math.max(LEAST_HELD_PARTITIONS, HELD_PARTITIONS_PER_CORE * cores);
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getProperty(name) == null || OURS.contains(name)) {
      System.setProperty(name, value);
      OURS.add(name);
    }
  }
}
