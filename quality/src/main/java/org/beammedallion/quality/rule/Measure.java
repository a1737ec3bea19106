package org.beammedallion.quality.rule;

import java.io.Serializable;
import java.util.List;

/** The figure of a cycle that an {@link Expectation} checks. */
public sealed interface Measure extends Serializable {

  /** Rows that the cycle published. */
  record RowCount() implements Measure {}

  /** Accepted rows that break a rule; a row counts once, however many of its elements break it. */
  record Violations(RecordRule rule) implements Measure {}

  /**
   * Accepted rows beyond the first of those that have the same values in some columns.
   *
   * @param columns at least one, by the way to them in silver
   */
  record Duplicates(List<FieldPath> columns) implements Measure {
    public Duplicates {
      columns = List.copyOf(columns);
    }
  }
}
