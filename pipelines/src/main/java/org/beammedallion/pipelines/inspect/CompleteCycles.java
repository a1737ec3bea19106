package org.beammedallion.pipelines.inspect;

import java.io.IOException;
import java.time.Instant;
import java.util.NoSuchElementException;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * The cycles of a pipeline whose files count: what an open cycle has written may still be written
 * again.
 *
 * @param newest number of the newest complete one, 0 before the first
 */
public record CompleteCycles(LakeLayout lake, String pipeline, ProgressLog log, long newest) {

  public static CompleteCycles of(LakeLayout lake, String pipeline) throws IOException {
    ProgressLog log = ProgressLog.of(lake.progress(pipeline));
    return new CompleteCycles(lake, pipeline, log, log.newestCompleted());
  }

  private boolean has(long cycle) {
    return cycle >= 1 && cycle <= newest;
  }

  /**
   * Whether a file of a cycle counts.
   *
   * @param only the cycle that is wanted; null for all
   */
  boolean wants(long cycle, @Nullable Long only) {
    return has(cycle) && (only == null || cycle == only);
  }

  /** The time of a complete cycle, by which its files are found; null where its ledger is lost. */
  @Nullable Instant time(long cycle) throws IOException {
    Ledger ledger = CycleList.entry(this, cycle).ledger();
    return ledger == null ? null : ledger.time();
  }

  /**
   * Checks that there is something to read.
   *
   * @param cycle that is wanted; null for all
   * @throws NoSuchElementException where the cycle is not complete, or none is
   */
  public void require(@Nullable Long cycle) throws IOException {
    if (cycle == null && newest == 0) {
      throw new NoSuchElementException(
          "No cycle of " + pipeline + " is complete yet in " + lake.root() + ".");
    } else if (cycle == null || has(cycle)) {
      return;
    }
    boolean open = cycle == newest + 1 && log.newestPlanned().orElse(0) == cycle;
    throw new NoSuchElementException(
        open
            ? "Cycle "
                + cycle
                + " of "
                + pipeline
                + " is not complete, so what it has read may change yet. `medallion run` completes it."
            : "There is no cycle "
                + cycle
                + " of "
                + pipeline
                + " in "
                + lake.root()
                + (newest == 0 ? ": none is complete yet." : ". The newest is " + newest + "."));
  }
}
