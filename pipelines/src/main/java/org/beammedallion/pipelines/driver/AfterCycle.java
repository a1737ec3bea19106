package org.beammedallion.pipelines.driver;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.beammedallion.pipelines.cycle.Cycle;
import org.beammedallion.pipelines.cycle.DriverClaim;
import org.beammedallion.pipelines.jobs.TableJobs;

/** What a driver does when a cycle is complete, which it is whatever becomes of this. */
final class AfterCycle {

  private AfterCycle() {}

  /**
   * Keeps log and tables small, and tells others where the source stands.
   *
   * @param forgotten versions of tables that are older may go
   * @return what has failed, and is tried again after the next cycle
   */
  static List<String> warnings(
      Cycle cycle,
      TableJobs jobs,
      DriverClaim claim,
      Instant forgotten,
      SourcePositions positions) {
    List<String> warnings = new ArrayList<>(rollUp(cycle, claim));
    warnings.addAll(OldVersions.forget(cycle, jobs, forgotten));
    warnings.addAll(positions.tell(cycle.plan()));
    return warnings;
  }

  private static List<String> rollUp(Cycle cycle, DriverClaim claim) {
    try {
      cycle.log().rollUp(cycle.plan(), claim::check);
      return List.of();
    } catch (IOException | RuntimeException e) {
      return List.of(
          "The progress log could not be compacted; the next cycle tries again. " + e.getMessage());
    }
  }
}
