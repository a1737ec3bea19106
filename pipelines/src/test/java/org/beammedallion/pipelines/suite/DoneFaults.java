package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Failures that changed nothing, in a file with one in each line, so that a test of hours can be
 * stopped. Those of other classes do not count.
 */
final class DoneFaults {

  private final @Nullable Path file;
  private final Set<String> done = new HashSet<>();

  private DoneFaults(@Nullable Path file) {
    this.file = file;
  }

  /**
   * @param file that need not be there yet; null to keep nothing
   */
  static DoneFaults of(@Nullable String file) throws IOException {
    DoneFaults faults = new DoneFaults(file == null ? null : Path.of(file));
    if (faults.file != null && Files.exists(faults.file)) {
      faults.done.addAll(Files.readAllLines(faults.file));
    }
    return faults;
  }

  boolean have(String fault) {
    return done.contains(line(fault));
  }

  void add(String fault) throws IOException {
    done.add(line(fault));
    if (file != null) {
      Files.writeString(
          file, line(fault) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String line(String fault) {
    return TestedClasses.DIGEST + " " + fault;
  }
}
