package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.cycle.CommitLoop.Start;
import org.beammedallion.pipelines.cycle.Staging.Computation;
import org.beammedallion.pipelines.engine.Engine.Work;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gold tables that are computed in one pipeline. What a cycle of few records costs are its
 * pipelines; so tables for which little has to be read share one. Each is committed alone.
 */
public final class ComputedTogether {

  private static final Logger LOG = LoggerFactory.getLogger(ComputedTogether.class);

  /** Of all of them, as text. Beyond it a pipeline costs little beside what it reads. */
  private static final long MOST_BYTES = 128L << 20;

  /** Each has shuffles, whose buffers all of them have at the same time. */
  private static final int MOST_TABLES = 16;

  private final Cycle cycle;
  private final Map<TableJob, Start> starts = new LinkedHashMap<>();

  private ComputedTogether(Cycle cycle) {
    this.cycle = cycle;
  }

  /**
   * Stages those tables that one pipeline may compute, and writes that down. Where it fails nothing
   * is staged: the tables are then computed one by one, so that the failure has the name of its
   * table, and the others are committed.
   *
   * @param jobs whose {@link TableJob#isComputedTogether} is true; silver and what they read beside
   *     it are committed
   * @return where to begin with the tables; it may have none of them
   */
  public static Map<TableJob, Start> stage(Cycle cycle, List<TableJob> jobs) throws IOException {
    if (jobs.size() < 2) {
      return Map.of();
    }
    ComputedTogether together = new ComputedTogether(cycle);
    together.prepare(jobs);
    Map<TableJob, Computation> small = together.small();
    if (small.size() > 1) {
      together.run(small);
    }
    return together.starts;
  }

  private void prepare(List<TableJob> jobs) throws IOException {
    for (TableJob job : jobs) {
      Start start = CommitLoop.start(cycle, job);
      starts.put(job, start);
      if (start.staging() == null) {
        try {
          starts.put(job, start.with(known(job, job.stage(cycle, job.snapshot(), start.round()))));
        } catch (IOException | RuntimeException e) {
          // Tried again when it is the table's turn; until then the others are committed.
          LOG.debug("{} cannot be prepared", job.name(), e);
        }
      }
    }
  }

  private Staging known(TableJob job, Staging staging) throws IOException {
    return staging instanceof Staged staged ? CommitLoop.writeDown(cycle, job, staged) : staging;
  }

  private Map<TableJob, Computation> small() {
    Map<TableJob, Computation> small = new LinkedHashMap<>();
    long bytes = 0;
    for (Map.Entry<TableJob, Start> each : starts.entrySet()) {
      if (each.getValue().staging() instanceof Computation computation
          && small.size() < MOST_TABLES
          && computation.work().bytes() <= MOST_BYTES - bytes) {
        bytes += computation.work().bytes();
        small.put(each.getKey(), computation);
      }
    }
    return small;
  }

  private void run(Map<TableJob, Computation> small) throws IOException {
    small.keySet().forEach(job -> CommitLoop.begins(cycle, job));
    String names =
        small.keySet().stream().map(TableJob::shortName).collect(Collectors.joining(", "));
    // Each table has as many tasks as the largest one wants.
    Work work =
        small.values().stream()
            .map(Computation::work)
            .max(Comparator.comparingLong(Work::bytes))
            .orElseThrow();
    try {
      cycle
          .engine()
          .run(
              "computing " + names,
              work,
              pipeline -> {
                for (Computation computation : small.values()) {
                  computation.graph().build(pipeline);
                }
              });
    } catch (RunFailedException e) {
      LOG.warn("Gold tables are computed one by one. {}", e.getMessage());
      for (Map.Entry<TableJob, Computation> each : small.entrySet()) {
        Staging next = known(each.getKey(), each.getValue().after(e));
        starts.computeIfPresent(each.getKey(), (job, start) -> start.with(next));
      }
      return;
    }
    for (Map.Entry<TableJob, Computation> each : small.entrySet()) {
      TableJob job = each.getKey();
      Staged staged = CommitLoop.writeDown(cycle, job, each.getValue().take());
      starts.computeIfPresent(job, (name, start) -> start.with(staged));
    }
  }
}
