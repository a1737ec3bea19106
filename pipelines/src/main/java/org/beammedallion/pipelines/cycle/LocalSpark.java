package org.beammedallion.pipelines.cycle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.runners.spark.SparkPipelineOptions;

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

  private LocalSpark() {}

  /** Whether the options ask for Spark in this process, and no submit command has started us. */
  static boolean isWanted(SparkPipelineOptions options) {
    return System.getProperty("spark.master") == null
        && options.getSparkMaster().startsWith("local");
  }

  /**
   * Runs what submits a pipeline to Spark: bound to loopback, without a web server, with memory and
   * shuffles cut for steps that hold buffers of their own.
   */
  static synchronized <T> T run(
      SparkPipelineOptions options, boolean groupsReadOnce, Supplier<T> submission) {
    options.setSparkMaster(counted(options.getSparkMaster()));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.driver.host", "127.0.0.1");
    // What is shuffled stays on this machine, mostly in the page cache.
    settings.put("spark.shuffle.compress", "false");
    settings.put("spark.shuffle.spill.compress", "false");
    settings.put("spark.serializer", BytesSerializer.class.getName());
    // Otherwise each task writes a file a partition, and then all of them once more into one.
    settings.put("spark.shuffle.sort.bypassMergeThreshold", "1");
    // Open files and buckets take the rest, of which Spark knows nothing.
    settings.put("spark.memory.fraction", "0.3");
    settings.put(PARTITIONS, Integer.toString(partitions(groupsReadOnce)));
    settings.keySet().removeIf(name -> System.getProperty(name) != null);
    settings.forEach(System::setProperty);
    try {
      return submission.get();
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }

  /**
   * Beam knows a local master by its number of threads only: {@code local[*]} would have every jar
   * of the class path copied and served to the tasks of this same process.
   */
  private static String counted(String master) {
    return master.replace("[*]", "[" + Runtime.getRuntime().availableProcessors() + "]");
  }

  /** Into how many partitions Spark shuffles, unless it is told otherwise. */
  static int partitions(boolean groupsReadOnce) {
    String given = System.getProperty(PARTITIONS);
    if (given != null) {
      return Integer.parseInt(given);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return groupsReadOnce
        ? STREAMED_PARTITIONS_PER_CORE * cores
        : Math.max(LEAST_HELD_PARTITIONS, HELD_PARTITIONS_PER_CORE * cores);
  }
}
