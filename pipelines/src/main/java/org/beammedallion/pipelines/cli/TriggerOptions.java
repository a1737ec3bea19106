package org.beammedallion.pipelines.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.beammedallion.pipelines.maintain.Housekeeping;
import org.beammedallion.quality.pipeline.Amounts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When cycles run, and when they end. */
final class TriggerOptions {

  private static final String AVAILABLE_NOW = "availableNow";
  private static final int DEFAULT_COMPACT_AFTER = 20;

  @Option(
      names = "--trigger",
      paramLabel = "WHEN",
      description =
          "availableNow (default): loads what is there, then exits; or an interval such as 5m or 10s: cycle after cycle"
              + " until it is stopped")
  private String trigger = AVAILABLE_NOW;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description =
          "with an interval: no cycle begins at or after this time, such as 2026-11-05T18:00:00Z")
  private @Nullable String until;

  @Option(
      names = "--maxCycles",
      paramLabel = "N",
      description = "with an interval: ends after so many cycles in which there was something new")
  private @Nullable Long maxCycles;

  @Option(
      names = "--stopTimeout",
      paramLabel = "TIME",
      description =
          "with an interval: how long SIGTERM waits for the cycle that is running (30s); the next run completes one that"
              + " was abandoned")
  private String stopTimeout = "30s";

  @Option(
      names = "--compactAfter",
      paramLabel = "N",
      description =
          "with an interval: between cycles, small files of a partition are put together when there are more than this"
              + " (20); 0: never")
  private @Nullable Integer compactAfter;

  /** From the beginning of a run to that of the next; null where there is one run. */
  @Nullable Duration interval() {
    if (trigger.equals(AVAILABLE_NOW)) {
      if (compactAfter != null) {
        throw new UsageException(
            "--compactAfter is for a run with an interval, such as --trigger=5m. Otherwise `medallion maintain` puts small"
                + " files together.");
      }
      if (until != null || maxCycles != null) {
        throw new UsageException(
            "--until and --maxCycles end a run with an interval, such as --trigger=5m; without one it ends when everything"
                + " is read.");
      }
      return null;
    }
    Duration interval = duration("--trigger", trigger);
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new UsageException("--trigger must be availableNow, or an interval of at least 1s.");
    }
    return interval;
  }

  @Nullable Instant until() {
    if (until == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(until).toInstant();
    } catch (DateTimeException e) {
      throw new UsageException(
          "--until must be a time such as 2026-11-05T18:00:00Z, but is '" + until + "'.");
    }
  }

  /** At least 1. */
  long maxCycles() {
    if (maxCycles != null && maxCycles < 1) {
      throw new UsageException("--maxCycles must be at least 1.");
    }
    return maxCycles == null ? Long.MAX_VALUE : maxCycles;
  }

  /**
   * What is done between cycles.
   *
   * @param kept older versions of tables are forgotten
   */
  Housekeeping.Settings housekeeping(Duration kept) {
    try {
      return new Housekeeping.Settings(
          compactAfter == null ? DEFAULT_COMPACT_AFTER : compactAfter, kept);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  Duration stopTimeout() {
    return duration("--stopTimeout", stopTimeout);
  }

  private static Duration duration(String option, String text) {
    try {
      return Amounts.duration(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }
}
