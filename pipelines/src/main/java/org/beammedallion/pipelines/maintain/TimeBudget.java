package org.beammedallion.pipelines.maintain;

import java.time.Duration;

/**
 * How much time compaction may take between cycles: what is left until the next one, or what it has
 * saved up, a tenth of the time that cycles took. So cycles without a pause are slowed down by a
 * tenth at most, and compaction is never put off for ever. Not thread-safe.
 */
final class TimeBudget {

  private static final int SHARE = 10;

  /** Compactions for which time is saved up. */
  private static final int MOST_SAVED = 4;

  /** Before the first compaction. */
  private static final Duration FIRST = Duration.ofSeconds(1);

  private static final double FIRST_BYTES_PER_SECOND = 20e6;

  private Duration saved = Duration.ZERO;

  /** What the longest one would have taken that was put off, until one as long is allowed. */
  private Duration wanted = Duration.ZERO;

  private Duration last = FIRST;
  private long lastBytes = (long) FIRST_BYTES_PER_SECOND;

  /**
   * Saves up for a cycle, and never more than some compactions take, of which the one that was put
   * off is the longest it may be.
   */
  void cycle(Duration took) {
    Duration limit = longest(longest(last, FIRST), wanted).multipliedBy(MOST_SAVED);
    Duration more = saved.plus(took.dividedBy(SHARE));
    saved = more.compareTo(limit) > 0 ? limit : more;
  }

  private static Duration longest(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /**
   * Whether a compaction may begin.
   *
   * @param bytes that it copies
   * @param left until the next cycle is to begin; 0 or less where it begins at once
   */
  boolean allows(long bytes, Duration left) {
    Duration estimate = estimate(bytes);
    boolean allowed = estimate.compareTo(left) <= 0 || estimate.compareTo(saved) <= 0;
    if (estimate.compareTo(wanted) >= 0) {
      wanted = allowed ? Duration.ZERO : estimate;
    }
    return allowed;
  }

  /** As long as the last one, which took the same time for starting; longer where it has more. */
  private Duration estimate(long bytes) {
    double ratio = Math.max(1, (double) bytes / Math.max(1, lastBytes));
    return Duration.ofMillis((long) (last.toMillis() * ratio));
  }

  /** What a compaction has taken; what was left before the next cycle costs nothing. */
  void spent(Duration took, long bytes, Duration left) {
    Duration late = left.isNegative() ? took : took.minus(left);
    if (!late.isNegative()) {
      saved = late.compareTo(saved) > 0 ? Duration.ZERO : saved.minus(late);
    }
    last = took;
    lastBytes = bytes;
  }
}
