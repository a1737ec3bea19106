package org.beammedallion.transforms.decode.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a source tells: of a file its path, of messages their topic and partition.
 *
 * @param uri the path or URI of a file, or {@code kafka:TOPIC/PARTITION}
 */
record MetadataSource(String uri) {

  static final MetadataSource NONE = new MetadataSource("");

  /** The folder's name that Hive and Spark write for a null value. */
  private static final String NULL_PART = "__HIVE_DEFAULT_PARTITION__";

  private static final int HEX = 16;

  static MetadataSource of(String uri) {
    return new MetadataSource(uri);
  }

  /** The number of the messages' partition. */
  int partition() {
    return Integer.parseInt(uri.substring(uri.lastIndexOf('/') + 1));
  }

  byte[] topic() {
    return utf8(uri.substring(uri.indexOf(':') + 1, uri.lastIndexOf('/')));
  }

  byte[] fileName() {
    return utf8(uri.substring(uri.lastIndexOf('/') + 1));
  }

  /**
   * The value of the last folder {@code name=value} of the path, without the escapes that Hive and
   * Spark write ({@code %3A}); null where there is none, or it stands for null.
   */
  byte @Nullable [] part(String name) {
    String[] steps = uri.split("/", -1);
    for (int i = steps.length - 2; i >= 0; i--) {
      int equals = steps[i].indexOf('=');
      if (equals > 0
          && new String(unescaped(steps[i].substring(0, equals)), StandardCharsets.UTF_8)
              .equals(name)) {
        String value = steps[i].substring(equals + 1);
        return value.equals(NULL_PART) ? null : unescaped(value);
      }
    }
    return null;
  }

  private static byte[] unescaped(String text) {
    byte[] bytes = utf8(text);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      int code = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : -1;
      out.write(code < 0 ? bytes[i] : code);
      i += code < 0 ? 1 : 3;
    }
    return out.toByteArray();
  }

  private static int hex(byte high, byte low) {
    int first = Character.digit(high, HEX);
    int second = Character.digit(low, HEX);
    return first < 0 || second < 0 ? -1 : first * HEX + second;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
