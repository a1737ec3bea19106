package org.beammedallion.transforms.raw;

import java.util.Arrays;

/**
 * Tells by the beginning of a JSON file whether it is one document, or several one after the other,
 * or a record a line: an array is a document, and so is an object that goes on, as JSON does, on
 * the line below, or behind which another one stands on the same line. A first line that is broken
 * is taken for a record.
 */
final class JsonStart {

  private enum Expected {
    KEY_OR_END,
    KEY,
    COLON,
    VALUE_OR_END,
    VALUE,
    COMMA_OR_END
  }

  private final byte[] bytes;
  private final int length;
  private int at;

  /** Whether each of the values that are open is an array. */
  private boolean[] arrays = new boolean[16];

  private int depth;
  private Expected expected = Expected.VALUE;

  /** Whether nothing but white space stands between the line's start and here. */
  private boolean lineStart;

  /** Whether an element of an array is an object. */
  private boolean ofObjects;

  /** Whether a line ends inside the first value. */
  private boolean broken;

  private JsonStart(FileStart text) {
    this.bytes = text.bytes();
    this.length = text.length();
  }

  static boolean isDocument(FileStart text) {
    return new JsonStart(text).isDocument();
  }

  private boolean isDocument() {
    at = Bom.skip(bytes, 0, length);
    skipWhiteSpace();
    if (at == length || (bytes[at] != '{' && bytes[at] != '[')) {
      return false;
    }
    boolean array = bytes[at] == '[';
    broken = false;
    while (at < length) {
      lineStart = false;
      skipWhiteSpace();
      if (at == length) {
        return array || broken;
      }
      boolean wantsNoValue = expected != Expected.VALUE && expected != Expected.VALUE_OR_END;
      byte found = bytes[at];
      if (!accept()) {
        boolean nextRecord = lineStart && found == '{' && wantsNoValue;
        return array ? broken || ofObjects : broken && !nextRecord;
      }
      ofObjects |= depth == 2 && found == '{';
      if (depth == 0) {
        return array || broken || anotherFollows();
      }
    }
    return array || broken;
  }

  private void skipWhiteSpace() {
    while (at < length) {
      byte b = bytes[at];
      if (b == '\n' || b == '\r') {
        lineStart = true;
        broken = true;
      } else if (b != ' ' && b != '\t') {
        return;
      }
      at++;
    }
  }

  private boolean anotherFollows() {
    while (at < length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < length && bytes[at] == '{';
  }

  /** Steps over a token; false where it does not belong there. */
  private boolean accept() {
    byte b = bytes[at];
    switch (expected) {
      case KEY, KEY_OR_END -> {
        if (b == '}' && expected == Expected.KEY_OR_END) {
          return close();
        }
        expected = Expected.COLON;
        return b == '"' && string();
      }
      case COLON -> {
        at++;
        expected = Expected.VALUE;
        return b == ':';
      }
      case COMMA_OR_END -> {
        boolean inArray = arrays[depth - 1];
        if (b == (inArray ? ']' : '}')) {
          return close();
        }
        at++;
        expected = inArray ? Expected.VALUE : Expected.KEY;
        return b == ',';
      }
      default -> {
        if (b == ']' && expected == Expected.VALUE_OR_END) {
          return close();
        }
        return value(b);
      }
    }
  }

  private boolean value(byte b) {
    if (b == '{' || b == '[') {
      if (depth == arrays.length) {
        arrays = Arrays.copyOf(arrays, depth * 2);
      }
      arrays[depth++] = b == '[';
      expected = b == '[' ? Expected.VALUE_OR_END : Expected.KEY_OR_END;
      at++;
      return true;
    }
    expected = Expected.COMMA_OR_END;
    if (b == '"') {
      return string();
    }
    if (!JsonBytes.startsValue(b)) {
      return false;
    }
    while (at < length && !JsonBytes.endsScalar(bytes[at])) {
      at++;
    }
    return true;
  }

  private boolean close() {
    depth--;
    at++;
    expected = Expected.COMMA_OR_END;
    return true;
  }

  /** False where the line ends inside it. */
  private boolean string() {
    at++;
    while (at < length && bytes[at] != '"') {
      if (bytes[at] == '\n' || bytes[at] == '\r') {
        return false;
      }
      at += bytes[at] == '\\' ? 2 : 1;
    }
    at = Math.min(length, at + 1);
    return true;
  }
}
