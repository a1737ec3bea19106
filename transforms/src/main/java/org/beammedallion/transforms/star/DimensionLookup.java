package org.beammedallion.transforms.star;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowOrder;

/**
 * Rows of a dimension in memory, found by business key and time. Rows must all be added before one
 * is looked for. Not thread-safe.
 */
public final class DimensionLookup {

  /** No row. */
  public static final long NONE = -1;

  private final FactPlan.Join join;
  private final RowLayout layout;
  private final int[] key;
  private final RowLayout factLayout;
  private final int[] factKey;
  private final List<byte[]> blocks = new ArrayList<>();
  private final List<Long> rows = new ArrayList<>();
  private final RowBuilder probe = new RowBuilder(256);
  private boolean sorted;

  public DimensionLookup(FactPlan.Join join) {
    this.join = join;
    this.layout = join.key().layout();
    this.key = join.key().fields();
    this.factLayout = join.factKey().layout();
    this.factKey = join.factKey().fields();
  }

  /**
   * Adds the rows of a block, each behind a header; the block must not change afterwards.
   *
   * @param start where the first header starts
   */
  public void add(byte[] block, int start) {
    int number = blocks.size();
    blocks.add(block);
    for (int header = start; header < block.length; header = RowBatch.next(block, header)) {
      rows.add((long) number << Integer.SIZE | (header + RowBatch.HEADER));
    }
    sorted = false;
  }

  /** The bytes that hold a row that was found. */
  public byte[] bytes(long found) {
    return blocks.get((int) (found >>> Integer.SIZE));
  }

  /** Where a row that was found starts in its {@link #bytes}. */
  public static int row(long found) {
    return (int) found;
  }

  /**
   * The row of the dimension that a wide row refers to, at its time, or {@link #NONE}. A key or
   * time that is null refers to none.
   */
  public long find(byte[] fact, int factRow) {
    if (join.factKey().hasNull(fact, factRow)
        || (join.keepsHistory() && factLayout.isNull(fact, factRow, join.asOf()))) {
      return NONE;
    }
    sort();
    probe.truncate(0);
    int row = probe.beginRow(layout);
    for (int i = 0; i < key.length; i++) {
      FactPlan.copy(factLayout, fact, factRow, factKey[i], layout, probe, row, key[i]);
    }
    if (join.keepsHistory()) {
      probe.setLong(layout, row, join.validFrom(), factLayout.timeAt(fact, factRow, join.asOf()));
    }
    int low = 0;
    int high = rows.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(rows.get(middle), probe.bytes(), row) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && holds(rows.get(low - 1), probe.bytes(), row) ? rows.get(low - 1) : NONE;
  }

  private boolean holds(long candidate, byte[] probed, int probedRow) {
    byte[] bytes = bytes(candidate);
    int row = row(candidate);
    if (!join.key().sameKey(bytes, row, probed, probedRow)) {
      return false;
    }
    return !join.keepsHistory()
        || layout.longAt(probed, probedRow, join.validFrom()) < validTo(candidate);
  }

  private void sort() {
    if (!sorted) {
      rows.sort((a, b) -> compare(a, bytes(b), row(b)));
      sorted = true;
    }
  }

  /** By key, then by the time from which a row holds. */
  private int compare(long a, byte[] b, int rowB) {
    for (int field : key) {
      int order = RowOrder.compareField(layout, field, bytes(a), row(a), b, rowB);
      if (order != 0) {
        return order;
      }
    }
    return join.keepsHistory()
        ? Long.compare(
            layout.longAt(bytes(a), row(a), join.validFrom()),
            layout.longAt(b, rowB, join.validFrom()))
        : 0;
  }

  private long validFrom(long row) {
    return join.keepsHistory()
        ? layout.longAt(bytes(row), row(row), join.validFrom())
        : Long.MIN_VALUE;
  }

  private long validTo(long row) {
    return join.keepsHistory() && !layout.isNull(bytes(row), row(row), join.validFrom() + 1)
        ? layout.longAt(bytes(row), row(row), join.validFrom() + 1)
        : Long.MAX_VALUE;
  }

  /** Whether two rows, of this and another version of the dimension, say the same of a fact. */
  public boolean sameForFacts(long own, DimensionLookup other, long others) {
    if (own == NONE || others == NONE) {
      return own == others;
    }
    for (int field : join.selected()) {
      if (RowOrder.compareField(
              layout, field, bytes(own), row(own), other.bytes(others), row(others))
          != 0) {
        return false;
      }
    }
    return true;
  }

  /** Receives each range of time in which two versions of a dimension differ. */
  @FunctionalInterface
  public interface Difference {
    /**
     * @param from inclusive, microseconds; {@link Long#MIN_VALUE} where it is open
     * @param to exclusive; {@link Long#MAX_VALUE} where it is open
     */
    void between(long from, long to);
  }

  /**
   * Finds when facts would refer to other rows, or to rows that say something else, in another
   * version of the dimension.
   */
  public void compareWith(DimensionLookup other, Difference difference) {
    sort();
    other.sort();
    int i = 0;
    int j = 0;
    while (i < rows.size() || j < other.rows.size()) {
      int order;
      if (i == rows.size() || j == other.rows.size()) {
        order = i == rows.size() ? 1 : -1;
      } else {
        long theirs = other.rows.get(j);
        order = compare(rows.get(i), other.bytes(theirs), row(theirs));
      }
      if (order < 0) {
        difference.between(validFrom(rows.get(i)), validTo(rows.get(i)));
        i++;
      } else if (order > 0) {
        difference.between(other.validFrom(other.rows.get(j)), other.validTo(other.rows.get(j)));
        j++;
      } else {
        compareSame(rows.get(i++), other, other.rows.get(j++), difference);
      }
    }
  }

  private void compareSame(long own, DimensionLookup other, long others, Difference difference) {
    long ownEnd = validTo(own);
    long otherEnd = other.validTo(others);
    if (!sameForFacts(own, other, others)) {
      difference.between(validFrom(own), Math.max(ownEnd, otherEnd));
    } else if (ownEnd != otherEnd) {
      difference.between(Math.min(ownEnd, otherEnd), Math.max(ownEnd, otherEnd));
    }
  }
}
