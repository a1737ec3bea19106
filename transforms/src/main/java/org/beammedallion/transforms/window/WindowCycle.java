package org.beammedallion.transforms.window;

import java.time.Duration;
import org.beammedallion.quality.pipeline.WindowSpec;

/**
 * The starts of tumbling and sliding windows, in microseconds.
 *
 * @param size of each window
 * @param period from one start to the next
 */
public record WindowCycle(long size, long period) {

  /**
   * @throws IllegalArgumentException for sessions
   */
  public static WindowCycle of(WindowSpec window) {
    if (window instanceof WindowSpec.Tumbling tumbling) {
      long size = tumbling.size().toMillis() * 1000;
      return new WindowCycle(size, size);
    } else if (window instanceof WindowSpec.Sliding sliding) {
      return new WindowCycle(sliding.size().toMillis() * 1000, sliding.period().toMillis() * 1000);
    }
    throw new IllegalArgumentException("Sessions start anywhere.");
  }

  /** The start of the last window that may hold a time. */
  public long last(long time) {
    return Math.floorDiv(time, period) * period;
  }

  public boolean holds(long start, long time) {
    return start > time - size;
  }

  /** Windows of which each holds one start. */
  public WindowSpec starts() {
    return WindowSpec.tumbling(Duration.ofMillis(period / 1000));
  }
}
