package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.pipelines.cycle.Committed;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.TableJob;
import org.beammedallion.pipelines.jobs.TableJobs;

/**
 * Forgets old versions of tables as part of cycles. Iceberg writes every version that a table
 * remembers into each commit, and a Delta log is listed and kept; without this, a cycle would cost
 * what history costs. Data files stay: to remove those that no version refers to is maintenance.
 */
public final class OldVersions {

  /** Unless told otherwise, as {@code maintain} does. */
  static final Duration KEPT = Duration.ofDays(7);

  /** A table's versions are looked at each time that it has as many more. */
  private static final long EVERY = 50;

  private OldVersions() {}

  /**
   * Called when the cycle is complete; it stays so whatever becomes of this.
   *
   * @param limit versions before it are forgotten, except for the latest
   * @return warnings, where a table could not be taken care of
   */
  static List<String> forget(Cycle cycle, TableJobs jobs, Instant limit) {
    List<String> warnings = new ArrayList<>();
    for (TableJob job : jobs.all()) {
      Committed committed = cycle.committed(job);
      if (committed == null || !isDue(committed)) {
        continue;
      }
      try {
        job.table().maintenance().expire(limit, 1);
      } catch (IOException | RuntimeException e) {
        warnings.add(
            "Old versions of "
                + job.name()
                + " could not be expired; a later cycle, or `medallion maintain`, tries again. "
                + e.getMessage());
      }
    }
    return warnings;
  }

  private static boolean isDue(Committed committed) {
    return isDue(committed.staged().readVersion(), committed.version());
  }

  /** Whether a commit that was made on a version is one behind which versions are looked at. */
  public static boolean isDue(long readVersion, long committed) {
    return Math.floorDiv(committed, EVERY) > Math.floorDiv(Math.max(0, readVersion), EVERY);
  }
}
