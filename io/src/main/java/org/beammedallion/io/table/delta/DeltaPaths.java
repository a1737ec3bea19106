package org.beammedallion.io.table.delta;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Paths in the log are percent-encoded as RFC 2396 says; everywhere else they are raw. */
final class DeltaPaths {

  private static final String PLAIN = "-_.!~*'()/=+$,@&;:";

  private DeltaPaths() {}

  static String encoded(String path) {
    StringBuilder encoded = new StringBuilder(path.length() + 16);
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      int c = each & 0xFF;
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        encoded.append((char) c);
      } else {
        encoded.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
    return encoded.toString();
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  static String decoded(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && i + 2 < bytes.length && Character.digit(bytes[i + 1], 16) >= 0) {
        decoded.write(Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
