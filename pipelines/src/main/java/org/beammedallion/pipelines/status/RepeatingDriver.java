package org.beammedallion.pipelines.status;

import java.io.IOException;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.pipelines.cycle.DriverProcess;
import org.jspecify.annotations.Nullable;

/**
 * A driver that runs a pipeline at an interval, as it has said itself.
 *
 * @param schedule when its runs begin
 * @param alive whether its process lives; null where that is another host's
 */
public record RepeatingDriver(RunSchedule schedule, @Nullable Boolean alive) {

  static @Nullable RepeatingDriver find(String progress) throws IOException {
    RunSchedule schedule = RunSchedule.find(progress).orElse(null);
    if (schedule == null) {
      return null;
    }
    DriverProcess process = DriverProcess.of(schedule);
    return new RepeatingDriver(schedule, process.isLocal() ? process.isAlive() : null);
  }
}
