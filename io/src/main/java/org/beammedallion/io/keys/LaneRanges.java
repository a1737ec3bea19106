package org.beammedallion.io.keys;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Ranges of numbers that together hold every value of one lane, and more: ascending, apart from
 * each other, both ends inclusive.
 *
 * @param nulls whether a value is null
 */
@SuppressWarnings("ArrayRecordComponent") // Ranges are never compared.
public record LaneRanges(long[] starts, long[] ends, boolean nulls) implements Serializable {

  /** Largest number of ranges that describe a cycle's keys. */
  static final int MOST = 1024;

  /** Ranges that hold the values of both. */
  public LaneRanges plus(LaneRanges other) {
    LaneRangesBuilder sum = new LaneRangesBuilder(MOST);
    sum.add(this);
    sum.add(other);
    return sum.build();
  }

  /** Whether one of the values may lie between the two, both inclusive. */
  boolean mayHold(long from, long to) {
    int at = Arrays.binarySearch(starts, to);
    int last = at >= 0 ? at : -at - 2;
    return last >= 0 && ends[last] >= from;
  }
}
