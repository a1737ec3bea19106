package org.beammedallion.transforms.window;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IncompatibleWindowException;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.NonMergingWindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.joda.time.Instant;

/**
 * Tumbling and sliding windows aligned to the epoch, also before it: Beam's own FixedWindows and
 * SlidingWindows put times before 1970 into windows that do not hold them.
 */
public final class AlignedWindows extends NonMergingWindowFn<Object, IntervalWindow> {

  private final long size;
  private final long period;

  public AlignedWindows(long sizeMillis, long periodMillis) {
    size = sizeMillis;
    period = periodMillis;
  }

  @Override
  public Collection<IntervalWindow> assignWindows(AssignContext context) {
    long time = context.timestamp().getMillis();
    List<IntervalWindow> windows = new ArrayList<>();
    for (long start = Math.floorDiv(time, period) * period; start > time - size; start -= period) {
      windows.add(new IntervalWindow(new Instant(start), new Instant(start + size)));
    }
    return windows;
  }

  @Override
  @SuppressWarnings("deprecation") // Beam asks for it.
  public boolean isCompatible(WindowFn<?, ?> other) {
    return equals(other);
  }

  @Override
  public void verifyCompatibility(WindowFn<?, ?> other) throws IncompatibleWindowException {
    if (!isCompatible(other)) {
      throw new IncompatibleWindowException(
          other, "Only windows of the same size and period are compatible.");
    }
  }

  @Override
  public Coder<IntervalWindow> windowCoder() {
    return IntervalWindow.getCoder();
  }

  @Override
  public WindowMappingFn<IntervalWindow> getDefaultWindowMappingFn() {
    return new SameWindow();
  }

  private static final class SameWindow extends WindowMappingFn<IntervalWindow> {
    @Override
    public IntervalWindow getSideInputWindow(BoundedWindow mainWindow) {
      return (IntervalWindow) mainWindow;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlignedWindows that && size == that.size && period == that.period;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(size) + Long.hashCode(period);
  }
}
