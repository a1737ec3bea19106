package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.Optional;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.RunFailedException;

/**
 * Stage, write down, ask, commit; and again where another writer's commit made the change invalid.
 * The one way in which tables change.
 */
public final class CommitLoop {

  /** Each round that fails has lost to a commit that landed. */
  private static final int MAX_ROUNDS = 5;

  private CommitLoop() {}

  /** A change of a table as it is now. */
  @FunctionalInterface
  public interface Round<T> {
    /**
     * @param number from 1
     * @throws ConcurrentCommitException where the table has changed meanwhile
     */
    T commit(int number) throws IOException;
  }

  /**
   * Repeats a change until it lands.
   *
   * @param first number of the first round; of a change that an earlier process began, the one that
   *     it came to
   * @throws ConcurrentCommitException where others change the table faster than this can
   */
  public static <T> T repeat(int first, Round<T> round) throws IOException {
    for (int number = first; ; number++) {
      try {
        return round.commit(number);
      } catch (ConcurrentCommitException e) {
        if (number >= MAX_ROUNDS) {
          throw e;
        }
      }
    }
  }

  /**
   * Takes a table through a cycle. What an earlier driver has staged is only committed.
   *
   * @throws CycleHeldException where the gate objects
   * @throws org.beammedallion.io.progress.DamagedLogException where the table has a later cycle
   * @throws RunFailedException where the engine fails, or others change the table faster than this
   *     can
   */
  public static Committed run(Cycle cycle, TableJob job) throws IOException {
    job.requireInOrder(cycle);
    Optional<Staged> earlier = cycle.staged(job);
    int first = earlier.map(Staged::round).orElse(1);
    Committed committed;
    try {
      committed =
          repeat(
              first,
              round ->
                  commit(
                      cycle,
                      job,
                      round == first && earlier.isPresent()
                          ? earlier.get()
                          : stage(cycle, job, round)));
    } catch (ConcurrentCommitException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    }
    cycle.add(job, committed);
    job.done(cycle);
    return committed;
  }

  private static Staged stage(Cycle cycle, TableJob job, int round) throws IOException {
    boolean isGold = job.layer() == TableJob.Layer.GOLD;
    if (job.isWrittenDown()) {
      cycle.reached(isGold ? Step.COMPUTING_GOLD : Step.STAGING, isGold ? job.shortName() : "");
    }
    Staged staged = job.stage(cycle, job.snapshot(), round);
    if (job.isWrittenDown()) {
      cycle.checkClaim();
      staged = cycle.putStaged(job, staged);
      cycle.reached(isGold ? Step.GOLD_STAGED : Step.STAGED, isGold ? job.shortName() : "");
    }
    return staged;
  }

  private static Committed commit(Cycle cycle, TableJob job, Staged staged) throws IOException {
    cycle.checkClaim();
    job.requireRelease(cycle, staged);
    CommitRequest request = job.request(cycle, staged);
    long version = request == null ? CommitRequest.NO_TABLE : job.table().commit(request).version();
    if (job.isWrittenDown()) {
      boolean isGold = job.layer() == TableJob.Layer.GOLD;
      cycle.reached(isGold ? Step.GOLD_COMMITTED : Step.SILVER_COMMITTED, job.shortName());
    }
    TableSnapshot now = job.snapshot();
    return new Committed(request == null ? now.version() : version, staged, now);
  }
}
