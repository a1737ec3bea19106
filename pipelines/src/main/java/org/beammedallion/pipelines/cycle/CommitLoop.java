package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
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

  /** Of one driver. Each round that fails has lost to a commit that landed. */
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
   *     it came to, however many that were
   * @throws ConcurrentCommitException where others change the table faster than this can
   */
  public static <T> T repeat(int first, Round<T> round) throws IOException {
    for (int number = first; ; number++) {
      try {
        return round.commit(number);
      } catch (ConcurrentCommitException e) {
        if (number - first >= MAX_ROUNDS - 1) {
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
   * The same of a table of which it is known where to begin.
   *
   * @param begin see {@link ComputedTogether#stage}; null where it is not
   */
  public static Committed run(Cycle cycle, TableJob job, @Nullable Start begin) throws IOException {
    job.requireInOrder(cycle);
    Start start = begin == null ? start(cycle, job) : begin;
    Committed committed;
    try {
      committed =
          repeat(
              start.round(),
              round -> {
                Staging known = round == start.round() ? start.staging() : null;
                return commit(
                    cycle,
                    job,
                    known instanceof Staged staged ? staged : stage(cycle, job, round, known),
                    start.isCommitted());
              });
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
   * @param staging what is written down and only has to be committed, or what is prepared; null
   *     where the job is still to be asked
   * @param isCommitted whether the table has the cycle's change already
   */
  public record Start(int round, @Nullable Staging staging, boolean isCommitted) {

    Start with(Staging known) {
      return new Start(round, known, isCommitted);
    }
  }

  /**
   * What an earlier driver has staged counts, unless the pipeline file has another definition of
   * the table by now, and nothing is committed.
   */
  static Start start(Cycle cycle, TableJob job) throws IOException {
    Staged staged = cycle.staged(job).orElse(null);
    if (staged == null) {
      return new Start(FIRST_ROUND, null, false);
    }
    boolean isCommitted = job.isCommitted(cycle);
    boolean isOfNow = job.digest() == null || job.digest().equals(staged.definition());
    return isOfNow || isCommitted
        ? new Start(staged.round(), staged, isCommitted)
        : new Start(staged.round() + 1, null, false);
  }

  private static Staged stage(Cycle cycle, TableJob job, int round, @Nullable Staging prepared)
      throws IOException {
    begins(cycle, job);
    Staging staging = prepared == null ? job.stage(cycle, job.snapshot(), round) : prepared;
    return writeDown(cycle, job, staging.run(cycle));
  }

  /** Says that a table's change is going to be computed. */
  static void begins(Cycle cycle, TableJob job) {
    reached(cycle, job, Step.STAGING, Step.COMPUTING_GOLD);
  }

  /** Writes down what was staged, and returns what is to be committed. */
  static Staged writeDown(Cycle cycle, TableJob job, Staged staged) throws IOException {
    if (!job.isWrittenDown()) {
      return staged;
    }
    cycle.checkClaim();
    Staged written = cycle.putStaged(job, staged.by(job.digest()));
    reached(cycle, job, Step.STAGED, Step.GOLD_STAGED);
    return written;
  }

  private static void reached(Cycle cycle, TableJob job, Step ofSilver, Step ofGold) {
    if (job.isWrittenDown()) {
      boolean isGold = job.layer() == TableJob.Layer.GOLD;
      cycle.reached(isGold ? ofGold : ofSilver, isGold ? job.shortName() : "");
    }
  }

  /**
   * @param wasCommitted whether the table had the change before
   */
  private static Committed commit(Cycle cycle, TableJob job, Staged staged, boolean wasCommitted)
      throws IOException {
    cycle.checkClaim();
    job.requireRelease(cycle, staged);
    CommitRequest request = job.request(cycle, staged);
    CommitResult result = request == null ? null : job.table().commit(request);
    if (job.isWrittenDown()) {
      boolean isGold = job.layer() == TableJob.Layer.GOLD;
      cycle.reached(isGold ? Step.GOLD_COMMITTED : Step.SILVER_COMMITTED, job.shortName());
    }
    TableSnapshot now = job.snapshot();
    // A driver that has lost the cycle may have committed another round in its last moments.
    boolean isUnknown =
        result != null
            && result.alreadyCommitted()
            && !wasCommitted
            && staged.round() > FIRST_ROUND
            && job.digest() != null;
    return new Committed(
        result == null ? now.version() : result.version(),
        isUnknown ? staged.byUnknown() : staged,
        now);
  }
}
