package org.beammedallion.quality.yaml;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The allowed form of a YAML value: its keys and their values. */
public sealed interface Shape {

  /**
   * Adds what does not fit to {@code problems}. An empty value fits every shape: it counts as
   * absent.
   */
  default void check(YamlNode node, Problems problems) {
    check(node, "the document", problems);
  }

  /**
   * Adds what does not fit to {@code problems}.
   *
   * @param what how messages call the value
   */
  void check(YamlNode node, String what, Problems problems);

  /**
   * The keys of all mappings in the shape, at any depth; shapes that hold themselves are not
   * followed.
   */
  static Set<String> keysOf(Shape shape) {
    Set<String> keys = new LinkedHashSet<>();
    if (shape instanceof Mapping mapping) {
      mapping.collect(keys);
    } else if (shape instanceof Listing listing) {
      keys.addAll(keysOf(listing.element().get()));
    } else if (shape instanceof ListOr either) {
      keys.addAll(keysOf(either.list()));
      keys.addAll(keysOf(either.otherwise()));
    } else if (shape instanceof MappingOr either) {
      keys.addAll(keysOf(either.mapping()));
      keys.addAll(keysOf(either.otherwise()));
    }
    return keys;
  }

  static Shape listOf(Shape element) {
    return new Listing(() -> element);
  }

  /** For a shape that holds itself. */
  static Shape listOf(Supplier<Shape> element) {
    return new Listing(element);
  }

  /** For a shape that holds itself. */
  static Shape later(Supplier<Shape> shape) {
    return new Later(shape);
  }

  static Shape oneOf(String... words) {
    return new OneOf(List.of(words), Map.of());
  }

  /**
   * @param meant the words that were probably meant, by words of other standards
   */
  static Shape oneOf(Collection<String> words, Map<String, String> meant) {
    return new OneOf(List.copyOf(words), Map.copyOf(meant));
  }

  /**
   * A text that is none of these words.
   *
   * @param meant how to go on after "did you mean ", by the words
   */
  static Shape textBut(Map<String, String> meant) {
    return new TextBut(Map.copyOf(meant));
  }

  /** A list, or else something that is no list. */
  static Shape listOr(Shape element, Shape otherwise) {
    return new ListOr(listOf(element), otherwise);
  }

  /** A mapping, or else something that is no mapping. */
  static Shape mappingOr(Mapping mapping, Shape otherwise) {
    return new MappingOr(mapping, otherwise);
  }

  /**
   * A mapping without any keys yet.
   *
   * @param what how messages call it, such as "a role"
   */
  static Mapping mapping(String what) {
    return new Mapping(what, Map.of(), Set.of(), null, Map.of());
  }

  /** A scalar of one type. */
  enum Scalar implements Shape {
    /** Read as it is written, also where YAML takes it for a number or a boolean. */
    TEXT("a text"),
    NUMBER("a number"),
    /** Fits an {@code int}. */
    INTEGER("a whole number"),
    BOOLEAN("true or false");

    private final String what;

    Scalar(String what) {
      this.what = what;
    }

    @Override
    public void check(YamlNode node, String name, Problems problems) {
      boolean fits =
          switch (node.kind()) {
            case MAPPING, SEQUENCE -> false;
            case NULL -> true;
            case TEXT -> this == TEXT;
            case BOOLEAN -> this == TEXT || this == BOOLEAN;
            case NUMBER -> this == TEXT || this == NUMBER || (this == INTEGER && node.isInteger());
          };
      if (!fits) {
        problems.add(node.location(), name + " must be " + what + ", but is " + node.shown() + ".");
      }
    }
  }

