package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.pipelines.cycle.CycleListener.Step;
import org.beammedallion.pipelines.engine.RunFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Stage, write down, ask, commit; and again where another writer's commit made the change invalid.
 * The one way in which tables change.
 */
public final class CommitLoop {

  /** Each round that fails has lost to a commit that landed. */
  private static final int MAX_ROUNDS = 5;

  private static final int FIRST_ROUND = 1;

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
    return run(cycle, job, null);
  }

  /**
   * The same of a table whose change is prepared.
   *
   * @param prepared by the job, for the first round; null where it is not
   */
  public static Committed run(Cycle cycle, TableJob job, @Nullable Staging prepared)
      throws IOException {
    job.requireInOrder(cycle);
    Start start = start(cycle, job);
    Committed committed;
    try {
      committed =
          repeat(
              start.round(),
              round ->
                  commit(
                      cycle,
                      job,
                      round == start.round() && start.staged() != null
                          ? start.staged()
                          : stage(cycle, job, round, round == start.round() ? prepared : null)));
    } catch (ConcurrentCommitException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    }
    cycle.add(job, committed);
    job.done(cycle);
    return committed;
  }

  /**
   * Where a driver begins with a table.
   *
   * @param round the first one
   * @param staged what an earlier driver has staged and this one commits, or null
   */
  record Start(int round, @Nullable Staged staged) {}

  /**
   * What an earlier driver has staged counts, unless the pipeline file says another thing of the
   * table by now, and nothing is committed.
   */
  static Start start(Cycle cycle, TableJob job) throws IOException {
    Staged staged = cycle.staged(job).orElse(null);
    if (staged == null) {
      return new Start(FIRST_ROUND, null);
    }
    return GoldDefinitions.isAsStaged(job, staged) || job.isCommitted(cycle)
        ? new Start(staged.round(), staged)
        : new Start(staged.round() + 1, null);
  }

  private static Staged stage(Cycle cycle, TableJob job, int round, @Nullable Staging prepared)
      throws IOException {
    begins(cycle, job);
    Staging staging = prepared == null ? job.stage(cycle, job.snapshot(), round) : prepared;
    return writeDown(cycle, job, staging.run(cycle));
  }

  /** Says that a table's change is going to be computed. */
  static void begins(Cycle cycle, TableJob job) {
    if (job.isWrittenDown()) {
      boolean isGold = job.layer() == TableJob.Layer.GOLD;
      cycle.reached(isGold ? Step.COMPUTING_GOLD : Step.STAGING, isGold ? job.shortName() : "");
    }
  }

  /** Writes down what was staged, and returns what is to be committed. */
  static Staged writeDown(Cycle cycle, TableJob job, Staged staged) throws IOException {
    if (!job.isWrittenDown()) {
      return staged;
    }
    cycle.checkClaim();
    Staged written = cycle.putStaged(job, staged.by(job.digest()));
    boolean isGold = job.layer() == TableJob.Layer.GOLD;
    cycle.reached(isGold ? Step.GOLD_STAGED : Step.STAGED, isGold ? job.shortName() : "");
    return written;
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
