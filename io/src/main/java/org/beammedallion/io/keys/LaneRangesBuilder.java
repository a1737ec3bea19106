package org.beammedallion.io.keys;

import java.util.Arrays;

/**
 * Covers numbers, in any order, by few ranges: the widest gaps between numbers are left out, as
 * many as ranges allow. Memory is bounded. Not thread-safe.
 */
final class LaneRangesBuilder {

  private static final int BUFFER = 1 << 15;

  private final int maxRanges;
  private long[] starts;
  private long[] ends;
  private int count;
  private int settled;
  private boolean nulls;

  /**
   * @param maxRanges two at least
   */
  LaneRangesBuilder(int maxRanges) {
    this.maxRanges = maxRanges;
    starts = new long[64];
    ends = new long[64];
  }

  void addNull() {
    nulls = true;
  }

  void add(long value) {
    add(value, value);
  }

  void add(LaneRanges ranges) {
    nulls |= ranges.nulls();
    for (int i = 0; i < ranges.starts().length; i++) {
      add(ranges.starts()[i], ranges.ends()[i]);
    }
  }

  private void add(long start, long end) {
    if (count == starts.length) {
      if (count - settled >= BUFFER) {
        compact();
      }
      int capacity = Math.max(starts.length, count * 2);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  LaneRanges build() {
    compact();
    return new LaneRanges(Arrays.copyOf(starts, count), Arrays.copyOf(ends, count), nulls);
  }

  private void compact() {
    sort();
    unite();
    if (count > maxRanges) {
      closeNarrowGaps();
    }
    settled = count;
  }

  /** Sorts by start; points, of which there are most, need no more than their numbers sorted. */
  private void sort() {
    boolean points = true;
    for (int i = 0; i < count && points; i++) {
      points = starts[i] == ends[i];
    }
    if (points) {
      Arrays.sort(starts, 0, count);
      System.arraycopy(starts, 0, ends, 0, count);
      return;
    }
    long[] sortedStarts = Arrays.copyOf(starts, count);
    long[] sortedEnds = Arrays.copyOf(ends, count);
    Arrays.sort(sortedStarts);
    // Of a union of ranges only this matters: how many have begun, and how many have ended.
    Arrays.sort(sortedEnds);
    System.arraycopy(sortedStarts, 0, starts, 0, count);
    System.arraycopy(sortedEnds, 0, ends, 0, count);
  }

  /** Puts together ranges that overlap or have no number between them. */
  private void unite() {
    int united = 0;
    for (int i = 0; i < count; i++) {
      boolean apart =
          united > 0 && ends[united - 1] < starts[i] && ends[united - 1] + 1 < starts[i];
      if (united == 0 || apart) {
        starts[united] = starts[i];
        ends[united] = ends[i];
        united++;
      } else {
        ends[united - 1] = Math.max(ends[united - 1], ends[i]);
      }
    }
    count = united;
  }

  private void closeNarrowGaps() {
    long[] gaps = new long[count - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = gapAfter(i);
    }
    Arrays.sort(gaps);
    long least = gaps[gaps.length - maxRanges + 1];
    int asWide = 0;
    for (int i = gaps.length - maxRanges + 1; i < gaps.length && gaps[i] == least; i++) {
      asWide++;
    }
    int kept = 0;
    for (int i = 0; i < count - 1; i++) {
      long gap = gapAfter(i);
      if (gap > least || (gap == least && asWide-- > 0)) {
        kept++;
        starts[kept] = starts[i + 1];
      }
      ends[kept] = ends[i + 1];
    }
    count = kept + 1;
  }

  /** The distance, which may exceed a long, as a number that orders as it does. */
  private long gapAfter(int range) {
    return (starts[range + 1] - ends[range]) ^ Long.MIN_VALUE;
  }
}
