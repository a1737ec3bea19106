package org.beammedallion.transforms.raw;

/** Tells the line ends of a file whose lines are records by its beginning. */
final class LineEnds {

  private LineEnds() {}

  /**
   * Whether a carriage return ends lines, with or without a line feed behind it: the first line end
   * is one, or one stands between two objects. Elsewhere a carriage return is white space of JSON.
   */
  static boolean areCarriageReturns(FileStart text) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean first = true;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        first = false;
      } else if (bytes[i] == '\r') {
        boolean alone = i + 1 < length ? bytes[i + 1] != '\n' : text.isWhole();
        if (alone && (first || standsBetweenObjects(bytes, i, length))) {
          return true;
        }
        first = false;
      }
    }
    return false;
  }

  private static boolean standsBetweenObjects(byte[] bytes, int at, int length) {
    int before = at - 1;
    while (before >= 0 && (bytes[before] == ' ' || bytes[before] == '\t')) {
      before--;
    }
    int after = at + 1;
    while (after < length && (bytes[after] == ' ' || bytes[after] == '\t')) {
      after++;
    }
    return before >= 0 && bytes[before] == '}' && (after == length || bytes[after] == '{');
  }
}
