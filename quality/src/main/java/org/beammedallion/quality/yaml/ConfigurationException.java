package org.beammedallion.quality.yaml;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A contract or a pipeline file cannot be used as it is. The message holds a line for each problem,
 * with its place, and is made for the person who wrote the file.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public ConfigurationException(Location location, String message) {
    this(List.of(new Problem(location, message)));
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }
}
