package org.beammedallion.pipelines.cycle;

import java.util.Locale;
import java.util.function.Supplier;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** What differs between runners, as little as it is. */
public final class Runners {

  private Runners() {}

  /** About how many tasks run side by side. */
  static int parallelism(PipelineOptions options) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (isFlink(options)) {
      int asked = options.as(FlinkPipelineOptions.class).getParallelism();
      return asked > 0 ? asked : cores;
    }
    return cores;
  }

  /**
   * About how many bundles the step behind a shuffle sees, each of which writes files of its own.
   *
   * @param groupsReadOnce as in {@link #run}
   */
  static int bundles(PipelineOptions options, boolean groupsReadOnce) {
    if (isFlink(options)) {
      return parallelism(options);
    }
    return LocalSpark.partitions(groupsReadOnce);
  }

  static boolean isFlink(PipelineOptions options) {
    return name(options).startsWith("flink");
  }

  private static boolean isSpark(PipelineOptions options) {
    return name(options).startsWith("spark");
  }

  private static String name(PipelineOptions options) {
    return options.getRunner().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * Runs a pipeline to its end.
   *
   * @param groupsReadOnce whether each step behind a {@code GroupByKey} iterates over a group at
   *     most once, so that the group need not fit in memory
   * @throws CycleFailedException where it failed
   */
  public static void run(Pipeline pipeline, String what, boolean groupsReadOnce) {
    PipelineResult.State state;
    try {
      state = submit(pipeline, groupsReadOnce);
    } catch (RuntimeException e) {
      throw new CycleFailedException(Failures.describe(what, e), e);
    }
    if (state != PipelineResult.State.DONE) {
      throw new CycleFailedException(
          "The runner ended "
              + what
              + " in state "
              + state
              + ". Run it again: the same cycle is completed then.",
          new IllegalStateException(String.valueOf(state)));
    }
  }

  private static PipelineResult.State submit(Pipeline pipeline, boolean groupsReadOnce) {
    Supplier<PipelineResult.State> submission = () -> pipeline.run().waitUntilFinish();
    if (isSpark(pipeline.getOptions())) {
      SparkPipelineOptions options = pipeline.getOptions().as(SparkPipelineOptions.class);
      streamGroups(options, groupsReadOnce);
      return LocalSpark.isWanted(options)
          ? LocalSpark.run(options, groupsReadOnce, submission)
          : submission.get();
    }
    if (isFlink(pipeline.getOptions())) {
      FlinkPipelineOptions options = pipeline.getOptions().as(FlinkPipelineOptions.class);
      passElementsOnUncopied(options);
      return LocalFlink.isWanted(options) ? LocalFlink.run(options, submission) : submission.get();
    }
    return submission.get();
  }

  /**
   * Otherwise Beam keeps all that was shuffled in Spark's cache, beside the groups at work. A group
   * that is streamed can be read only once.
   */
  private static void streamGroups(SparkPipelineOptions options, boolean groupsReadOnce) {
    options.setPreferGroupByKeyToHandleHugeValues(groupsReadOnce);
  }

  /**
   * No step of ours changes an element, and Beam forbids it to everybody's; a copy of megabytes is
   * not cheap.
   */
  private static void passElementsOnUncopied(FlinkPipelineOptions options) {
    options.setObjectReuse(true);
    options.setFasterCopy(true);
  }
}
