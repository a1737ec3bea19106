package org.beammedallion.quality.rule;

import java.util.List;
import java.util.Map;

/**
 * What was counted in a cycle.
 *
 * @param accepted rows that broke no record rule, before deduplication
 * @param published rows that went into silver
 * @param violations accepted rows that break a measured rule, by the expectation's id
 * @param duplicates rows beyond the first with equal values, by the columns compared: of the key
 *     among accepted rows, of other columns among published ones; columns that were not counted are
 *     absent
 */
public record Figures(
    long accepted,
    long published,
    Map<String, Long> violations,
    Map<List<FieldPath>, Long> duplicates) {

  public Figures {
    violations = Map.copyOf(violations);
    duplicates = Map.copyOf(duplicates);
  }
}
