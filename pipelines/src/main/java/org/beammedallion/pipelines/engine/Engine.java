package org.beammedallion.pipelines.engine;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.table.DataFile;

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

  /**
   * What an engine should know of a pipeline before it runs it.
   *
   * @param bytes that it reads, as they would be as text, approximately: an engine inside this
   *     process gives no more tasks than they are worth
   */
  public record Work(Groups groups, long bytes) {

    /** A task costs some milliseconds, which is what it takes to read about so much. */
    private static final long BYTES_OF_A_TASK = 4L << 20;

    /** Of a file of a table, approximately. */
    private static final int COMPRESSION_RATIO = 6;

    /** Of a pipeline that reads files of tables, whose groups are streamed. */
    public static Work of(List<DataFile> files) {
      return new Work(Groups.STREAMED, 0).plus(files);
    }

    /** The same with files of tables that it reads, too. */
    public Work plus(List<DataFile> files) {
      return new Work(
          groups, bytes + COMPRESSION_RATIO * files.stream().mapToLong(DataFile::bytes).sum());
    }

    /** Of a pipeline that reads nobody knows how much. */
    public static Work unknown(Groups groups) {
      return new Work(groups, Long.MAX_VALUE);
    }

    /** Number of tasks, at most {@code most} and at least one. */
    int tasks(int most) {
      return (int) Math.max(1, Math.min(most, bytes / BYTES_OF_A_TASK));
    }
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

  /**
   * Whether all that a DoFn makes of one element is in memory before the next step gets any of it.
   */
  public boolean holdsOutputs() {
    return false;
  }

  /** Runs a pipeline in which groups are streamed, and that reads nobody knows how much. */
  public final void run(String what, Graph graph) throws IOException {
    run(what, Work.unknown(Groups.STREAMED), graph);
  }

  /**
   * Builds a pipeline and runs it to its end.
   *
   * @param what names the pipeline in messages, such as {@code "aggregating revenue"}
   * @throws RunFailedException where it failed
   * @throws IOException from {@code graph}
   */
  public final void run(String what, Work work, Graph graph) throws IOException {
    // Engines write to the options while they submit, and pipelines may be submitted side by side.
    Pipeline pipeline = Pipeline.create(copyOf(options));
    graph.build(pipeline);
    PipelineResult.State state;
    try {
      state = submit(pipeline, work);
    } catch (RuntimeException e) {
      throw new RunFailedException(Failures.describe(what, e), e);
    }
    if (state != PipelineResult.State.DONE) {
      throw new RunFailedException(
          "The runner ended "
              + what
              + " in state "
              + state
              + ". Run it again: the same cycle is then completed.",
          new IllegalStateException(String.valueOf(state)));
    }
  }

  private static PipelineOptions copyOf(PipelineOptions options) {
    return new SerializablePipelineOptions(new SerializablePipelineOptions(options).toString())
        .get();
  }

  /** Runs a pipeline, whose options are its own, to its end. */
  abstract PipelineResult.State submit(Pipeline pipeline, Work work);
}
