package org.beammedallion.pipelines.status;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.beammedallion.io.progress.Attempt;
import org.beammedallion.io.progress.CyclePlan;
import org.beammedallion.io.progress.CycleProblem;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.inspect.CompleteCycles;
import org.jspecify.annotations.Nullable;

/**
 * A cycle that was planned and is not complete.
 *
 * @param plan what it reads
 * @param holder the newest driver that has claimed it; null where none has
 * @param sign when that driver last wrote its sign of life, by the storage's clock; null where that
 *     is not known
 * @param problem why that driver has left it; null where it did not say
 */
public record OpenCycle(
    CyclePlan plan,
    State state,
    @Nullable Attempt holder,
    @Nullable Instant sign,
    @Nullable CycleProblem problem) {

  /** What becomes of it. */
  public enum State {
    /** Its driver is at work. */
    RUNNING,
    /** The pipeline's gate objected; it is asked again by the next run. */
    HELD,
    /** It failed; the next run tries it again. */
    FAILED,
    /** Its driver was ended; the next run completes it. */
    LEFT
  }

  static @Nullable OpenCycle of(CompleteCycles cycles, Clock clock) throws IOException {
    ProgressLog log = cycles.log();
    long planned = log.newestPlanned().orElse(0);
    if (planned <= cycles.newest() || log.isCompleted(planned)) {
      return null;
    }
    CyclePlan plan = log.plan(planned);
    Optional<Attempt> holder = log.newestAttempt(planned);
    if (holder.isEmpty()) {
      return new OpenCycle(plan, State.LEFT, null, null, null);
    }
    Optional<CycleProblem> problem =
        CycleProblem.find(cycles.lake().progress(cycles.pipeline()), holder.get());
    State state;
    if (problem.isPresent()) {
      state = problem.get().held() ? State.HELD : State.FAILED;
    } else {
      state = DriverClaim.seemsAlive(log, holder.get(), clock) ? State.RUNNING : State.LEFT;
    }
    return new OpenCycle(
        plan,
        state,
        holder.get(),
        log.heartbeat().map(StoredFile::modified).orElse(null),
        problem.orElse(null));
  }
}
