package org.beammedallion.transforms.raw;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How the characters of a text file are encoded, unless its byte order mark says otherwise. All but
 * UTF-8 is turned into UTF-8 while it is read; what is no character stays invalid there, so that
 * its record is rejected and no character is made up.
 */
public enum TextEncoding {
  UTF_8("UTF-8", null),
  /** In the byte order that the file's mark says. */
  UTF_16("UTF-16", null),
  UTF_16LE("UTF-16LE", null),
  UTF_16BE("UTF-16BE", null),
  ISO_8859_1("ISO-8859-1", StandardCharsets.ISO_8859_1),
  WINDOWS_1252("windows-1252", Charset.forName("windows-1252"));

  private static final int OCTETS = 256;

  private final String label;

  /** The UTF-8 of each byte; null where a character is not a byte. */
  private final byte @Nullable [][] utf8;

  TextEncoding(String label, @Nullable Charset charset) {
    this.label = label;
    this.utf8 = charset == null ? null : utf8(charset);
  }

  /** The name that the IANA gives it. */
  public String label() {
    return label;
  }

  byte @Nullable [][] singleBytes() {
    return utf8;
  }

  /** A byte that is no character stands for itself: alone it is never valid UTF-8. */
  private static byte[][] utf8(Charset charset) {
    byte[][] table = new byte[OCTETS][];
    for (int i = 0; i < OCTETS; i++) {
      byte[] one = {(byte) i};
      String text = new String(one, charset);
      table[i] = text.equals("\uFFFD") ? one : text.getBytes(StandardCharsets.UTF_8);
    }
    return table;
  }
}
