package org.beammedallion.pipelines.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results of a test of hours, one in each line of a file, so that the test can be stopped. */
final class ResultLines {

  private final @Nullable Path file;

  /**
   * @param file that need not be there yet; null to keep nothing
   */
  ResultLines(@Nullable String file) {
    this.file = file == null ? null : Path.of(file);
  }

  /** What was added before, by this run of the test and earlier ones. */
  List<String> read() throws IOException {
    if (file == null || Files.notExists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    // A line that was not written to its end is no result.
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (whole.length() < text.length()) {
      Files.writeString(file, whole);
    }
    return whole.lines().toList();
  }

  void add(String line) throws IOException {
    if (file != null) {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
