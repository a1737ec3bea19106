package org.beammedallion.pipelines.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.engine.RunFailedException;

/**
 * Gold tables that a cycle could not compute. Those after them are committed all the same; the
 * cycle then fails, and the next run completes it.
 */
final class FailedTables {

  private final List<RunFailedException> failures = new ArrayList<>();

  void add(RunFailedException failure) {
    failures.add(failure);
  }

  /**
   * @throws RunFailedException where a table failed; says of each why
   */
  void rethrow() {
    if (failures.size() == 1) {
      throw failures.get(0);
    } else if (!failures.isEmpty()) {
      RunFailedException all =
          new RunFailedException(
              failures.stream()
                  .map(RunFailedException::getMessage)
                  .collect(Collectors.joining(System.lineSeparator())),
              failures.get(0));
      failures.subList(1, failures.size()).forEach(all::addSuppressed);
      throw all;
    }
  }
}
