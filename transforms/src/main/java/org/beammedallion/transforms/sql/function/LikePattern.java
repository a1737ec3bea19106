package org.beammedallion.transforms.sql.function;

import java.util.Arrays;

/** A pattern of LIKE over code points. Immutable. */
final class LikePattern {

  private static final int ANY_ONE = -1;
  private static final int ANY_MANY = -2;

  private final int[] pattern;

  private LikePattern(int[] pattern) {
    this.pattern = pattern;
  }

  /**
   * @param escape one character, or empty for none
   * @throws IllegalArgumentException where the escape stands before anything but a wildcard and
   *     itself
   */
  static LikePattern of(String pattern, String escape) {
    int[] points = pattern.codePoints().toArray();
    int escaping = escape.isEmpty() ? Integer.MIN_VALUE : escape.codePointAt(0);
    int[] compiled = new int[points.length];
    int length = 0;
    for (int i = 0; i < points.length; i++) {
      int point = points[i];
      if (point == escaping) {
        i++;
        if (i == points.length || (points[i] != '%' && points[i] != '_' && points[i] != escaping)) {
          throw new IllegalArgumentException(
              "the pattern '" + pattern + "' has its escape before no wildcard");
        }
        compiled[length++] = points[i];
      } else {
        compiled[length++] = point == '_' ? ANY_ONE : point == '%' ? ANY_MANY : point;
      }
    }
    return new LikePattern(Arrays.copyOf(compiled, length));
  }

  /** Greedy, with a way back to the last {@code %} only: linear but for repeats. */
  boolean matches(String text) {
    int[] points = text.codePoints().toArray();
    int at = 0;
    int next = 0;
    int retry = -1;
    int retryAt = 0;
    while (at < points.length) {
      if (next < pattern.length && (pattern[next] == ANY_ONE || pattern[next] == points[at])) {
        at++;
        next++;
      } else if (next < pattern.length && pattern[next] == ANY_MANY) {
        retry = ++next;
        retryAt = at;
      } else if (retry >= 0) {
        next = retry;
        at = ++retryAt;
      } else {
        return false;
      }
    }
    while (next < pattern.length && pattern[next] == ANY_MANY) {
      next++;
    }
    return next == pattern.length;
  }
}
