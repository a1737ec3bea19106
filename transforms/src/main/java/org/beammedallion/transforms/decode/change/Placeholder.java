package org.beammedallion.transforms.decode.change;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.beammedallion.transforms.decode.json.FreeFormValues;
import org.jspecify.annotations.Nullable;

/**
 * What a connector writes for a large value that did not change and that the source's log does not
 * hold, in every form that the types of columns ask for: a text; bytes, in base64 or hexadecimal;
 * an array of one of these or of a UUID made of it, or of its bytes as numbers, decimals or truth
 * values; an object that maps it to itself. Immutable.
 */
public final class Placeholder implements FreeFormValues.Wanted {

  private static final String HEX = "hex:";

  /** So many truth values that are all true are no column's; fewer may be. */
  private static final int LEAST_TRUTH_VALUES = 16;

  /** The greatest scale that a column of decimals is looked at with. */
  private static final int MOST_DIGITS = 38;

  /** What connectors write unless they are told otherwise. */
  private static final byte[] DEFAULT =
      "__debezium_unavailable_value".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> values = new ArrayList<>();
  private final List<byte[]> texts = new ArrayList<>();
  private final BitSet lengths = new BitSet();

  /** Arrays and objects of JSON, without blanks. */
  private final Set<String> structures = new HashSet<>();

  private int longestStructure;
  private final BitSet starts = new BitSet();

  private static final Map<String, Placeholder> KNOWN = new ConcurrentHashMap<>();

  /**
   * @param other what is written beside the default: a text, or bytes as {@code hex:} and their
   *     digits; null for nothing
   */
  public static Placeholder of(@Nullable String other) {
    return KNOWN.computeIfAbsent(other == null ? "" : other, Placeholder::new);
  }

