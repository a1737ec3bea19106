package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Failures that changed nothing. Those of other classes do not count. */
final class DoneFaults {

  private final ResultLines lines;
  private final Set<String> done;

  /**
   * @param file with a failure in each line; null to keep nothing
   */
  DoneFaults(@Nullable String file) throws IOException {
    lines = new ResultLines(file);
    done = new HashSet<>(lines.read());
  }

  boolean have(String fault) {
    return done.contains(line(fault));
  }

  void add(String fault) throws IOException {
    done.add(line(fault));
    lines.add(line(fault));
  }

  private static String line(String fault) {
    return TestedClasses.DIGEST + " " + fault;
  }
}
