package org.beammedallion.transforms.raw;

/** What bytes mean in JSON, as far as records are found by it. */
final class JsonBytes {

  private JsonBytes() {}

  /** Whether a value may begin with a byte. */
  static boolean startsValue(byte b) {
    return switch (b) {
      case '{', '[', '"', '-', 't', 'f', 'n' -> true;
      default -> b >= '0' && b <= '9';
    };
  }

  /** Whether a number or a literal ends before a byte. */
  static boolean endsScalar(byte b) {
    return switch (b) {
      case ' ', '\n', '\r', '\t', ',', ':', '{', '}', '[', ']', '"' -> true;
      default -> false;
    };
  }

  /** Whether an object begins, and does not end. */
  static boolean isOpenObject(byte[] bytes, int from, int to) {
    int at = Bom.skip(bytes, from, to);
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    if (at == to || bytes[at] != '{') {
      return false;
    }
    int depth = 0;
    boolean inText = false;
    for (; at < to; at++) {
      byte b = bytes[at];
      if (inText && b == '\\') {
        at++;
      } else if (b == '"') {
        inText = !inText;
      } else if (!inText && (b == '{' || b == '[')) {
        depth++;
      } else if (!inText && (b == '}' || b == ']')) {
        depth--;
      }
    }
    return inText || depth > 0;
  }
}