  /**
   * One of a few words.
   *
   * @param meant the words that were probably meant, by words of other standards in lower case
   */
  record OneOf(List<String> words, Map<String, String> meant) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      if (node.kind() == YamlNode.Kind.MAPPING || node.kind() == YamlNode.Kind.SEQUENCE) {
        problems.add(
            node.location(), name + " must be one of " + words + ", but is " + node.shown() + ".");
      } else if (node.kind() != YamlNode.Kind.NULL && !words.contains(node.text())) {
        problems.add(
            node.location(),
            name + " must be one of " + words + ", but is " + node.shown() + ending(node.text()));
      }
    }

    private String ending(String word) {
      String other = meant.get(word.toLowerCase(Locale.ROOT));
      return other == null ? DidYouMean.ending(word, words) : "; did you mean '" + other + "'?";
    }
  }

  /** A text that is none of a few words of another standard. */
  record TextBut(Map<String, String> meant) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      String other = node.isScalar() ? meant.get(node.text().toLowerCase(Locale.ROOT)) : null;
      if (other != null) {
        problems.add(
            node.location(),
            "%s of a text cannot be %s, which is a word of JSON Schema; did you mean %s?"
                .formatted(name, node.shown(), other));
      } else {
        Scalar.TEXT.check(node, name, problems);
      }
    }
  }

  /** A list whose elements have one shape. */
  record Listing(Supplier<Shape> element) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      if (node.kind() == YamlNode.Kind.SEQUENCE) {
        node.items().forEach(item -> element.get().check(item, "an element of " + name, problems));
      } else if (node.kind() != YamlNode.Kind.NULL) {
        String hint =
            node.kind() == YamlNode.Kind.MAPPING
                ? "; begin each element on a line of its own with '-'."
                : ".";
        problems.add(node.location(), name + " must be a list, but is " + node.shown() + hint);
      }
    }
  }

  /** Anything at all. */
  enum Free implements Shape {
    FREE;

    @Override
    public void check(YamlNode node, String name, Problems problems) {}
  }

  /** A shape that is looked up when it is needed. */
  record Later(Supplier<Shape> shape) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      shape.get().check(node, name, problems);
    }
  }

  /** A list, or something else. */
  record ListOr(Shape list, Shape otherwise) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      (node.kind() == YamlNode.Kind.SEQUENCE ? list : otherwise).check(node, name, problems);
    }
  }

  /** A mapping, or something else. */
  record MappingOr(Shape mapping, Shape otherwise) implements Shape {
    @Override
    public void check(YamlNode node, String name, Problems problems) {
      (node.kind() == YamlNode.Kind.MAPPING ? mapping : otherwise).check(node, name, problems);
    }
  }

  /** A mapping with a closed set of keys. Immutable; every method returns a new one. */
  final class Mapping implements Shape {

    final String what;
    final Map<String, Shape> keys;
    final Set<String> required;
    final @Nullable Variants variants;

    /** What to use instead of keys that others would expect, by these keys in lower case. */
    private final Map<String, String> advice;

    /**
     * @param otherwise value that counts where the key is absent, or null where there is none
     */
    record Variants(String key, Map<String, Mapping> byValue, @Nullable String otherwise) {}

    private Mapping(
        String what,
        Map<String, Shape> keys,
        Set<String> required,
        @Nullable Variants variants,
        Map<String, String> advice) {
      this.advice = advice;
      this.what = what;
      this.keys = keys;
      this.required = required;
      this.variants = variants;
    }

    /** Allows keys that hold texts. */
    public Mapping texts(String... names) {
      return with(Scalar.TEXT, names);
    }

    /** Allows keys that hold values of a shape. */
    public Mapping with(Shape shape, String... names) {
      Map<String, Shape> more = new LinkedHashMap<>(keys);
      for (String name : names) {
        more.put(name, shape);
      }
      return new Mapping(what, more, required, variants, advice);
    }

    /**
     * Tells what to use instead of a key that is not there, but that others would expect.
     *
     * @param instead how to go on after "did you mean ", by the keys; or a sentence that begins
     *     with "leave it out"
     */
    public Mapping advise(Map<String, String> instead) {
      Map<String, String> more = new LinkedHashMap<>(advice);
      instead.forEach((key, words) -> more.put(key.toLowerCase(Locale.ROOT), words));
      return new Mapping(what, keys, required, variants, more);
    }

    /** Allows the keys of another mapping too, and demands those that it demands. */
    public Mapping and(Mapping other) {
      Map<String, Shape> more = new LinkedHashMap<>(keys);
      more.putAll(other.keys);
      Set<String> all = new LinkedHashSet<>(required);
      all.addAll(other.required);
      Map<String, String> instead = new LinkedHashMap<>(advice);
      instead.putAll(other.advice);
      return new Mapping(what, more, all, variants, instead);
    }

    /** Demands keys that are allowed already. */
    public Mapping require(String... names) {
      Set<String> all = new LinkedHashSet<>(required);
      all.addAll(List.of(names));
      return new Mapping(what, keys, all, variants, advice);
    }

    /**
     * Allows further keys that depend on the text under {@code key}, which must be one of the
     * variants.
     */
    public Mapping dependingOn(String key, Map<String, Mapping> byValue) {
      return new Mapping(what, keys, required, new Variants(key, byValue, null), advice)
          .with(oneOf(byValue), key);
    }

    /** The same, where the key may be left out and then means {@code otherwise}. */
    public Mapping dependingOn(String key, Map<String, Mapping> byValue, String otherwise) {
      return new Mapping(what, keys, required, new Variants(key, byValue, otherwise), advice)
          .with(oneOf(byValue), key);
    }

    private static Shape oneOf(Map<String, Mapping> byValue) {
      return new OneOf(byValue.keySet().stream().sorted().toList(), Map.of());
    }

    /** The keys that are allowed for all values. */
    public Set<String> keys() {
      return keys.keySet();
    }

    private void collect(Set<String> into) {
      keys.forEach(
          (key, shape) -> {
            into.add(key);
            into.addAll(keysOf(shape));
          });
      if (variants != null) {
        variants.byValue().values().forEach(variant -> variant.collect(into));
      }
    }

    @Override
    public void check(YamlNode node, String name, Problems problems) {
      if (node.kind() == YamlNode.Kind.NULL) {
        return;
      } else if (node.kind() != YamlNode.Kind.MAPPING) {
        problems.add(
            node.location(),
            name
                + " must be "
                + what
                + " with keys and values, but is "
                + node.shown()
                + example(node));
        return;
      }
      Mapping whole = resolve(node);
      KnownKeys known = new KnownKeys(node, whole.keys.keySet(), advice);
      for (String key : node.keys()) {
        Shape shape = whole.keys.get(key);
        YamlNode value = node.entry(key);
        if (shape == null) {
          problems.add(
              node.locationOf(key),
              "unknown key '" + key + "' in " + whole.what + known.guess(key));
        } else if (value != null) {
          shape.check(value, "'" + key + "'", problems);
        }
      }
      List<String> missing = known.missing(whole.required);
      if (!missing.isEmpty()) {
        problems.add(
            node.location(), whole.what + " needs '" + String.join("' and '", missing) + "'.");
      }
    }

    private String example(YamlNode node) {
      if (required.size() != 1 || !node.isScalar()) {
        return ".";
      }
      String key = required.iterator().next();
      return variants == null
          ? "; did you mean {" + key + ": " + node.text() + "}?"
          : "; write {" + key + ": …} and the keys of that " + key + ".";
    }

    /** This mapping with the keys that the value under the variants' key brings in. */
    private Mapping resolve(YamlNode node) {
      if (variants == null) {
        return this;
      }
      YamlNode chosen = node.find(variants.key());
      String value = variants.otherwise();
      if (chosen != null) {
        value = chosen.isScalar() ? chosen.text() : null;
      }
      Mapping variant = value == null ? null : variants.byValue().get(value);
      if (variant != null) {
        return new Mapping(variant.what, keys, required, null, advice).and(variant);
      }
      // Which keys are right is unknown as long as the variant is: complain about that only.
      Mapping all = new Mapping(what, keys, required, null, advice);
      for (Mapping each : variants.byValue().values()) {
        all = all.with(Free.FREE, each.keys.keySet().toArray(String[]::new));
      }
      return all.and(new Mapping(what, keys, required, null, advice));
    }
  }
}
