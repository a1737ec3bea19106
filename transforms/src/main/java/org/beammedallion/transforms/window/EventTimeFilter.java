package org.beammedallion.transforms.window;

import java.util.List;

/**
 * Which event times matter, in microseconds. Remembers the range it found last, for times often
 * come in order.
 */
public final class EventTimeFilter {

  private final long[] ranges;
  private long from = 1;
  private long to;

  public EventTimeFilter(List<TimeRange> ranges) {
    this.ranges = TouchedWindows.flatten(ranges);
  }

  public boolean accepts(long time) {
    if (time >= from && time < to) {
      return true;
    }
    int index = TouchedWindows.firstEndingAfter(ranges, time);
    if (index == ranges.length || ranges[index] > time) {
      return false;
    }
    from = ranges[index];
    to = ranges[index + 1];
    return true;
  }
}
