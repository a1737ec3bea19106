package org.beammedallion.pipelines.driver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.beammedallion.io.source.CycleLimits;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the cycles of a run that is repeated, so that each takes about one interval while a
 * backlog is worked off. What a cycle costs whatever its size is told from small ones, the rest
 * from the bytes of the last one. Used by one thread at a time.
 */
final class Pace {

  /** Of a driver that has not run a cycle: most machines are faster. */
  private static final long FIRST_BYTES_PER_SECOND = 8L << 20;

  /** Cycles that are smaller cost what an empty one costs. */
  private static final long LEAST_BYTES = 8L << 20;

  /**
   * Small cycles whose shortest one counts: one that had to wait for something is none of them, and
   * what a cycle costs may rise, as tables grow.
   */
  private static final int SMALL_CYCLES = 3;

  /** The part of a cycle that depends on its bytes, at least. */
  private static final double LEAST_SHARE = 0.1;

  /** How many times as many bytes as the last cycle had the next one may have. */
  private static final int GROWTH = 8;

  private static final double NANOS = 1e9;

  private final @Nullable Duration interval;

  /** Seconds that the last small cycles took. */
  private final Deque<Double> small = new ArrayDeque<>();

  private long limit;
  private boolean hasBegun;

  /**
   * @param interval from the beginning of a run to that of the next; null where a run is not
   *     repeated, and its cycles are not bounded
   */
  Pace(@Nullable Duration interval) {
    this.interval = interval;
    this.limit =
        interval == null
            ? Long.MAX_VALUE
            : Math.max(LEAST_BYTES, (long) (seconds(interval) * FIRST_BYTES_PER_SECOND));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }

  boolean isOfRepeatedRun() {
    return interval != null;
  }

  /**
   * Whether the next run is due, which begins with what is left.
   *
   * @param begun {@link System#nanoTime} when the run began
   */
  boolean isOver(long begun) {
    return interval != null && System.nanoTime() - begun >= interval.toNanos();
  }

  /** The limits of the next cycle, which are not above those that a person has set. */
  CycleLimits limits(CycleLimits set) {
    return limit < set.bytes() ? new CycleLimits(set.files(), limit) : set;
  }

  /**
   * Learns from a cycle that has published something.
   *
   * @param bytes of its plan, at least 0
   */
  void cycle(long bytes, Duration took) {
    if (interval == null || bytes == 0) {
      return;
    }
    double all = Math.max(seconds(took), 1 / NANOS);
    // The first cycle starts the engine, too.
    if (hasBegun && bytes <= LEAST_BYTES) {
      small.addLast(all);
      if (small.size() > SMALL_CYCLES) {
        small.removeFirst();
      }
    }
    hasBegun = true;
    double shortest = small.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double fixed = Math.min(shortest, all * (1 - LEAST_SHARE));
    double bytesPerSecond = bytes / (all - fixed);
    // Where the interval is shorter than a small cycle, half of the time is for bytes.
    double wanted = Math.max(seconds(interval), 2 * fixed) - fixed;
    double most = Math.max((double) bytes * GROWTH, LEAST_BYTES);
    limit = (long) Math.max(LEAST_BYTES, Math.min(most, bytesPerSecond * wanted));
  }
}