  private Placeholder(String other) {
    add(DEFAULT);
    if (!other.isEmpty()) {
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
    List<String> forms =
        List.of(
            text,
            Base64.getEncoder().encodeToString(value),
            Base64.getUrlEncoder().encodeToString(value),
            Base64.getUrlEncoder().withoutPadding().encodeToString(value),
            hex,
            "\\x" + hex,
            hex.toUpperCase(Locale.ROOT),
            UUID.nameUUIDFromBytes(value).toString());
    forms.forEach(this::addText);
    for (String form :
        List.of(
            quoted,
            "{" + quoted + ":" + quoted + "}",
            "{" + quoted + ": " + quoted + "}",
            quoted + "=>" + quoted,
            "[" + quoted + "]")) {
      addText(form);
    }
    addStructure("{" + quoted + ":" + quoted + "}");
    forms.forEach(form -> addStructure("[" + quoted(form) + "]"));
    addNumbers(value);
  }

  private void addText(String form) {
    byte[] utf8 = form.getBytes(StandardCharsets.UTF_8);
    texts.add(utf8);
    lengths.set(utf8.length);
  }

  /** An element for each byte: as a connector writes numbers, decimals and truth values. */
  private void addNumbers(byte[] value) {
    if (value.length >= LEAST_TRUTH_VALUES) {
      addArray(value, octet -> "true");
    }
    addArray(value, octet -> "{\"scale\":0,\"value\":" + quoted(base64(octet, 0)) + "}");
    addArray(value, octet -> "{\"value\":" + quoted(base64(octet, 0)) + ",\"scale\":0}");
    for (int digits = 0; digits <= MOST_DIGITS; digits++) {
      int scale = digits;
      addArray(value, octet -> quoted(base64(octet, scale)));
      addArray(value, octet -> decimal(octet, scale).toPlainString());
      addArray(value, octet -> quoted(decimal(octet, scale).toPlainString()));
    }
  }

  private static BigDecimal decimal(int octet, int scale) {
    return BigDecimal.valueOf(octet).setScale(scale);
  }

  private static String base64(int octet, int scale) {
    return Base64.getEncoder().encodeToString(decimal(octet, scale).unscaledValue().toByteArray());
  }

  private void addArray(byte[] value, IntFunction<String> element) {
    StringJoiner array = new StringJoiner(",", "[", "]");
    for (byte octet : value) {
      array.add(element.apply(octet));
    }
    addStructure(array.toString());
  }

  private void addStructure(String dense) {
    // A character for each byte, as the text of a record is compared.
    String octets = new String(dense.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    structures.add(octets);
    longestStructure = Math.max(longestStructure, octets.length());
    starts.set(start(octets.charAt(1), octets.charAt(2)));
  }

  private static int start(int first, int second) {
    return (first & 0xFF) << 8 | (second & 0xFF);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @Override
  public boolean isText(byte[] text, int from, int to) {
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
  @Override
  public boolean isStructure(byte[] text, int from, int limit) {
    int first = afterSpace(text, from + 1, limit);
    int second = afterSpace(text, first + 1, limit);
    // Most arrays and objects differ in their first characters.
    if (second >= limit || !starts.get(start(text[first], text[second]))) {
      return false;
    }
    StringBuilder dense = new StringBuilder();
    boolean inText = false;
    int depth = 0;
    for (int i = from; i < limit && dense.length() <= longestStructure; i++) {
      char octet = (char) (text[i] & 0xFF);
      if (octet == '"' && text[i - 1] != '\\') {
        inText = !inText;
      }
      if (inText || !isSpace(text[i])) {
        dense.append(octet);
      }
      if (!inText) {
        depth += octet == '[' || octet == '{' ? 1 : octet == ']' || octet == '}' ? -1 : 0;
        if (depth == 0) {
          return structures.contains(dense.toString());
        }
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
        && (isOne(list) || values.stream().anyMatch(bytes -> isNumbers(list, bytes)));
  }

  /** Whether a value of Avro is the placeholder, or holds it at any depth. */
  boolean isWithin(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return isCollection(map) || map.values().stream().anyMatch(this::isWithin);
    } else if (value instanceof IndexedRecord record) {
      return IntStream.range(0, record.getSchema().getFields().size())
          .anyMatch(field -> isWithin(record.get(field)));
    } else if (value instanceof Iterable<?> list) {
      return isCollection(list)
          || StreamSupport.stream(list.spliterator(), false).anyMatch(this::isWithin);
    } else if (value instanceof CharSequence text) {
      return text.length() <= lengths.length() && isText(text);
    }
    byte[] bytes = bytesOf(value);
    return bytes != null && isBytes(bytes);
  }

  private boolean isText(Object value) {
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    return isText(text, 0, text.length);
  }

  /** Whether a list has one element, which is the placeholder. */
  private boolean isOne(Iterable<?> list) {
    Iterator<?> elements = list.iterator();
    Object first = elements.hasNext() ? elements.next() : null;
    if (first == null || elements.hasNext()) {
      return false;
    }
    byte[] bytes = bytesOf(first);
    return bytes == null ? first instanceof CharSequence && isText(first) : isBytes(bytes);
  }

  /** An element for each byte, as {@link #addNumbers} has them. */
  private static boolean isNumbers(Iterable<?> list, byte[] bytes) {
    int scale = 0;
    int i = 0;
    for (Object element : list) {
      if (i == bytes.length || element == null) {
        return false;
      }
      int octet = bytes[i];
      byte[] unscaled = bytesOf(element);
      if (unscaled != null && unscaled.length > 0) {
        BigInteger number = new BigInteger(unscaled);
        while (i == 0 && scale < MOST_DIGITS && !number.equals(unscaled(octet, scale))) {
          scale++;
        }
        if (!number.equals(unscaled(octet, scale))) {
          return false;
        }
      } else if (element instanceof Boolean truth) {
        if (!truth || bytes.length < LEAST_TRUTH_VALUES) {
          return false;
        }
      } else if (!isNumber(element, octet)) {
        return false;
      }
      i++;
    }
    return i == bytes.length;
  }

  private static BigInteger unscaled(int octet, int scale) {
    return decimal(octet, scale).unscaledValue();
  }

  private static boolean isNumber(Object element, int octet) {
    if (element instanceof Number number) {
      return number.doubleValue() == octet;
    } else if (element instanceof CharSequence text) {
      String digits = text.toString();
      return digits.matches("-?\\d{1,3}([.]0*)?") && new BigDecimal(digits).intValue() == octet;
    } else if (element instanceof IndexedRecord decimal
        && decimal.getSchema().getField("scale") != null
        && decimal.getSchema().getField("value") != null) {
      Object scale = decimal.get(decimal.getSchema().getField("scale").pos());
      byte[] value = bytesOf(decimal.get(decimal.getSchema().getField("value").pos()));
      return value != null
          && value.length > 0
          && scale instanceof Integer digits
          && new BigDecimal(new BigInteger(value), digits).compareTo(BigDecimal.valueOf(octet))
              == 0;
    }
    return false;
  }

  private static byte @Nullable [] bytesOf(@Nullable Object element) {
    if (element instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return element instanceof GenericFixed fixed ? fixed.bytes() : null;
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
