package org.beammedallion.pipelines.driver;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.progress.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * What a driver knows since it last found nothing to do. While the log has no later cycle, its next
 * run needs to ask neither tables nor permissions, but only whether there is something new. Used by
 * one thread at a time.
 */
final class LastLook {

  private static final Duration TRUSTED = Duration.ofMinutes(1);

  private @Nullable Idle idle;

  /**
   * @param last the newest cycle, which was complete
   * @param state what completed cycles had taken
   * @param warnings that do not come from the source
   * @param at when everything was looked at
   */
  record Idle(long last, SourceState state, List<String> warnings, Instant at) {}

  /**
   * What was found, if that is not long ago: a table that somebody has changed by hand is to be
   * noticed also while the source is quiet.
   *
   * @param newest the newest planned cycle, or 0
   */
  @Nullable Idle idleSince(long newest, Instant now) {
    return idle != null && idle.last() == newest && now.isBefore(idle.at().plus(TRUSTED))
        ? idle
        : null;
  }

  void remember(Idle found) {
    idle = found;
  }

  void forget() {
    idle = null;
  }
}
