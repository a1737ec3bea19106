package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.cycle.Staging.Computation;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.engine.RunFailedException;

/**
 * Gold tables that are computed in one pipeline. What a cycle of few records costs are its
 * pipelines; so tables for which little has to be read share one. Each is committed alone.
 */
public final class ComputedTogether {

  /** Below this a pipeline costs more than what it reads. */
  private static final long MOST_BYTES = 128L << 20;

  private ComputedTogether() {}

  /**
   * Stages those tables that one pipeline may compute, and writes that down. Where it fails nothing
   * is staged: the tables are then computed one by one, so that the failure has the name of its
   * table, and the others are there.
   *
   * @param jobs whose {@link TableJob#isComputedTogether} is true; silver and what they read beside
   *     it are committed
   * @return what is prepared for the first round of the other tables
   */
  public static Map<TableJob, Staging> stage(Cycle cycle, List<TableJob> jobs) throws IOException {
    Map<TableJob, Staging> prepared = prepare(cycle, jobs);
    Map<TableJob, Computation> small = small(prepared);
    if (small.size() < 2) {
      return prepared;
    }
    small.keySet().forEach(job -> CommitLoop.begins(cycle, job));
    String names =
        small.keySet().stream().map(TableJob::shortName).collect(Collectors.joining(", "));
    try {
      cycle
          .engine()
          .run(
              "computing " + names,
              work(small.values()),
              pipeline -> {
                for (Computation computation : small.values()) {
                  computation.graph().build(pipeline);
                }
              });
    } catch (RunFailedException e) {
      return prepared;
    }
    for (Map.Entry<TableJob, Computation> each : small.entrySet()) {
      CommitLoop.writeDown(cycle, each.getKey(), each.getValue().take());
      prepared.remove(each.getKey());
    }
    return prepared;
  }

  private static Map<TableJob, Staging> prepare(Cycle cycle, List<TableJob> jobs)
      throws IOException {
    Map<TableJob, Integer> missing = new LinkedHashMap<>();
    for (TableJob job : jobs) {
      CommitLoop.Start start = CommitLoop.start(cycle, job);
      if (start.staged() == null) {
        missing.put(job, start.round());
      }
    }
    Map<TableJob, Staging> prepared = new LinkedHashMap<>();
    if (missing.size() > 1) {
      for (Map.Entry<TableJob, Integer> each : missing.entrySet()) {
        TableJob job = each.getKey();
        try {
          prepared.put(job, job.stage(cycle, job.snapshot(), each.getValue()));
        } catch (RunFailedException e) {
          // Tried again when it is the job's turn: then it is a failure of its table.
        }
      }
    }
    return prepared;
  }

  private static Map<TableJob, Computation> small(Map<TableJob, Staging> prepared) {
    Map<TableJob, Computation> small = new LinkedHashMap<>();
    prepared.forEach(
        (job, staging) -> {
          if (staging instanceof Computation computation
              && work(small.values()).plus(computation.work()).bytes() <= MOST_BYTES) {
            small.put(job, computation);
          }
        });
    return small;
  }

  private static Work work(Collection<Computation> computations) {
    return computations.stream().map(Computation::work).reduce(Work.of(List.of()), Work::plus);
  }
}
