package org.beammedallion.transforms.window;

import java.io.Serializable;

/**
 * A stretch {@code [from, to)} of event time, in microseconds since 1970-01-01T00:00:00Z. {@link
 * Long#MIN_VALUE} and {@link Long#MAX_VALUE} stand for an open end.
 */
public record TimeRange(long from, long to) implements Serializable {

  /** All of event time. */
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  public TimeRange {
    if (from > to) {
      throw new IllegalArgumentException(
          "A time range cannot end (" + to + ") before it starts (" + from + ").");
    }
  }

  public boolean overlaps(TimeRange other) {
    return from < other.to && other.from < to;
  }
}
