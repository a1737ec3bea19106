package org.beammedallion.transforms.window;

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
 * <p>Sessions have no fixed place: {@link #closeOver} or {@link #closeByKey} must be called with
 * the sessions that gold holds before they can be asked for.
 */
public final class TouchedWindows implements Serializable {

  private final WindowSpec window;
  private final boolean closed;

  /** Sorted, disjoint, not adjacent: from, to, from, to; in microseconds. */
  private final long[] ranges;

  /** Of sessions that are told apart by their keys, what must be read; of the same form. */
  private final long @Nullable [] toRead;

  private TouchedWindows(
      WindowSpec window, boolean closed, long[] ranges, long @Nullable [] toRead) {
    this.window = window;
    this.closed = closed;
    this.ranges = ranges;
    this.toRead = toRead;
  }

  /** Every window: the table is computed as a whole. */
  public static TouchedWindows all(WindowSpec window) {
    return new TouchedWindows(window, true, new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, null);
  }

  public static TouchedWindows none(WindowSpec window) {
    return new TouchedWindows(window, true, new long[0], null);
  }

  public static TouchedWindowsBuilder builder(WindowSpec window) {
    return new TouchedWindowsBuilder(window);
  }

  /**
   * Of ranges in any order, which may overlap; {@code closed} for sessions only where they take in
   * those of gold.
   */
  static TouchedWindows of(WindowSpec window, boolean closed, List<TimeRange> ranges) {
    return new TouchedWindows(
        window, closed || !(window instanceof WindowSpec.Session), flatten(merge(ranges)), null);
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
   * For sessions: widens the touched times until no session is cut, that is, takes in every session
   * of gold that overlaps them or overlaps a session taken in, of whatever key. So no row of silver
   * is left out, also where gold is not what silver would give, such as after a change of the gap.
   * For other windows: the same set.
   *
   * @param sessionsInGold {@code [window_start, window_end)} of the sessions that the table holds;
   *     repeats are harmless
   */
  public TouchedWindows closeOver(List<TimeRange> sessionsInGold) {
    if (!(window instanceof WindowSpec.Session) || isAll()) {
      return this;
    }
    List<TimeRange> all = new ArrayList<>(sessionsInGold);
    all.addAll(widened(list()));
    // A touched time is in one of them as a whole, so one that holds none of it holds no part.
    return of(
        window,
        true,
        joined(all).stream().filter(range -> overlaps(range.from(), range.to())).toList());
  }

  /**
   * For sessions whose keys gold holds: the touched ones are those that overlap touched times or
   * the gap after these. Others of other keys that overlap them stay, and with them the rows of
   * silver that they hold. The step that merges sessions leaves these rows out.
   *
   * @param sessionsInGold as for {@link #closeOver}; those are enough that overlap the touched
   *     times or the gap after these
   */
  public TouchedWindows closeByKey(List<TimeRange> sessionsInGold) {
    if (!(window instanceof WindowSpec.Session) || isAll()) {
      return this;
    }
    TouchedWindows touched = of(window, true, widened(list()));
    List<TimeRange> times = touched.list();
    for (TimeRange range : sessionsInGold) {
      if (touched.contains(range.from(), range.to())) {
        times.add(range);
      }
    }
    return new TouchedWindows(window, true, touched.ranges, flatten(merge(times)));
  }

  private static long gapMicros(WindowSpec window) {
    return window instanceof WindowSpec.Session session ? session.gap().toMillis() * 1000 : 0;
  }

  /** The ranges and the gap after each. */
  private List<TimeRange> widened(List<TimeRange> times) {
    long gap = gapMicros(window);
    return times.stream()
        .map(range -> new TimeRange(range.from(), saturatedAdd(range.to(), gap)))
        .toList();
  }

  /** Whether other sessions may overlap the touched ones and stay. */
  public boolean isByKey() {
    return toRead != null;
  }

  /**
   * Sessions that overlap, directly or through others, as one range each, sorted. {@link
   * #closeOver} gives the same of them as of the sessions themselves.
   */
  public static List<TimeRange> joined(List<TimeRange> sessions) {
    List<TimeRange> joined = new ArrayList<>();
    for (TimeRange range : sortedByFrom(sessions)) {
      int last = joined.size() - 1;
      // Two sessions of which one ends where the other begins do not overlap.
      if (last >= 0 && range.from() < joined.get(last).to()) {
        TimeRange before = joined.get(last);
        joined.set(last, new TimeRange(before.from(), Math.max(before.to(), range.to())));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /**
   * Whether the window {@code [start, end)}, in microseconds, is to be computed again.
   *
   * @throws IllegalStateException for sessions that were not closed
   */
  public boolean contains(long start, long end) {
    requireClosed();
    return overlaps(start, end);
  }

  private boolean overlaps(long start, long end) {
    return overlaps(ranges, start, end);
  }

  private static boolean overlaps(long[] ranges, long start, long end) {
    int index = firstEndingAfter(ranges, start);
    return index < ranges.length && ranges[index] < end;
  }

  /** Whether a session of gold stays, and is in {@link #keptRanges}. */
  public boolean keeps(long start, long end) {
    return toRead != null
        && !contains(start, end)
        && overlaps(toRead, start - gapMicros(window), end);
  }

  /**
   * Where the sessions lie that stay though rows of them may be read, or which a row that is read
   * could reach. Empty unless {@link #isByKey}.
   */
  public List<TimeRange> keptRanges() {
    return toRead == null ? List.of() : widened(list(toRead));
  }

  /**
   * The event times of the rows that the touched windows hold, sorted and disjoint: what must be
   * read from silver. Where {@link #isByKey}, they may hold rows of sessions that stay, too.
   *
   * @throws IllegalStateException for sessions that were not closed
   */
  public List<TimeRange> eventTimeRanges() {
    requireClosed();
    if (toRead != null) {
      return list(toRead);
    }
    if (!(window instanceof WindowSpec.Sliding sliding) || isAll()) {
      return list();
    }
    long size = sliding.size().toMillis() * 1000;
    long period = sliding.period().toMillis() * 1000;
    List<TimeRange> widened = new ArrayList<>();
    for (TimeRange range : list()) {
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

  /**
   * Where the touched windows of gold lie, sorted and disjoint.
   *
   * @throws IllegalStateException for sessions that were not closed
   */
  public List<TimeRange> windowRanges() {
    List<TimeRange> times = eventTimeRanges();
    return isByKey() ? list() : times;
  }

  private void requireClosed() {
    if (!closed) {
      throw new IllegalStateException(
          "The touched sessions are not known yet: call closeOver or closeByKey with the sessions that the gold table holds.");
    }
  }

  private List<TimeRange> list() {
    return list(ranges);
  }

  private static List<TimeRange> list(long[] ranges) {
    List<TimeRange> list = new ArrayList<>();
    for (int i = 0; i < ranges.length; i += 2) {
      list.add(new TimeRange(ranges[i], ranges[i + 1]));
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

  private static List<TimeRange> sortedByFrom(List<TimeRange> ranges) {
    return ranges.stream().sorted(Comparator.comparingLong(TimeRange::from)).toList();
  }

  private static List<TimeRange> merge(List<TimeRange> ranges) {
    List<TimeRange> merged = new ArrayList<>();
    for (TimeRange range : sortedByFrom(ranges)) {
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
        && closed == that.closed
        && Arrays.equals(ranges, that.ranges)
        && Arrays.equals(toRead, that.toRead);
  }

  @Override
  public int hashCode() {
    return 31 * window.hashCode() + Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    return "TouchedWindows["
        + WindowText.of(window)
        + (isAll() ? ", all" : ", " + list())
        + (toRead == null ? "]" : ", reads " + list(toRead) + "]");
  }
}
