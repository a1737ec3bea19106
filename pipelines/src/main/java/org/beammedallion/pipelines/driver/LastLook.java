package org.beammedallion.pipelines.driver;

import java.util.List;
import org.beammedallion.io.progress.SourceState;
import org.jspecify.annotations.Nullable;

/**
 * What a driver knows since it last found nothing to do. While the log has no later cycle, its next
 * run needs to ask neither tables nor permissions, but only whether there is something new. Used by
 * one thread at a time.
 */
final class LastLook {

  private @Nullable Idle idle;

  /**
   * @param last the newest cycle, which was complete
   * @param state what completed cycles had taken
   * @param warnings that do not come from the source
   */
  record Idle(long last, SourceState state, List<String> warnings) {}

  /**
   * @param newest the newest planned cycle, or 0
   */
  @Nullable Idle idleSince(long newest) {
    return idle != null && idle.last() == newest ? idle : null;
  }

  void remember(Idle found) {
    idle = found;
  }

  void forget() {
    idle = null;
  }
}
