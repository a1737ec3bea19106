package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.function.Function;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.pipelines.engine.Engine.Graph;
import org.beammedallion.pipelines.engine.Engine.Work;

/** What a table's change comes from: it is staged already, or a pipeline has to compute it. */
public sealed interface Staging permits Staged, Staging.Computation {

  /** Computes it, where that is to be done. */
  Staged run(Cycle cycle) throws IOException;

  /**
   * A pipeline, which may be a part of another one.
   *
   * @param what see {@link org.beammedallion.pipelines.engine.Engine#run}
   * @param resultUri where it leaves its result
   * @param work how much it reads
   * @param graph adds its transforms to a pipeline; their names are those of no other table
   * @param staged what the result means for the table
   */
  record Computation(
      String what, String resultUri, Work work, Graph graph, Function<StageResult, Staged> staged)
      implements Staging {

    @Override
    public Staged run(Cycle cycle) throws IOException {
      return staged.apply(cycle.run(what, resultUri, work, graph));
    }

    /** Takes the result of a pipeline that it was a part of. */
    Staged take() throws IOException {
      return staged.apply(Cycle.takeResult(resultUri));
    }
  }
}
