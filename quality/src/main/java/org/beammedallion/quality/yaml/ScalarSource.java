package org.beammedallion.quality.yaml;

import org.snakeyaml.engine.v2.common.ScalarStyle;

/** The part of a file that a scalar is written in. Immutable. */
final class ScalarSource {

  private final int[] document;
  private final int start;
  private final int end;
  private final ScalarStyle style;

  /**
   * @param document code points of the whole file, which are kept and never changed
   * @param start index of the scalar's first code point
   * @param end index behind its last
   */
  ScalarSource(int[] document, int start, int end, ScalarStyle style) {
    this.document = document;
    this.start = start;
    this.end = end;
    this.style = style;
  }

  /** Where each character of the value stands. */
  TextOrigin origin(String value, Location from) {
    return new Alignment(value, from).run();
  }

  /** Goes along the file and the value side by side. */
  private final class Alignment {
    private final String value;
    private final Location from;
    private final int[] lines;
    private final int[] columns;
    private int at = start;
    private int line;
    private int column;

    /** Code point that the file has at {@link #at}, escapes resolved, and how long it is there. */
    private int found;

    private int length;

    Alignment(String value, Location from) {
      this.value = value;
      this.from = from;
      this.lines = new int[value.length()];
      this.columns = new int[value.length()];
      this.line = from.line();
      this.column = from.column();
    }

    TextOrigin run() {
      skipIntroduction();
      int i = 0;
      while (i < value.length()) {
        int wanted = value.codePointAt(i);
        int next = i + Character.charCount(wanted);
        if (!Character.isWhitespace(wanted)) {
          skipWhiteSpace();
          if (at >= end || found != wanted) {
            return new TextOrigin(value, from, new int[0], new int[0]);
          }
          for (; i < next; i++) {
            lines[i] = line;
            columns[i] = column;
          }
          advance(length);
        }
        i = next;
      }
      return new TextOrigin(value, from, lines, columns);
    }

    /** A quote, or the first line of a block. */
    private void skipIntroduction() {
      switch (style) {
        case SINGLE_QUOTED, DOUBLE_QUOTED -> advance(1);
        case LITERAL, FOLDED -> {
          int first = line;
          while (at < end && line == first) {
            advance(1);
          }
        }
        default -> {}
      }
    }

    private void skipWhiteSpace() {
      look();
      while (at < end && Character.isWhitespace(found)) {
        advance(length);
        look();
      }
    }

    private void look() {
      found = at < end ? document[at] : -1;
      length = 1;
      if (style == ScalarStyle.SINGLE_QUOTED && found == '\'') {
        length = 2;
      } else if (style == ScalarStyle.DOUBLE_QUOTED && found == '\\' && at + 1 < end) {
        escape(document[at + 1]);
      }
    }

    private void escape(int letter) {
      length = 2;
      switch (letter) {
        case 'x' -> hexadecimal(2);
        case 'u' -> hexadecimal(4);
        case 'U' -> hexadecimal(8);
        case 't', 'n', 'v', 'f', 'r', '\r', '\n' -> found = ' ';
        default -> found = letter;
      }
    }

    private void hexadecimal(int digits) {
      length = 2 + digits;
      found = 0;
      for (int i = at + 2; i < Math.min(at + length, end); i++) {
        found = found * 16 + Character.digit(document[i], 16);
      }
    }

    private void advance(int count) {
      for (int i = 0; i < count && at < end; i++) {
        int passed = document[at++];
        if (passed == '\n' || (passed == '\r' && (at >= end || document[at] != '\n'))) {
          line++;
          column = 1;
        } else {
          column++;
        }
      }
    }
  }
}
