package org.beammedallion.io.storage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Paths of this machine as users and URIs write them. */
final class LocalPaths {

  private LocalPaths() {}

  /**
   * The absolute path that a text names, a path or a URI of scheme {@code file}.
   *
   * @throws IllegalArgumentException where it names another host, or nothing
   */
  static Path path(String uri) {
    String raw = uri;
    if (uri.regionMatches(true, 0, "file:", 0, 5)) {
      raw = decoded(uri.substring(5));
      if (raw.startsWith("//")) {
        int slash = raw.indexOf('/', 2);
        String host = slash < 0 ? raw.substring(2) : raw.substring(2, slash);
        if (slash < 0 || !(host.isEmpty() || host.equals("localhost"))) {
          throw new IllegalArgumentException(
              "'"
                  + uri
                  + "' names the host '"
                  + host
                  + "', and only local files can be reached by file:. Write file:///path.");
        }
        raw = raw.substring(slash);
      }
    }
    if (raw.isEmpty()) {
      throw new IllegalArgumentException("An empty text is no path. Name a file or a folder.");
    }
    return Path.of(raw).toAbsolutePath().normalize();
  }

  /**
   * Decodes each {@code %XX} as a byte of UTF-8 and leaves anything else, a lone percent sign too,
   * as it is.
   */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low >= 0) {
        decoded.write(high << 4 | low);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
