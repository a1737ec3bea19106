package org.beammedallion.transforms.window;

import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.IncompatibleWindowException;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.MergeOverlappingIntervalWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Sessions of rows that may each stand for many: a row's window reaches from its timestamp to the
 * end that it carries, or where it carries none, over one gap. Windows of one key that overlap
 * merge, as in Beam's Sessions.
 */
public final class SessionWindows extends WindowFn<Row, IntervalWindow> {

  private final Duration gap;
  private final int endField;

  /**
   * @param endField position of the field that holds the end of a row's window, or -1
   */
  public SessionWindows(long gapMillis, int endField) {
    gap = Duration.millis(gapMillis);
    this.endField = endField;
  }

  @Override
  public Collection<IntervalWindow> assignWindows(AssignContext context) {
    if (endField < 0) {
      return List.of(new IntervalWindow(context.timestamp(), gap));
    }
    Long end = context.element().getInt64(endField);
    if (end == null) {
      throw new IllegalStateException("A partial session carries no end.");
    }
    return List.of(new IntervalWindow(context.timestamp(), new Instant(Math.floorDiv(end, 1000L))));
  }

  @Override
  public void mergeWindows(MergeContext context) throws Exception {
    MergeOverlappingIntervalWindows.mergeWindows(context);
  }

  @Override
  @SuppressWarnings("deprecation") // Beam asks for it.
  public boolean isCompatible(WindowFn<?, ?> other) {
    return other instanceof SessionWindows;
  }

  @Override
  public void verifyCompatibility(WindowFn<?, ?> other) throws IncompatibleWindowException {
    if (!isCompatible(other)) {
      throw new IncompatibleWindowException(other, "Sessions are compatible with sessions only.");
    }
  }

  @Override
  public Coder<IntervalWindow> windowCoder() {
    return IntervalWindow.getCoder();
  }

  @Override
  public WindowMappingFn<IntervalWindow> getDefaultWindowMappingFn() {
    throw new UnsupportedOperationException("Sessions cannot be looked up as a side input.");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionWindows that
        && gap.equals(that.gap)
        && endField == that.endField;
  }

  @Override
  public int hashCode() {
    return 31 * gap.hashCode() + endField;
  }
}
