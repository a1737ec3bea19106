package org.beammedallion.quality.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value of a YAML document and its place in the file. Immutable.
 *
 * <p>What reads a node by type expects that its {@link Shape} was checked before, and throws {@link
 * IllegalStateException} where it was not. A key that is absent and a key whose value is empty are
 * the same.
 */
public final class YamlNode {

  /** What a node is. */
  public enum Kind {
    MAPPING("a mapping"),
    SEQUENCE("a list"),
    TEXT("a text"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NULL("empty");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    @Override
    public String toString() {
      return description;
    }
  }

  private static final int SHOWN_LENGTH = 60;

  private final Kind kind;
  private final Location location;
  private final String scalar;
  private final @Nullable ScalarSource source;
  private final List<YamlNode> items;
  private final Map<String, Entry> entries;

  private record Entry(Location key, YamlNode value) {}

  private YamlNode(
      Kind kind,
      Location location,
      String scalar,
      @Nullable ScalarSource source,
      List<YamlNode> items,
      Map<String, Entry> entries) {
    this.kind = kind;
    this.location = location;
    this.scalar = scalar;
    this.source = source;
    this.items = items;
    this.entries = entries;
  }

  static YamlNode scalar(Kind kind, Location location, String text, ScalarSource source) {
    return new YamlNode(kind, location, text, source, List.of(), Map.of());
  }

  static YamlNode sequence(Location location, List<YamlNode> items) {
    return new YamlNode(Kind.SEQUENCE, location, "", null, List.copyOf(items), Map.of());
  }

  /** The same tree with other texts; keys stay. */
  YamlNode mapTexts(Function<YamlNode, String> text) {
    return switch (kind) {
      case TEXT -> {
        String other = text.apply(this);
        yield other.equals(scalar)
            ? this
            : new YamlNode(kind, location, other, null, items, entries);
      }
      case SEQUENCE -> sequence(location, items.stream().map(item -> item.mapTexts(text)).toList());
      case MAPPING -> {
        MappingBuilder builder = new MappingBuilder();
        entries.forEach(
            (key, entry) -> builder.put(key, entry.key(), entry.value().mapTexts(text)));
        yield builder.build(location);
      }
      default -> this;
    };
  }

  static final class MappingBuilder {
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** False where the key is there already. */
    boolean put(String key, Location keyLocation, YamlNode value) {
      return entries.putIfAbsent(key, new Entry(keyLocation, value)) == null;
    }

    YamlNode build(Location location) {
      return new YamlNode(
          Kind.MAPPING, location, "", null, List.of(), Collections.unmodifiableMap(entries));
    }
  }

  public Kind kind() {
    return kind;
  }

  /** Where the value starts. */
  public Location location() {
    return location;
  }

  /** Place of the key, or the start of this node if it has no such key. */
  public Location locationOf(String key) {
    Entry entry = entries.get(key);
    return entry == null ? location : entry.key();
  }

  /** Keys of a mapping in their order, or none. */
  public Set<String> keys() {
    return entries.keySet();
  }

  /** The value under the key, or null where it is absent or empty. */
  public @Nullable YamlNode find(String key) {
    Entry entry = entries.get(key);
    return entry == null || entry.value().kind == Kind.NULL ? null : entry.value();
  }

  /** The value under the key, also where it is empty, or null where it is absent. */
  public @Nullable YamlNode entry(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /** Whether it is a text, a number, a boolean or empty. */
  public boolean isScalar() {
    return kind != Kind.MAPPING && kind != Kind.SEQUENCE;
  }

  public boolean has(String key) {
    return find(key) != null;
  }

  /** Values of a list in their order, or none. */
  public List<YamlNode> items() {
    return items;
  }

  /** The values of the list under the key, or none. */
  public List<YamlNode> items(String key) {
    YamlNode node = find(key);
    return node == null ? List.of() : node.items;
  }

  /** The text of a scalar exactly as written, also where it is a number or a boolean. */
  public String text() {
    if (!isScalar()) {
      throw new IllegalStateException(location + " is " + kind + ", not a scalar.");
    }
    return scalar;
  }

  /** Places of the characters of {@link #text} in the file. */
  public TextOrigin origin() {
    return source == null ? TextOrigin.NONE : source.origin(text(), location);
  }

  public @Nullable String text(String key) {
    YamlNode node = find(key);
    return node == null ? null : node.text();
  }

  public String text(String key, String otherwise) {
    YamlNode node = find(key);
    return node == null ? otherwise : node.text();
  }

  /** The texts of the list under the key, or none. */
  public List<String> texts(String key) {
    return items(key).stream().map(YamlNode::text).toList();
  }

  public boolean flag(String key) {
    YamlNode node = find(key);
    return node != null && node.flag();
  }

  public boolean flag() {
    if (kind != Kind.BOOLEAN) {
      throw new IllegalStateException(location + " is " + kind + ", not true or false.");
    }
    return Boolean.parseBoolean(scalar);
  }

  /** The number, exactly as written, or null where the node is none. */
  public @Nullable BigDecimal number() {
    if (kind != Kind.NUMBER) {
      return null;
    } else if (scalar.startsWith("0x")) {
      return new BigDecimal(new BigInteger(scalar.substring(2), 16));
    } else if (scalar.startsWith("0o")) {
      return new BigDecimal(new BigInteger(scalar.substring(2), 8));
    }
    return new BigDecimal(scalar);
  }

  public @Nullable BigDecimal number(String key) {
    YamlNode node = find(key);
    return node == null ? null : node.number();
  }

  /**
   * The whole number under the key, or null where there is none or it does not fit an {@code int}.
   */
  public @Nullable Integer integer(String key) {
    YamlNode node = find(key);
    return node == null || !node.isInteger() ? null : Integer.valueOf(node.text());
  }

  /** Whether it is a whole number that fits an {@code int}, written in decimal digits. */
  boolean isInteger() {
    if (kind != Kind.NUMBER) {
      return false;
    }
    try {
      Integer.parseInt(scalar);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * The value as plain data: {@code Map<String, Object>}, {@code List<Object>}, {@link String},
   * {@link BigDecimal}, {@link Boolean} or null. Unmodifiable and serializable.
   */
  public @Nullable Object plain() {
    return switch (kind) {
      case NULL -> null;
      case BOOLEAN -> flag();
      case NUMBER -> number();
      case TEXT -> scalar;
      case SEQUENCE -> {
        List<@Nullable Object> list = new ArrayList<>();
        items.forEach(item -> list.add(item.plain()));
        yield Collections.unmodifiableList(list);
      }
      case MAPPING -> plainMap();
    };
  }

  /** The entries of a mapping as plain data, see {@link #plain()}. */
  public Map<String, @Nullable Object> plainMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    entries.forEach((key, entry) -> map.put(key, entry.value().plain()));
    return Collections.unmodifiableMap(map);
  }

  /** A few words that show the value in a message. */
  public String shown() {
    return switch (kind) {
      case MAPPING, SEQUENCE, NULL -> kind.toString();
      case TEXT, NUMBER, BOOLEAN ->
          "'"
              + (scalar.length() > SHOWN_LENGTH ? scalar.substring(0, SHOWN_LENGTH) + "…" : scalar)
              + "'";
    };
  }
}
