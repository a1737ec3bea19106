package org.beammedallion.quality.rule;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A text of which characters can be read a limited number of times: a matcher that goes back and
 * forth over it is stopped. Bytes of ASCII are read where they stand. Not thread-safe.
 */
final class CountedText implements CharSequence {

  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private @Nullable String text;
  private int start;
  private int length;
  private long left;

  void over(byte[] ascii, int from, int count, long budget) {
    bytes = ascii;
    text = null;
    start = from;
    length = count;
    left = budget;
  }

  void over(String string, long budget) {
    bytes = NONE;
    text = string;
    start = 0;
    length = string.length();
    left = budget;
  }

  /** For a reader that goes over the text once. */
  void endless() {
    left = Long.MAX_VALUE;
  }

  @Override
  public int length() {
    return length;
  }

  /**
   * @throws ExhaustedException where nothing is left of the budget
   */
  @Override
  public char charAt(int index) {
    if (--left < 0) {
      throw new ExhaustedException();
    }
    String string = text;
    if (string != null) {
      return string.charAt(index);
    } else if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException(index);
    }
    return (char) bytes[start + index];
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return toString().subSequence(from, to);
  }

  @Override
  public String toString() {
    String string = text;
    return string == null ? new String(bytes, start, length, StandardCharsets.US_ASCII) : string;
  }

  /** Says that the budget is used up; without a stack trace, because it is no defect. */
  static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ExhaustedException() {
      super("The budget is used up.", null, false, false);
    }
  }
}
