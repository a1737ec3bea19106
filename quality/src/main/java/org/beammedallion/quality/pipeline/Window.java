package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.time.Duration;

/**
 * How gold cuts event time, with Beam's meaning of the words; windows are aligned to
 * 1970-01-01T00:00:00Z.
 */
public sealed interface Window extends Serializable {

  /** Windows of one size, side by side. */
  record Tumbling(Duration size) implements Window {}

  /**
   * Windows of one size, one beginning after each period.
   *
   * @param size a whole multiple of {@code period}
   */
  record Sliding(Duration size, Duration period) implements Window {}

  /** Windows that end where nothing happened for as long as the gap. */
  record Session(Duration gap) implements Window {}
}
