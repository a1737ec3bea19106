package org.beammedallion.pipelines.status;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.beammedallion.io.progress.RunSchedule;
import org.beammedallion.io.progress.RunSchedule.Told;
import org.beammedallion.pipelines.cycle.DriverProcess;
import org.jspecify.annotations.Nullable;

/**
 * A driver that runs a pipeline at an interval, as it has said itself.
 *
 * @param schedule when its runs begin
 * @param told when it has said so, by the storage's clock
 * @param alive whether it lives; null where that cannot be told from this host
 */
public record RepeatingDriver(RunSchedule schedule, Instant told, @Nullable Boolean alive) {

  /** Clocks of hosts differ. */
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  static List<RepeatingDriver> all(String progress, Clock clock) throws IOException {
    Instant now = clock.instant();
    return RunSchedule.all(progress).stream()
        .map(each -> new RepeatingDriver(each.schedule(), each.told(), isAlive(each, now)))
        .toList();
  }

  private static @Nullable Boolean isAlive(Told told, Instant now) {
    DriverProcess process = DriverProcess.of(told.schedule());
    if (process.isLocal()) {
      return process.isAlive();
    }
    // It writes after a run: one that takes long may be the reason that it has not.
    Duration longest =
        RunSchedule.RENEWED.plusMillis(2 * told.schedule().intervalMillis()).plus(TOLERANCE);
    return Duration.between(told.told(), now).compareTo(longest) <= 0 ? Boolean.TRUE : null;
  }
}
