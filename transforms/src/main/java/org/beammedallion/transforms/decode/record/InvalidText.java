package org.beammedallion.transforms.decode.record;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What to say of a record that is not valid UTF-8, in terms of the encoding that its file has. */
final class InvalidText {

  private static final int SHOWN_BEFORE = 20;

  /** The first byte of a surrogate in UTF-8, where none may be. */
  private static final int SURROGATE = 0xED;

  private InvalidText() {}

  /**
   * @param from beginning of the record
   * @param invalid the first byte that does not belong there
   * @param encoding of the file, where the record was turned into UTF-8 from it; else null
   */
  static String of(byte[] bytes, int from, int invalid, @Nullable String encoding) {
    if (encoding == null) {
      return "Invalid UTF-8 at byte "
          + (invalid - from)
          + ": "
          + Excerpt.of(bytes[invalid])
          + " does not belong there. Have the source write UTF-8, or say in which encoding it writes as 'encoding' in the"
          + " source of the pipeline file.";
    }
    String before = new String(bytes, from, invalid - from, StandardCharsets.UTF_8);
    int characters = before.codePointCount(0, before.length());
    String place =
        characters == 0
            ? "at the beginning of the record"
            : "at character "
                + (characters + 1)
                + " of the record, behind '"
                + Excerpt.of(last(before, characters))
                + "',";
    if (encoding.startsWith("UTF-16")) {
      return (isSurrogate(bytes, invalid)
              ? String.format("0x%04X ", unit(bytes, invalid))
              : "The single byte at the end of the file ")
          + place
          + " is half of a character in "
          + encoding
          + ", the file's encoding. Correct the source.";
    }
    return String.format("The byte 0x%02X ", bytes[invalid] & 0xFF)
        + place
        + " is not a character in "
        + encoding
        + ", which is the source's 'encoding' in the pipeline file. Correct the source, or, if it writes in another"
        + " encoding, name that one.";
  }

  private static String last(String text, int characters) {
    return characters <= SHOWN_BEFORE
        ? text
        : text.substring(text.offsetByCodePoints(text.length(), -SHOWN_BEFORE));
  }

  private static boolean isSurrogate(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) == SURROGATE && at + 2 < bytes.length;
  }

  /** The 16 bits that three bytes stand for. */
  private static int unit(byte[] bytes, int at) {
    return (bytes[at] & 0xF) << 12 | (bytes[at + 1] & 0x3F) << 6 | (bytes[at + 2] & 0x3F);
  }
}
