package org.beammedallion.transforms.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.pipeline.WindowSpec;

/**
 * Gathers touched event times, some nanoseconds each: panes are bits of a map that grows with the
 * stretch of time it must cover, up to 1 MB; panes far away from the others go to a set. Not
 * thread-safe.
 */
public final class TouchedWindowsBuilder {

  /** 1 MB of bits: 957 years of hours, 16 years of minutes. */
  private static final int MAX_WORDS = 1 << 17;

  private final WindowSpec window;
  private final long width;
  private final double inverse;

  /** Bit {@code i} of the map is pane {@code base + i}; {@code base} is a multiple of 64. */
  private long base;

  private long[] words = new long[0];
  private final Set<Long> others = new HashSet<>();

  /** The pane of the time before this one, for times often come in order. */
  private long paneStart = 1;

  private long paneEnd;

  TouchedWindowsBuilder(WindowSpec window) {
    this.window = window;
    width = window.paneMillis() * 1000;
    inverse = 1.0 / width;
  }

  /** Touches the windows that hold an event time, in microseconds since 1970-01-01T00:00:00Z. */
  public void add(long eventTimeMicros) {
    if (eventTimeMicros >= paneStart && eventTimeMicros < paneEnd) {
      return;
    }
    long pane = (long) (eventTimeMicros * inverse);
    // The product may be off by some panes where the quotient is large; a division would cost ten
    // times as much.
    long rest = eventTimeMicros - pane * width;
    while (rest < 0) {
      pane--;
      rest += width;
    }
    while (rest >= width) {
      pane++;
      rest -= width;
    }
    paneStart = eventTimeMicros - rest;
    paneEnd = paneStart + width;
    long bit = pane - base;
    if (bit >= 0 && bit < (long) words.length << 6) {
      words[(int) (bit >>> 6)] |= 1L << bit;
    } else {
      addOutside(pane);
    }
  }

  private void addOutside(long pane) {
    long word = pane >> 6;
    long first = words.length == 0 ? word : Math.min(base >> 6, word);
    long end = words.length == 0 ? word + 1 : Math.max((base >> 6) + words.length, word + 1);
    if (end - first > MAX_WORDS) {
      others.add(pane);
      return;
    }
    long spare = Math.min(Math.max(end - first, 16), MAX_WORDS - (end - first)) / 2;
    long newFirst = word == first ? first - spare : first;
    long newEnd = word + 1 == end ? end + spare : end;
    long[] grown = new long[(int) (newEnd - newFirst)];
    if (words.length > 0) {
      System.arraycopy(words, 0, grown, (int) ((base >> 6) - newFirst), words.length);
    }
    words = grown;
    base = newFirst << 6;
    long bit = pane - base;
    words[(int) (bit >>> 6)] |= 1L << bit;
  }

  public TouchedWindows build() {
    List<TimeRange> ranges = new ArrayList<>();
    long limit = (long) words.length << 6;
    long bit = nextBit(0, limit, true);
    while (bit < limit) {
      long end = nextBit(bit, limit, false);
      ranges.add(range(base + bit, base + end));
      bit = nextBit(end, limit, true);
    }
    long[] far = others.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(far);
    for (long pane : far) {
      ranges.add(range(pane, pane + 1));
    }
    return TouchedWindows.of(window, false, ranges);
  }

  private TimeRange range(long fromPane, long toPane) {
    return new TimeRange(fromPane * width, toPane * width);
  }

  private long nextBit(long from, long limit, boolean set) {
    for (long bit = from; bit < limit; bit = (bit | 63) + 1) {
      long word = words[(int) (bit >>> 6)];
      long rest = (set ? word : ~word) & -1L << bit;
      if (rest != 0) {
        return (bit & ~63L) + Long.numberOfTrailingZeros(rest);
      }
    }
    return limit;
  }
}
