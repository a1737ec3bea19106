package org.beammedallion.transforms.decode.json;

import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.NumberText;

/**
 * Walks over JSON text (RFC 8259, strictly) in a byte array whose UTF-8 was checked before. Its
 * methods take the index of a byte and return the index behind what they read. Not thread-safe.
 */
public final class JsonScanner {

  private static final long QUOTES = Words.repeat('"');
  private static final long BACKSLASHES = Words.repeat('\\');
  private static final long SPACES = Words.repeat(' ');
  private static final int END = -1;

  private final int maxDepth;
  private final NumberText number = new NumberText();

  private byte[] bytes = {};
  private int start;
  private int end;
  private boolean escaped;
  private byte[] unescaped = new byte[256];

  public JsonScanner(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Sets the text to walk over. */
  public void reset(byte[] text, int from, int to) {
    bytes = text;
    start = from;
    end = to;
  }

  /** The byte at {@code p}; -1 at the end. */
  public int at(int p) {
    return p < end ? bytes[p] : END;
  }

  /** The index of the first byte from {@code p} on that is not white space. */
  public int afterSpace(int p) {
    if (p < end && bytes[p] > ' ') {
      return p;
    }
    int i = p;
    while (i < end) {
      byte b = bytes[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        break;
      }
      i++;
    }
    return i;
  }

  /** Reads the colon between a name and its value, and the space around it. */
  int afterColon(int p) throws MalformedRecord {
    int i = p;
    if (at(i) != ':') {
      i = afterSpace(i);
      if (at(i) != ':') {
        throw unexpected(i, "':' after a name");
      }
    }
    i++;
    // The usual styles are no space at all and one space.
    if (at(i) == ' ') {
      i++;
    }
    return afterSpace(i);
  }

  /**
   * Reads a string whose opening quote stands before {@code p}, and validates it.
   *
   * @return the index of the closing quote; {@link #isEscaped} says whether there are escapes
   *     before it
   */
  int closingQuote(int p) throws MalformedRecord {
    escaped = false;
    int i = p;
    while (true) {
      i = endOfPlain(i);
      int b = at(i);
      if (b == '"') {
        return i;
      } else if (b == '\\') {
        escaped = true;
        i = afterEscape(i);
      } else if (b == END) {
        throw malformed(i, "a string is not closed");
      } else {
        throw malformed(
            i, "a string holds the control character " + Excerpt.of(b) + ", which must be escaped");
      }
    }
  }

  /** The index of the first quote, backslash or control character from {@code p} on, or the end. */
  private int endOfPlain(int p) {
    byte[] text = bytes;
    int i = p;
    for (int last = text.length - Long.BYTES; i <= last; i += Long.BYTES) {
      long word = Words.at(text, i);
      long mask =
          Words.equal(word, QUOTES) | Words.equal(word, BACKSLASHES) | Words.below(word, SPACES);
      if (mask != 0) {
        return Math.min(i + Words.first(mask), end);
      }
      if (i + Long.BYTES >= end) {
        return end;
      }
    }
    while (i < end && (text[i] < 0 || text[i] >= ' ') && text[i] != '"' && text[i] != '\\') {
      i++;
    }
    return i;
  }

  /** Reads the escape at {@code p}, a surrogate pair as a whole. */
  private int afterEscape(int p) throws MalformedRecord {
    switch (at(p + 1)) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return p + 2;
      }
      case 'u' -> {
        char unit = unit(p);
        if (Character.isLowSurrogate(unit)) {
          throw malformed(p, "a low surrogate escape without a high one before it is no character");
        }
        if (!Character.isHighSurrogate(unit)) {
          return p + 6;
        }
        if (at(p + 6) != '\\' || at(p + 7) != 'u' || !Character.isLowSurrogate(unit(p + 6))) {
          throw malformed(p, "a high surrogate escape without a low one after it is no character");
        }
        return p + 12;
      }
      default -> throw malformed(p, "a backslash must be followed by one of \"\\/bfnrtu");
    }
  }

  /** The UTF-16 code unit of the escape {@code \}{@code uXXXX} at {@code p}. */
  private char unit(int p) throws MalformedRecord {
    int value = 0;
    for (int i = p + 2; i < p + 6; i++) {
      int digit = Character.digit(at(i) < 0 ? ' ' : at(i), 16);
      if (digit < 0) {
        throw malformed(i, "\\u must be followed by four hexadecimal digits");
      }
      value = (value << 4) | digit;
    }
    return (char) value;
  }

  /** Whether the string that was read last holds escapes. */
  boolean isEscaped() {
    return escaped;
  }

  /**
   * Replaces the escapes of a string that was validated before; {@link #unescaped} then holds that
   * many bytes.
   */
  int unescape(int from, int to) throws MalformedRecord {
    if (unescaped.length < to - from) {
      unescaped = new byte[Math.max(to - from, unescaped.length * 2)];
    }
    byte[] target = unescaped;
    int length = 0;
    int i = from;
    while (i < to) {
      int stop = Words.indexOf(bytes, i, to, '\\');
      System.arraycopy(bytes, i, target, length, stop - i);
      length += stop - i;
      i = stop;
      if (i < to) {
        int next = afterEscape(i);
        length =
            next == i + 2
                ? shortEscape(bytes[i + 1], target, length)
                : character(i, next, target, length);
        i = next;
      }
    }
    return length;
  }

  byte[] unescaped() {
    return unescaped;
  }

  private static int shortEscape(byte letter, byte[] target, int length) {
    target[length] =
        switch (letter) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> letter;
        };
    return length + 1;
  }

  private int character(int p, int next, byte[] target, int at) throws MalformedRecord {
    char first = unit(p);
    int length = at;
    if (next == p + 12) {
      int c = Character.toCodePoint(first, unit(p + 6));
      target[length++] = (byte) (0xF0 | (c >> 18));
      target[length++] = (byte) (0x80 | ((c >> 12) & 0x3F));
      target[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      target[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (first >= 0x800) {
      target[length++] = (byte) (0xE0 | (first >> 12));
      target[length++] = (byte) (0x80 | ((first >> 6) & 0x3F));
      target[length++] = (byte) (0x80 | (first & 0x3F));
    } else if (first >= 0x80) {
      target[length++] = (byte) (0xC0 | (first >> 6));
      target[length++] = (byte) (0x80 | (first & 0x3F));
    } else {
      target[length++] = (byte) first;
    }
    return length;
  }

  /** Reads the number at {@code p}; {@link #number} then holds it. */
  int afterNumber(int p) throws MalformedRecord {
    int next = number.scan(bytes, p, end);
    if (next < 0) {
      throw ~next == p
          ? unexpected(p, "a value")
          : unexpected(~next, "a digit, or the end of a number");
    }
    return next;
  }

  NumberText number() {
    return number;
  }

  /** Reads {@code true}, {@code false} or {@code null}. */
  public int afterLiteral(int p, String literal) throws MalformedRecord {
    for (int i = 0; i < literal.length(); i++) {
      if (at(p + i) != literal.charAt(i)) {
        throw unexpected(p, "a value");
      }
    }
    return p + literal.length();
  }

  /** Enters an object or array at {@code p} that is the {@code depth}th around it. */
  void checkDepth(int p, int depth) throws MalformedRecord {
    if (depth > maxDepth) {
      throw malformed(p, "objects and arrays are nested more than " + maxDepth + " deep");
    }
  }

  /**
   * Reads any value, and validates it.
   *
   * @param depth how many objects and arrays are open around it
   */
  int afterValue(int p, int depth) throws MalformedRecord {
    return switch (at(p)) {
      case '"' -> closingQuote(p + 1) + 1;
      case '{' -> afterObject(p, depth + 1);
      case '[' -> afterArray(p, depth + 1);
      case 't' -> afterLiteral(p, "true");
      case 'f' -> afterLiteral(p, "false");
      case 'n' -> afterLiteral(p, "null");
      default -> afterNumber(p);
    };
  }

  private int afterObject(int p, int depth) throws MalformedRecord {
    checkDepth(p, depth);
    int i = afterSpace(p + 1);
    if (at(i) == '}') {
      return i + 1;
    }
    while (true) {
      i = afterColon(closingQuote(afterOpeningQuote(i)) + 1);
      i = afterSpace(afterValue(i, depth));
      if (at(i) == '}') {
        return i + 1;
      }
      i = afterComma(i, "'}'");
    }
  }

  private int afterArray(int p, int depth) throws MalformedRecord {
    checkDepth(p, depth);
    int i = afterSpace(p + 1);
    if (at(i) == ']') {
      return i + 1;
    }
    while (true) {
      i = afterSpace(afterValue(i, depth));
      if (at(i) == ']') {
        return i + 1;
      }
      i = afterComma(i, "']'");
    }
  }

  /** Reads the quote that opens a name. */
  int afterOpeningQuote(int p) throws MalformedRecord {
    if (at(p) != '"') {
      throw unexpected(p, "a name in double quotes");
    }
    return p + 1;
  }

  /**
   * Reads a comma and the space after it.
   *
   * @param alternative what else might have stood there
   */
  int afterComma(int p, String alternative) throws MalformedRecord {
    if (at(p) != ',') {
      throw unexpected(p, "',' or " + alternative);
    }
    int i = p + 1;
    // The usual styles are no space at all and one space.
    if (at(i) == ' ') {
      i++;
    }
    return afterSpace(i);
  }

  public MalformedRecord unexpected(int p, String expected) {
    return malformed(
        p, "expected " + expected + ", found " + (p < end ? Excerpt.of(bytes[p]) : "the end"));
  }

  MalformedRecord malformed(int p, String what) {
    return new MalformedRecord(
        "Not JSON at byte " + (Math.min(p, end) - start) + ": " + what + ".");
  }

  /** The text from {@code from} to {@code to} for a person, shortened. */
  String excerpt(int from, int to) {
    return Excerpt.of(bytes, from, to);
  }
}
