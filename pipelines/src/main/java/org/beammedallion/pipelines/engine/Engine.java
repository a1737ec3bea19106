package org.beammedallion.pipelines.engine;

import java.io.IOException;
import java.util.Locale;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Runs Beam pipelines to their end. What differs between runners is in the implementations, and
 * nowhere else.
 *
 * <p>An engine may be used by several threads. Engines of one runner share what is costly to start,
 * the embedded Flink cluster or the Spark context, which stays up until the process ends.
 */
public abstract class Engine {

  private final PipelineOptions options;

  Engine(PipelineOptions options) {
    this.options = options;
  }

  /** How a step behind a {@code GroupByKey} reads its groups. */
  public enum Groups {
    /** At most once, so that a group need not fit in memory. */
    STREAMED,
    /** As often as Beam allows: a group is held in memory. */
    HELD
  }

  /** Adds transforms to a pipeline. */
  @FunctionalInterface
  public interface Graph {
    void build(Pipeline pipeline) throws IOException;
  }

  /** The engine of the runner that the options name. */
  public static Engine of(PipelineOptions options) {
    String runner = options.getRunner().getSimpleName().toLowerCase(Locale.ROOT);
    if (runner.startsWith("flink")) {
      return new FlinkEngine(options);
    }
    return runner.startsWith("spark") ? new SparkEngine(options) : new DirectEngine(options);
  }

  final PipelineOptions options() {
    return options;
  }

  /** Number of tasks that run at the same time, approximately. */
  public abstract int parallelism();

  /**
   * Number of bundles that a step behind a {@code GroupByKey} sees, approximately. Each bundle
   * writes files of its own.
   */
  public abstract int bundles(Groups groups);

  /** Runs a pipeline in which groups are streamed. */
  public final void run(String what, Graph graph) throws IOException {
    run(what, Groups.STREAMED, graph);
  }

  /**
   * Builds a pipeline and runs it to its end.
   *
   * @param what names the pipeline in messages, such as {@code "aggregating revenue"}
   * @throws RunFailedException where it failed
   * @throws IOException from {@code graph}
   */
  public final void run(String what, Groups groups, Graph graph) throws IOException {
    // Engines write to the options while they submit, and pipelines may be submitted side by side.
    Pipeline pipeline = Pipeline.create(copyOf(options));
    graph.build(pipeline);
    PipelineResult.State state;
    try {
      state = submit(pipeline, groups);
    } catch (RuntimeException e) {
      throw new RunFailedException(Failures.describe(what, e), e);
    }
    if (state != PipelineResult.State.DONE) {
      throw new RunFailedException(
          "The runner ended "
              + what
              + " in state "
              + state
              + ". Run it again: the same cycle is completed then.",
          new IllegalStateException(String.valueOf(state)));
    }
  }

  private static PipelineOptions copyOf(PipelineOptions options) {
    return new SerializablePipelineOptions(new SerializablePipelineOptions(options).toString())
        .get();
  }

  /** Runs a pipeline, whose options are its own, to its end. */
  abstract PipelineResult.State submit(Pipeline pipeline, Groups groups);
}
