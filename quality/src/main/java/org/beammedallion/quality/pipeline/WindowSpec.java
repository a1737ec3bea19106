package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.time.Duration;

/**
 * How event time is cut into windows, with Beam's meaning: windows hold {@code [start, end)},
 * tumbling and sliding ones are aligned to 1970-01-01T00:00:00Z, and a session ends one gap after
 * its last row. All durations are whole milliseconds.
 */
public sealed interface WindowSpec extends Serializable {

  /** Windows of one size, one after the other. */
  record Tumbling(Duration size) implements WindowSpec {
    public Tumbling {
      requirePositive("size", size);
    }
  }

  /**
   * Windows of one size that start every {@code period}. Where the period is the longer of the two,
   * rows between two windows belong to none.
   */
  record Sliding(Duration size, Duration period) implements WindowSpec {
    public Sliding {
      requirePositive("size", size);
      requirePositive("period", period);
    }
  }

  /**
   * Windows that grow while rows of the same GROUP BY columns follow each other by less than {@code
   * gap}.
   */
  record Session(Duration gap) implements WindowSpec {
    public Session {
      requirePositive("gap", gap);
    }
  }

  static WindowSpec tumbling(Duration size) {
    return new Tumbling(size);
  }

  static WindowSpec sliding(Duration size, Duration period) {
    return new Sliding(size, period);
  }

  static WindowSpec session(Duration gap) {
    return new Session(gap);
  }

  /**
   * Width in milliseconds of the panes into which event time is cut, aligned to the epoch. Rows of
   * one pane belong to the same windows; for sessions, rows of one pane and one key belong to the
   * same session.
   */
  default long paneMillis() {
    if (this instanceof Tumbling tumbling) {
      return tumbling.size().toMillis();
    } else if (this instanceof Sliding sliding) {
      return greatestCommonDivisor(sliding.size().toMillis(), sliding.period().toMillis());
    }
    return ((Session) this).gap().toMillis();
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  private static void requirePositive(String what, Duration duration) {
    if (duration.isNegative() || duration.isZero() || duration.toNanos() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          "A window's "
              + what
              + " of "
              + duration
              + " cannot be used: give a positive duration of whole milliseconds.");
    }
  }
}
