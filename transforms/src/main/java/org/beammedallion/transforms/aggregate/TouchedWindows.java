package org.beammedallion.transforms.aggregate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.beammedallion.quality.pipeline.WindowSpec;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one gold table that a cycle must compute again: those which hold the event time of
 * a row that was inserted, replaced or deleted. Immutable.
 *
 * <p>Sessions have no fixed place: {@link #closeOver} must be called with the sessions that gold
 * holds before they can be asked for.
 */
public final class TouchedWindows implements Serializable {

  private final WindowSpec window;

  /** What touched windows overlap. Sorted, disjoint: from, to, from, to; in microseconds. */
  private final long[] ranges;

  /** Where rows of touched windows are, likewise; null for sessions of which it is not known. */
  private final long @Nullable [] rows;

  private TouchedWindows(WindowSpec window, long[] ranges, long @Nullable [] rows) {
    this.window = window;
    this.ranges = ranges;
    this.rows = rows;
  }

  /** Every window: the table is computed as a whole. */
  public static TouchedWindows all(WindowSpec window) {
    long[] always = {Long.MIN_VALUE, Long.MAX_VALUE};
    return new TouchedWindows(window, always, always);
  }

  public static TouchedWindows none(WindowSpec window) {
    return new TouchedWindows(window, new long[0], new long[0]);
  }

  public static TouchedWindowsBuilder builder(WindowSpec window) {
    return new TouchedWindowsBuilder(window);
  }

  /** Of touched times in any order, which may overlap. */
  static TouchedWindows of(WindowSpec window, List<TimeRange> times) {
    List<TimeRange> merged = merge(times);
    long[] ranges = flatten(merged);
    if (window instanceof WindowSpec.Session) {
      return new TouchedWindows(window, ranges, merged.isEmpty() ? ranges : null);
    }
    return new TouchedWindows(
        window,
        ranges,
        window instanceof WindowSpec.Sliding sliding ? flatten(widened(sliding, merged)) : ranges);
  }

  public WindowSpec window() {
    return window;
  }

  public boolean isEmpty() {
    return ranges.length == 0;
  }

  public boolean isAll() {
    return ranges.length == 2 && ranges[0] == Long.MIN_VALUE && ranges[1] == Long.MAX_VALUE;
  }

  /**
   * For sessions: finds out where the rows of touched sessions are. A session is touched if it
   * overlaps a touched time or begins within one gap of it, for then a row that came may lengthen
   * it, and one that went may have been its link to others. Its rows are where it was in gold, or
   * among the touched times. Sessions of other keys that only reach into those are not touched:
   * what is computed of them may lack rows, and gold's row of them stays. For other windows: the
   * same set.
   *
   * @param sessionsInGold {@code [window_start, window_end)} of the sessions that the table holds;
   *     only those that overlap {@link #windowRanges} matter, and repeats are harmless
   */
  public TouchedWindows closeOver(List<TimeRange> sessionsInGold) {
    if (!(window instanceof WindowSpec.Session) || isAll()) {
      return this;
    }
    List<TimeRange> near = windowRanges();
    long[] touched = flatten(near);
    List<TimeRange> held = new ArrayList<>(near);
    for (TimeRange session : sessionsInGold) {
      if (overlaps(touched, session.from(), session.to())) {
        held.add(session);
      }
    }
    return new TouchedWindows(window, touched, flatten(merge(held)));
  }

  /**
   * Sorted, disjoint ranges that each touched window overlaps, and no other window does: of
   * sessions, too, before {@link #closeOver}.
   */
  public List<TimeRange> windowRanges() {
    List<TimeRange> touched = list(ranges);
    if (rows != null) {
      return touched;
    }
    long gap = ((WindowSpec.Session) window).gap().toMillis() * 1000;
    return merge(
        touched.stream()
            .map(range -> new TimeRange(range.from(), saturatedAdd(range.to(), gap)))
            .toList());
  }

  /**
   * Whether the window {@code [start, end)}, in microseconds, is to be computed again.
   *
   * @throws IllegalStateException for sessions that were not closed
   */
  public boolean contains(long start, long end) {
    requireClosed();
    return overlaps(ranges, start, end);
  }

  private static boolean overlaps(long[] ranges, long start, long end) {
    int index = firstEndingAfter(ranges, start);
    return index < ranges.length && ranges[index] < end;
  }

  /**
   * The event times of the rows that the touched windows hold, sorted and disjoint: what must be
   * read from silver.
   *
   * @throws IllegalStateException for sessions that were not closed
   */
  public List<TimeRange> eventTimeRanges() {
    return list(requireClosed());
  }

  private static List<TimeRange> widened(WindowSpec.Sliding sliding, List<TimeRange> times) {
    long size = sliding.size().toMillis() * 1000;
    long period = sliding.period().toMillis() * 1000;
    List<TimeRange> widened = new ArrayList<>();
    for (TimeRange range : times) {
      long firstStart = (Math.floorDiv(range.from() - size, period) + 1) * period;
      long lastStart = Math.floorDiv(range.to() - 1, period) * period;
      if (firstStart <= lastStart && period <= size) {
        widened.add(new TimeRange(firstStart, lastStart + size));
      } else {
        for (long start = firstStart; start <= lastStart; start += period) {
          widened.add(new TimeRange(start, start + size));
        }
      }
    }
    return merge(widened);
  }

  private long[] requireClosed() {
    if (rows == null) {
      throw new IllegalStateException(
          "The touched sessions are not known yet: call closeOver with the sessions that the gold table holds.");
    }
    return rows;
  }

  private static List<TimeRange> list(long[] flat) {
    List<TimeRange> list = new ArrayList<>();
    for (int i = 0; i < flat.length; i += 2) {
      list.add(new TimeRange(flat[i], flat[i + 1]));
    }
    return list;
  }

  /**
   * Index of the start of the first range of {@code flat} that ends after {@code time}, or the
   * length of it.
   */
  static int firstEndingAfter(long[] flat, long time) {
    int low = 0;
    int high = flat.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (flat[2 * middle + 1] > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return 2 * low;
  }

  static long[] flatten(List<TimeRange> ranges) {
    long[] flat = new long[ranges.size() * 2];
    for (int i = 0; i < ranges.size(); i++) {
      flat[2 * i] = ranges.get(i).from();
      flat[2 * i + 1] = ranges.get(i).to();
    }
    return flat;
  }

  private static List<TimeRange> merge(List<TimeRange> ranges) {
    List<TimeRange> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(TimeRange::from));
    List<TimeRange> merged = new ArrayList<>();
    for (TimeRange range : sorted) {
      int last = merged.size() - 1;
      if (range.from() == range.to()) {
        continue;
      }
      if (last >= 0 && range.from() <= merged.get(last).to()) {
        TimeRange before = merged.get(last);
        merged.set(last, new TimeRange(before.from(), Math.max(before.to(), range.to())));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  private static long saturatedAdd(long a, long b) {
    long sum = a + b;
    return b > 0 && sum < a ? Long.MAX_VALUE : sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TouchedWindows that
        && window.equals(that.window)
        && Arrays.equals(ranges, that.ranges)
        && Arrays.equals(rows, that.rows);
  }

  @Override
  public int hashCode() {
    return 31 * window.hashCode() + Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    return "TouchedWindows["
        + WindowText.of(window)
        + (isAll() ? ", all]" : ", " + list(ranges) + "]");
  }
}
