package org.beammedallion.io.writing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TimeColumn;
import org.jspecify.annotations.Nullable;

/**
 * The panes of event time that a cycle's rows, and the rows they replaced, fall into: sorted ranges
 * of pane numbers, first and last inclusive, one after the other.
 */
public final class TouchedPanes implements Serializable {

  private static final long serialVersionUID = 1L;

  public static final TouchedPanes NONE = new TouchedPanes(new long[0]);

  /** All of event time. */
  public static final TouchedPanes ALL =
      new TouchedPanes(new long[] {Long.MIN_VALUE, Long.MAX_VALUE});

  private final long[] ranges;

  @JsonCreator
  TouchedPanes(long[] ranges) {
    this.ranges = ranges.clone();
  }

  @JsonValue
  long[] ranges() {
    return ranges.clone();
  }

  /** Every pane that overlaps a stretch of event time, both ends inclusive, in microseconds. */
  public static TouchedPanes between(long first, long last, long paneMicros) {
    return new TouchedPanes(
        new long[] {Math.floorDiv(first, paneMicros), Math.floorDiv(last, paneMicros)});
  }

  public boolean isEmpty() {
    return ranges.length == 0;
  }

  /** Whether these are all panes of all time. */
  public boolean isAll() {
    return Arrays.equals(ranges, ALL.ranges);
  }

  /** Numbers of the panes, in order. */
  public LongStream numbers() {
    return IntStream.range(0, ranges.length / 2)
        .boxed()
        .flatMapToLong(i -> LongStream.rangeClosed(ranges[2 * i], ranges[2 * i + 1]));
  }

  /**
   * Whether a time lies in one of the panes.
   *
   * @param timeMicros event time in microseconds
   * @param paneMicros width of a pane
   */
  public boolean contain(long timeMicros, long paneMicros) {
    long pane = Math.floorDiv(timeMicros, paneMicros);
    int low = 0;
    int high = ranges.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges[2 * middle + 1] < pane) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return 2 * low < ranges.length && ranges[2 * low] <= pane;
  }

  /** Whether a file may hold a row that happened in one of the panes. */
  public boolean mayTouch(DataFile file, TimeColumn column, long paneMicros) {
    for (int i = 0; i < ranges.length; i += 2) {
      Long first = startOf(ranges[i], paneMicros);
      Long end = ranges[i + 1] == Long.MAX_VALUE ? null : startOf(ranges[i + 1] + 1, paneMicros);
      if (column.mayBeIn(file, first, end == null ? null : Long.valueOf(end - 1))) {
        return true;
      }
    }
    return false;
  }

  /** The time at which a pane starts; null where it lies outside of all time. */
  private static @Nullable Long startOf(long pane, long paneMicros) {
    return Math.abs(pane) > Long.MAX_VALUE / paneMicros || pane == Long.MIN_VALUE
        ? null
        : Long.valueOf(pane * paneMicros);
  }

  /** Both together. */
  public TouchedPanes union(TouchedPanes other) {
    if (isEmpty()) {
      return other;
    } else if (other.isEmpty()) {
      return this;
    }
    List<long[]> all = new ArrayList<>();
    for (long[] each : List.of(ranges, other.ranges)) {
      for (int i = 0; i < each.length; i += 2) {
        all.add(new long[] {each[i], each[i + 1]});
      }
    }
    all.sort((a, b) -> Long.compare(a[0], b[0]));
    long[] merged = new long[all.size() * 2];
    int length = 0;
    for (long[] range : all) {
      if (length > 0 && (range[0] <= merged[length - 1] || range[0] - 1 == merged[length - 1])) {
        merged[length - 1] = Math.max(merged[length - 1], range[1]);
      } else {
        merged[length++] = range[0];
        merged[length++] = range[1];
      }
    }
    return new TouchedPanes(Arrays.copyOf(merged, length));
  }

  /** Gathers panes; cheap where rows of one pane follow each other. Not thread-safe. */
  public static final class Collector {
    private final long paneMicros;
    private long[] slots = new long[64];
    private boolean[] used = new boolean[64];
    private int count;
    private long last = Long.MIN_VALUE;

    /**
     * @param paneMicros width of a pane
     */
    public Collector(long paneMicros) {
      this.paneMicros = paneMicros;
    }

    public void add(long eventTimeMicros) {
      long pane = Math.floorDiv(eventTimeMicros, paneMicros);
      if (pane != last) {
        last = pane;
        insert(pane);
      }
    }

    private void insert(long pane) {
      int mask = slots.length - 1;
      int slot = (int) ((pane * 0x9E3779B97F4A7C15L) >>> 32) & mask;
      while (used[slot]) {
        if (slots[slot] == pane) {
          return;
        }
        slot = (slot + 1) & mask;
      }
      slots[slot] = pane;
      used[slot] = true;
      count++;
      if (count * 2 > slots.length) {
        long[] panes = panes();
        slots = new long[slots.length * 2];
        used = new boolean[slots.length];
        count = 0;
        for (long each : panes) {
          insert(each);
        }
      }
    }

    private long[] panes() {
      long[] panes = new long[count];
      int next = 0;
      for (int i = 0; i < slots.length; i++) {
        if (used[i]) {
          panes[next++] = slots[i];
        }
      }
      return panes;
    }

    public TouchedPanes collected() {
      long[] sorted = panes();
      Arrays.sort(sorted);
      long[] ranges = new long[sorted.length * 2];
      int length = 0;
      for (long pane : sorted) {
        if (length > 0 && pane == ranges[length - 1] + 1) {
          ranges[length - 1] = pane;
        } else {
          ranges[length++] = pane;
          ranges[length++] = pane;
        }
      }
      return new TouchedPanes(Arrays.copyOf(ranges, length));
    }
  }
}
