package org.beammedallion.pipelines.cycle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gold tables that a cycle could not compute. Those after them are committed all the same; the
 * cycle then fails, and the next run completes it.
 */
final class FailedTables {

  private final List<CycleFailedException> failures = new ArrayList<>();

  /** What is done for one table. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** Does it, and goes on where the runner failed. */
  void unless(Step step) throws IOException {
    try {
      step.run();
    } catch (CycleFailedException e) {
      failures.add(e);
    }
  }

  /**
   * @throws CycleFailedException where a table failed; says of each why
   */
  void rethrow() {
    if (failures.size() == 1) {
      throw failures.get(0);
    } else if (!failures.isEmpty()) {
      CycleFailedException all =
          new CycleFailedException(
              failures.stream()
                  .map(CycleFailedException::getMessage)
                  .collect(Collectors.joining(System.lineSeparator())),
              failures.get(0));
      failures.subList(1, failures.size()).forEach(all::addSuppressed);
      throw all;
    }
  }
}
