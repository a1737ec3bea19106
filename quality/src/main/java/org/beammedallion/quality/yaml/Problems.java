package org.beammedallion.quality.yaml;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong, so that a person learns all of it at once. Not thread-safe. */
public final class Problems {

  private final Set<Problem> problems = new LinkedHashSet<>();

  public void add(Location location, String message) {
    problems.add(new Problem(location, message));
  }

  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /** In the order of the places in the files; a file's problems stay together. */
  public List<Problem> list() {
    return problems.stream()
        .sorted(
            Comparator.comparing((Problem problem) -> problem.location().file())
                .thenComparingInt(problem -> problem.location().line())
                .thenComparingInt(problem -> problem.location().column()))
        .toList();
  }

  /**
   * Ends the reading where anything is wrong.
   *
   * @throws ConfigurationException with everything that was added, where anything was
   */
  public void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(list());
    }
  }
}
