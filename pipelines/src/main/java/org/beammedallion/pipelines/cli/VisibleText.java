package org.beammedallion.pipelines.cli;

import java.util.stream.Collectors;

/** Text of the data as a terminal is given it. */
final class VisibleText {

  private VisibleText() {}

  /** A control character of the data must not move the terminal's cursor. */
  static String of(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
