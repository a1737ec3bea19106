package org.beammedallion.pipelines.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.runners.spark.SparkCommonPipelineOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.coders.SparkRunnerKryoRegistrator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.beammedallion.pipelines.engine.Engine.Groups;
import org.jspecify.annotations.Nullable;

/**
 * The one Spark context of this process, for every pipeline that runs in it: a notebook's or a job
 * server's where there is one, else our own, which stays up until the process ends. Left to itself,
 * Beam makes a context for each pipeline and stops it afterwards.
 */
final class SharedSparkContext {
  private static final String MASTER = "spark.master";

  /** Tells a context that we have made from one that was there. */
  private static final String MARK = "spark.medallion.context";

  private static final String PARTITIONS = "spark.default.parallelism";

  /** Groups that are streamed need no memory of their own: two tasks a core even out. */
  private static final int STREAMED_PARTITIONS_PER_CORE = 2;

  /** A partition of groups that are held must fit in memory. */
  private static final int HELD_PARTITIONS_PER_CORE = 4;

  private static final int LEAST_HELD_PARTITIONS = 16;

  private static @Nullable JavaSparkContext context;
  private static boolean isOurs;

  /** Of our own context in this process; else 0. */
  private static int partitions;

  private static int users;

  private SharedSparkContext() {}

  /** The context for as long as one pipeline uses it. */
  record Lease(JavaSparkContext context) implements AutoCloseable {
    @Override
    public void close() {
      release();
    }
  }

  /** Whether the options ask for Spark in this process, and no submit command has started us. */
  static boolean isEmbedded(SparkPipelineOptions options) {
    return System.getProperty(MASTER) == null && options.getSparkMaster().startsWith("local");
  }

  /**
   * The context, which is started where there is none. In this process the number of partitions is
   * a setting of the context: where the groups want another, this waits for the pipelines at work
   * and starts a new context.
   */
  static synchronized Lease lease(SparkPipelineOptions options, Groups groups) {
    int wanted = isEmbedded(options) ? partitions(groups) : 0;
    JavaSparkContext live = live();
    while (live != null && isOurs && partitions != wanted && users > 0) {
      try {
        SharedSparkContext.class.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for Spark", e);
      }
      live = live();
    }
    if (live != null && isOurs && partitions != wanted) {
      live.stop();
      live = null;
    }
    if (live == null) {
      live = start(options, wanted);
      context = live;
    }
    users++;
    return new Lease(live);
  }

  private static synchronized void release() {
    users--;
    SharedSparkContext.class.notifyAll();
  }

  /** Spark stops a context itself where a task has run out of memory. */
  private static @Nullable JavaSparkContext live() {
    JavaSparkContext known = context;
    return known == null || known.sc().isStopped() ? null : known;
  }

  private static JavaSparkContext start(SparkPipelineOptions options, int wanted) {
    SparkConf conf = new SparkConf();
    if (wanted > 0) {
      embedded(conf, counted(options.getSparkMaster()), wanted);
    } else {
      conf.setIfMissing(MASTER, options.getSparkMaster());
      ClusterFiles.choose(options);
      SparkCommonPipelineOptions.prepareFilesToStage(options);
      List<String> jars = options.getFilesToStage();
      if (jars != null && !jars.isEmpty()) {
        conf.setJars(jars.toArray(String[]::new));
      }
    }
    conf.setAppName(options.getAppName());
    String mark = UUID.randomUUID().toString();
    conf.set(MARK, mark);
    conf.set("spark.kryo.registrator", SparkRunnerKryoRegistrator.class.getName());
    SparkContext found = SparkContext.getOrCreate(conf);
    isOurs = found.conf().get(MARK, "").equals(mark);
    partitions = wanted;
    return new JavaSparkContext(found);
  }

  /**
   * Bound to loopback, without a web server, with memory and shuffles cut for steps that hold
   * buffers of their own. What the user has set with {@code -D} stays.
   */
  private static void embedded(SparkConf conf, String master, int partitions) {
    conf.set(MASTER, master);
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
    settings.put(PARTITIONS, Integer.toString(partitions));
    settings.forEach(conf::setIfMissing);
  }

  /**
   * Beam knows a local master by its number of threads only: {@code local[*]} would have every jar
   * of the class path copied and served to the tasks of this same process.
   */
  private static String counted(String master) {
    return master.replace("[*]", "[" + Runtime.getRuntime().availableProcessors() + "]");
  }

  /** Whether the user has said into how many partitions Spark shuffles. */
  static boolean arePartitionsGiven() {
    return System.getProperty(PARTITIONS) != null;
  }

  /** Into how many partitions Spark in this process shuffles, unless it is told otherwise. */
  static int partitions(Groups groups) {
    String given = System.getProperty(PARTITIONS);
    if (given != null) {
      return Integer.parseInt(given);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    return groups == Groups.STREAMED
        ? STREAMED_PARTITIONS_PER_CORE * cores
        : Math.max(LEAST_HELD_PARTITIONS, HELD_PARTITIONS_PER_CORE * cores);
  }
}
