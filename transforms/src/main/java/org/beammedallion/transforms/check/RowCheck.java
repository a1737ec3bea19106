package org.beammedallion.transforms.check;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Judges one encoded row: the rules that hold for every record, and the figures of those that hold
 * for a cycle.
 */
public interface RowCheck extends Serializable {

  /** Accepts everything and measures nothing. */
  RowCheck NONE =
      new RowCheck() {
        @Override
        public @Nullable Violation check(byte[] bytes, int row, long[] measures) {
          return null;
        }

        @Override
        public int measureCount() {
          return 0;
        }
      };

  /**
   * @param bytes holds a row of the pipeline's schema at {@code row}
   * @param measures {@link #measureCount()} figures, added to for an accepted row
   * @return the first rule that the row breaks, in the order of the contract, or null
   */
  @Nullable Violation check(byte[] bytes, int row, long[] measures);

  int measureCount();

  /** Whether a record that has a field that the contract does not know is rejected. */
  default boolean rejectsUnknownFields() {
    return false;
  }

  /**
   * @param rule id of the rule
   * @param detail what is wrong, in words for a person; names the field and the value
   */
  record Violation(String rule, String detail) {}
}
