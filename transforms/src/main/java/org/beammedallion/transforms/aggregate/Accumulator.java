package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.beammedallion.transforms.sql.RowPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One column of partial results.
 *
 * @param field position in the input of what is aggregated; -1 to count rows
 * @param filter which rows count, or null for all
 */
record Accumulator(Kind kind, int field, Storage storage, @Nullable RowPredicate filter)
    implements Serializable {

  enum Kind {
    COUNT(1),
    /** Whole numbers and short decimals, exact in 128 bits. */
    SUM_LONG(2),
    SUM_DOUBLE(1),
    SUM_BIG(0),
    MIN(1),
    MAX(1);

    private final int words;

    Kind(int words) {
      this.words = words;
    }

    /** Longs that it takes in a group's state. */
    int words() {
      return words;
    }
  }

  /** Whether its state is an object and not longs. */
  boolean keepsObject() {
    return kind == Kind.SUM_BIG || ((kind == Kind.MIN || kind == Kind.MAX) && storage.isVariable());
  }
}
