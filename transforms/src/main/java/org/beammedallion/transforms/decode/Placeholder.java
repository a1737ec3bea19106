package org.beammedallion.transforms.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a connector writes for a large value that did not change and that the source's log does not
 * hold, in every form that the types of columns ask for: a text; bytes, in base64 or hexadecimal;
 * an array of its bytes' numbers or of a UUID made of them; an object that maps it to itself.
 * Immutable.
 */
final class Placeholder {

  private static final String HEX = "hex:";

  /** What connectors write unless they are told otherwise. */
  private static final byte[] DEFAULT =
      "__debezium_unavailable_value".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> values = new ArrayList<>();
  private final List<byte[]> texts = new ArrayList<>();
  private final BitSet lengths = new BitSet();

  /**
   * @param other what is written beside the default: a text, or bytes as {@code hex:} and their
   *     digits; null for nothing
   */
  Placeholder(@Nullable String other) {
    add(DEFAULT);
    if (other != null) {
      add(
          other.startsWith(HEX)
              ? HexFormat.of().parseHex(other.substring(HEX.length()))
              : other.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void add(byte[] value) {
    values.add(value);
    String text = new String(value, StandardCharsets.UTF_8);
    String quoted = quoted(text);
    String hex = HexFormat.of().formatHex(value);
    for (String form :
        List.of(
            text,
            Base64.getEncoder().encodeToString(value),
            Base64.getUrlEncoder().encodeToString(value),
            Base64.getUrlEncoder().withoutPadding().encodeToString(value),
            hex,
            "\\x" + hex,
            hex.toUpperCase(Locale.ROOT),
            UUID.nameUUIDFromBytes(value).toString(),
            quoted,
            "{" + quoted + ":" + quoted + "}",
            "{" + quoted + ": " + quoted + "}",
            quoted + "=>" + quoted,
            "[" + quoted + "]")) {
      byte[] utf8 = form.getBytes(StandardCharsets.UTF_8);
      texts.add(utf8);
      lengths.set(utf8.length);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  boolean isText(byte[] text, int from, int to) {
    if (!lengths.get(to - from)) {
      return false;
    }
    for (byte[] form : texts) {
      if (form.length == to - from && Arrays.equals(text, from, to, form, 0, form.length)) {
        return true;
      }
    }
    return false;
  }

  boolean isBytes(byte[] bytes) {
    for (byte[] value : values) {
      if (Arrays.equals(value, bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a JSON array or object stands for the placeholder.
   *
   * @param from where it starts
   * @param limit where it ends at the latest
   */
  boolean isStructure(byte[] text, int from, int limit) {
    int first = afterSpace(text, from + 1, limit);
    if (first >= limit || !mayStart(text, first, limit)) {
      return false;
    }
    ByteArrayOutputStream dense = new ByteArrayOutputStream();
    boolean inText = false;
    for (int i = from; i < limit; i++) {
      byte octet = text[i];
      if (octet == '"' && text[i - 1] != '\\') {
        inText = !inText;
      }
      if (inText || !isSpace(octet)) {
        dense.write(octet);
      }
      if (!inText && (octet == ']' || octet == '}')) {
        byte[] whole = dense.toByteArray();
        return isText(whole, 0, whole.length) || isNumbers(whole);
      }
    }
    return false;
  }

  /** Most arrays and objects differ in their first element. */
  private boolean mayStart(byte[] text, int first, int to) {
    for (byte[] value : values) {
      String start =
          text[first] == '"'
              ? quoted(new String(value, StandardCharsets.UTF_8))
              : Byte.toString(value[0]);
      byte[] utf8 = start.getBytes(StandardCharsets.UTF_8);
      if (to - first > utf8.length
          && Arrays.equals(text, first, first + utf8.length, utf8, 0, utf8.length)) {
        return true;
      }
    }
    return false;
  }

  /** An array of whole numbers that are the bytes. */
  private boolean isNumbers(byte[] dense) {
    for (byte[] value : values) {
      StringBuilder numbers = new StringBuilder("[");
      for (byte each : value) {
        numbers.append(numbers.length() == 1 ? "" : ",").append(each);
      }
      byte[] form = numbers.append(']').toString().getBytes(StandardCharsets.US_ASCII);
      if (Arrays.equals(form, dense)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a list or map of Avro stands for the placeholder; its elements are not looked at. */
  boolean isCollection(Object value) {
    if (value instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> entry = map.entrySet().iterator().next();
      return isText(entry.getKey()) && entry.getValue() != null && isText(entry.getValue());
    }
    return value instanceof Iterable<?> list
        && values.stream().anyMatch(bytes -> isNumbers(list, bytes));
  }

  private boolean isText(Object value) {
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    return isText(text, 0, text.length);
  }

  private static boolean isNumbers(Iterable<?> list, byte[] bytes) {
    Iterator<?> elements = list.iterator();
    for (byte each : bytes) {
      if (!elements.hasNext()
          || !(elements.next() instanceof Number number)
          || number.doubleValue() != each) {
        return false;
      }
    }
    return !elements.hasNext();
  }

  private static int afterSpace(byte[] text, int from, int to) {
    int i = from;
    while (i < to && isSpace(text[i])) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t';
  }
}
