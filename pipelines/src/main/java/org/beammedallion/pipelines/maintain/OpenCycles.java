package org.beammedallion.pipelines.maintain;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.progress.ProgressLog;
import org.beammedallion.io.storage.StoredFile;

/**
 * Tells files that somebody may still commit from those that nobody will: a file of a cycle is safe
 * to remove once the cycle is complete, however old it is.
 *
 * @param first number of the first cycle that is not complete, begun or not
 */
record OpenCycles(long first) {

  /** Names of files that maintenance itself stages. */
  static final String PREFIX = "compact-";

  /** No run of maintenance takes as long. */
  private static final Duration LONGEST_RUN = Duration.ofDays(1);

  private static final Pattern OF_CYCLE = Pattern.compile("(?:cycle-)?(\\d{10})-.*");

  static OpenCycles of(ProgressLog log) throws IOException {
    OptionalLong newest = log.newestPlanned();
    if (newest.isEmpty()) {
      return new OpenCycles(0);
    }
    long cycle = newest.getAsLong();
    return new OpenCycles(log.isCompleted(cycle) ? cycle + 1 : cycle);
  }

  boolean mayBeCommitted(StoredFile file, Instant now) {
    if (file.name().startsWith(PREFIX)) {
      return file.modified().isAfter(now.minus(LONGEST_RUN));
    }
    Matcher cycle = OF_CYCLE.matcher(file.name());
    return cycle.matches() && Long.parseLong(cycle.group(1)) >= first;
  }
}
