package org.beammedallion.transforms.raw;

import org.jspecify.annotations.Nullable;

/** What a file's first bytes say of its encoding. */
final class ByteOrder {

  private static final String IN_UTF_8 = "Have the source write UTF-8.";

  private ByteOrder() {}

  /** How many bytes the byte order mark of a file in UTF-16 has; 0 where there is none. */
  static int markBytes(FileStart start) {
    TextEncoding marked = marked(start);
    return marked == TextEncoding.UTF_16LE || marked == TextEncoding.UTF_16BE ? 2 : 0;
  }

  private static @Nullable TextEncoding marked(FileStart start) {
    byte[] bytes = start.bytes();
    if (Bom.startsAt(bytes, 0, start.length())) {
      return TextEncoding.UTF_8;
    } else if (begins(start, 0xFF, 0xFE)) {
      return TextEncoding.UTF_16LE;
    } else if (begins(start, 0xFE, 0xFF)) {
      return TextEncoding.UTF_16BE;
    }
    return null;
  }

  /**
   * The encoding of a file, with its byte order. A byte order mark decides, whatever was said.
   *
   * @param said in the pipeline file
   * @throws RefusedFileException where the file is no text in an encoding that can be read
   */
  static TextEncoding encoding(FileStart start, TextEncoding said) throws RefusedFileException {
    if (begins(start, 0xFF, 0xFE, 0, 0) || begins(start, 0, 0, 0xFE, 0xFF)) {
      throw new RefusedFileException("is in UTF-32, which cannot be read. " + IN_UTF_8);
    }
    TextEncoding marked = marked(start);
    if (marked != null && marked != TextEncoding.UTF_8) {
      return marked;
    }
    boolean sixteen = marked == null && said.name().startsWith(TextEncoding.UTF_16.name());
    if (said == TextEncoding.UTF_16 && marked == null && start.length() > 0) {
      throw new RefusedFileException(
          "does not begin with the byte order mark of UTF-16, so its byte order is not known."
              + " Say 'encoding: utf-16le' or 'utf-16be' in the source of the pipeline file.");
    }
    String reason = sixteen ? null : BinaryFormats.reason(start.bytes(), start.length());
    if (reason != null) {
      throw new RefusedFileException(reason);
    }
    return marked == null && said != TextEncoding.UTF_16 ? said : TextEncoding.UTF_8;
  }

  private static boolean begins(FileStart start, int... octets) {
    if (start.length() < octets.length) {
      return false;
    }
    for (int i = 0; i < octets.length; i++) {
      if ((start.bytes()[i] & 0xFF) != octets[i]) {
        return false;
      }
    }
    return true;
  }
}
