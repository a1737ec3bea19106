package org.beammedallion.pipelines.engine;

import java.util.function.Function;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Spark: in this process, on a cluster, or under a submit command. */
final class SparkEngine extends Engine {

  SparkEngine(PipelineOptions options) {
    super(options);
  }

  /** A context that the program which calls us has made, such as a notebook's. */
  private @Nullable JavaSparkContext provided() {
    SparkContextOptions options = options().as(SparkContextOptions.class);
    return options.getUsesProvidedSparkContext() ? options.getProvidedSparkContext() : null;
  }

  private boolean isEmbedded() {
    return provided() == null
        && SharedSparkContext.isEmbedded(options().as(SparkPipelineOptions.class));
  }

  @Override
  public int parallelism() {
    return isEmbedded()
        ? Runtime.getRuntime().availableProcessors()
        : withContext(Groups.STREAMED, context -> Math.max(1, context.defaultParallelism()));
  }

  @Override
  public int bundles(Groups groups) {
    return isEmbedded() || SharedSparkContext.arePartitionsGiven()
        ? SharedSparkContext.partitions(groups)
        : parallelism();
  }

  @Override
  public boolean holdsOutputs() {
    return true;
  }

  @Override
  PipelineResult.State submit(Pipeline pipeline, Work work) {
    Groups groups = work.groups();
    UnusedOutputs.consume(pipeline);
    SparkContextOptions options = pipeline.getOptions().as(SparkContextOptions.class);
    // Otherwise Beam keeps all that was shuffled in Spark's cache, beside the groups at work. A
    // group that is streamed can be read only once.
    options.setPreferGroupByKeyToHandleHugeValues(groups == Groups.STREAMED);
    return withContext(
        groups,
        context -> {
          options.setUsesProvidedSparkContext(true);
          options.setProvidedSparkContext(context);
          options.setSparkMaster(context.master());
          return pipeline.run().waitUntilFinish();
        });
  }

  private <T> T withContext(Groups groups, Function<JavaSparkContext, T> use) {
    JavaSparkContext given = provided();
    if (given != null) {
      return use.apply(given);
    }
    SparkPipelineOptions options = options().as(SparkPipelineOptions.class);
    try (SharedSparkContext.Lease lease = SharedSparkContext.lease(options, groups)) {
      return use.apply(lease.context());
    }
  }
}
