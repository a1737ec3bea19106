package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.function.Function;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.engine.Engine.Graph;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a table's change comes from: it is staged already, or a pipeline has to compute it. */
public sealed interface Staging permits Staged, Staging.Computation {

  /** Computes it, where that is to be done. */
  Staged run(Cycle cycle) throws IOException;

  /** Says how a table's change is made. */
  @FunctionalInterface
  interface Preparation {
    Staging prepare() throws IOException;
  }

  /**
   * @param type of the exception by which a pipeline refuses
   * @param other asks for what is computed instead
   */
  record Fallback(Class<? extends RuntimeException> type, Preparation other) {}

  /**
   * A pipeline, which may be a part of another one.
   *
   * @param what see {@link org.beammedallion.pipelines.engine.Engine#run}
   * @param resultUri where it leaves its result
   * @param work how much it reads
   * @param graph adds its transforms to a pipeline; their names are those of no other table
   * @param staged what the result means for the table
   * @param fallback what is computed instead where the pipeline refuses; null where it never does
   */
  record Computation(
      String what,
      String resultUri,
      Work work,
      Graph graph,
      Function<StageResult, Staged> staged,
      @Nullable Fallback fallback)
      implements Staging {

    private static final Logger LOG = LoggerFactory.getLogger(Computation.class);

    public Computation(
        String what,
        String resultUri,
        Work work,
        Graph graph,
        Function<StageResult, Staged> staged) {
      this(what, resultUri, work, graph, staged, null);
    }

    /**
     * @param type of the exception by which the pipeline refuses
     * @param other asks for what is computed instead
     */
    public Computation or(Class<? extends RuntimeException> type, Preparation other) {
      return new Computation(what, resultUri, work, graph, staged, new Fallback(type, other));
    }

    @Override
    public Staged run(Cycle cycle) throws IOException {
      try {
        return staged.apply(cycle.run(what, resultUri, work, graph));
      } catch (RunFailedException e) {
        if (fallback == null || !e.isBecauseOf(fallback.type())) {
          throw e;
        }
        return instead(e, fallback).run(cycle);
      }
    }

    /** What is computed instead, or this where a failure is none that says so. */
    Staging after(RunFailedException failure) throws IOException {
      return fallback != null && failure.isBecauseOf(fallback.type())
          ? instead(failure, fallback)
          : this;
    }

    private Staging instead(RunFailedException failure, Fallback known) throws IOException {
      LOG.warn(
          "Failed while {}: {}. More is computed instead.", what, failure.reason(known.type()));
      return known.other().prepare();
    }

    /** Takes the result of a pipeline that it was a part of. */
    Staged take() throws IOException {
      return staged.apply(Cycle.takeResult(resultUri));
    }
  }
}
