package org.beammedallion.transforms.aggregate;

import java.time.Duration;
import org.beammedallion.quality.pipeline.WindowSpec;

/** A window specification as a line of text, such as {@code sliding PT2H PT1H}. */
final class WindowText {

  private WindowText() {}

  static String of(WindowSpec window) {
    if (window instanceof WindowSpec.Tumbling tumbling) {
      return "tumbling " + tumbling.size();
    } else if (window instanceof WindowSpec.Sliding sliding) {
      return "sliding " + sliding.size() + " " + sliding.period();
    }
    return "session " + ((WindowSpec.Session) window).gap();
  }

  static WindowSpec parse(String text) {
    String[] words = text.split(" ", -1);
    if (words[0].equals("tumbling") && words.length == 2) {
      return WindowSpec.tumbling(Duration.parse(words[1]));
    } else if (words[0].equals("sliding") && words.length == 3) {
      return WindowSpec.sliding(Duration.parse(words[1]), Duration.parse(words[2]));
    } else if (words[0].equals("session") && words.length == 2) {
      return WindowSpec.session(Duration.parse(words[1]));
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' names no windows: expected 'tumbling SIZE', 'sliding SIZE PERIOD' or 'session GAP'.");
  }
}
