package org.beammedallion.transforms.aggregate;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.beammedallion.transforms.window.TouchedWindows;

/**
 * Gold holds a session that silver's rows would not give, next to rows that are computed again. A
 * recomputation by {@link TouchedWindows#closeOver} is right whatever gold holds.
 */
public final class SessionsOutOfStepException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * @param start of the session, in microseconds
   * @param end of the session, in microseconds
   * @param group names its GROUP BY columns, beginning with a comma
   */
  SessionsOutOfStepException(long start, long end, String group) {
    super(
        "gold holds a session from "
            + Instant.EPOCH.plus(start, ChronoUnit.MICROS)
            + " to "
            + Instant.EPOCH.plus(end, ChronoUnit.MICROS)
            + group
            + " that silver's rows would not give");
  }
}
