package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;

/** Shows a piece of a record to a person: short, on one line, and printable. */
public final class Excerpt {

  private static final int MAX_CHARACTERS = 60;
  private static final int MAX_BYTES = MAX_CHARACTERS * 4;

  private Excerpt() {}

  public static String of(byte[] bytes, int from, int to) {
    int end = Math.min(to, from + MAX_BYTES);
    String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    StringBuilder shown = new StringBuilder();
    int characters = 0;
    int i = 0;
    while (i < text.length() && characters < MAX_CHARACTERS) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      characters++;
      if (Character.isISOControl(c)) {
        shown.append(String.format("\\u%04X", c));
      } else {
        shown.appendCodePoint(c);
      }
    }
    if (i < text.length() || end < to) {
      shown.append('…');
    }
    return shown.toString();
  }

  public static String of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return of(utf8, 0, utf8.length);
  }

  /** One byte, as a character where it is printable. */
  public static String of(int octet) {
    return octet > ' ' && octet < 0x7F
        ? "'" + (char) octet + "'"
        : String.format("the byte 0x%02X", octet & 0xFF);
  }
}
