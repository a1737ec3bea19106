package org.beammedallion.transforms.window;

import org.beammedallion.quality.pipeline.WindowSpec;

/** A window specification as a line of text, such as {@code sliding PT2H PT1H}. */
public final class WindowText {

  private WindowText() {}

  public static String of(WindowSpec window) {
    if (window instanceof WindowSpec.Tumbling tumbling) {
      return "tumbling " + tumbling.size();
    } else if (window instanceof WindowSpec.Sliding sliding) {
      return "sliding " + sliding.size() + " " + sliding.period();
    }
    return "session " + ((WindowSpec.Session) window).gap();
  }
}
