package org.beammedallion.quality.rule;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Sets of characters of ECMA-262 as the text of a class, without its brackets, that means the same
 * to the JDK and to RE2/J. Properties of Unicode are those that the JDK knows: RE2/J's own tables
 * are older.
 */
final class EcmaClasses {

  static final String DIGIT = "0-9";
  static final String NO_DIGIT = "\\x{0}-/:-\\x{10FFFF}";
  static final String WORD = "0-9A-Z_a-z";
  static final String NO_WORD = "\\x{0}-/:-@\\[-\\^`\\{-\\x{10FFFF}";
  static final String SPACE =
      "\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}";
  static final String NO_SPACE =
      "\\x{0}-\\x{8}\\x{E}-\\x{1F}!-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}"
          + "\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";
  static final String ANY = "\\x{0}-\\x{10FFFF}";
  static final String LINE_END = "\\x{A}\\x{D}\\x{2028}\\x{2029}";

  private static final Map<String, Integer> CATEGORIES = categories();

  private static final Map<String, String> LONG_NAMES =
      Map.ofEntries(
          Map.entry("Letter", "L"),
          Map.entry("Uppercase_Letter", "Lu"),
          Map.entry("Lowercase_Letter", "Ll"),
          Map.entry("Titlecase_Letter", "Lt"),
          Map.entry("Modifier_Letter", "Lm"),
          Map.entry("Other_Letter", "Lo"),
          Map.entry("Mark", "M"),
          Map.entry("Number", "N"),
          Map.entry("Decimal_Number", "Nd"),
          Map.entry("Letter_Number", "Nl"),
          Map.entry("Other_Number", "No"),
          Map.entry("Punctuation", "P"),
          Map.entry("Symbol", "S"),
          Map.entry("Currency_Symbol", "Sc"),
          Map.entry("Math_Symbol", "Sm"),
          Map.entry("Separator", "Z"),
          Map.entry("Space_Separator", "Zs"),
          Map.entry("Other", "C"),
          Map.entry("Control", "Cc"),
          Map.entry("Format", "Cf"));

  private EcmaClasses() {}

  /**
   * A property of Unicode.
   *
   * @param jdk what it is called in a class of the JDK's library
   * @param members its characters
   */
  record Property(String jdk, IntPredicate members) {

    /** The members, or all others, as ranges. */
    String ranges(boolean negated) {
      return EcmaClasses.ranges(point -> members.test(point) != negated);
    }
  }

  /** Characters as ranges; halves of surrogate pairs are none. */
  static String ranges(IntPredicate members) {
    StringBuilder ranges = new StringBuilder();
    int from = -1;
    for (int point = 0; point <= Character.MAX_CODE_POINT + 1; point++) {
      boolean in =
          point <= Character.MAX_CODE_POINT
              && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
              && members.test(point);
      if (in && from < 0) {
        from = point;
      } else if (!in && from >= 0) {
        ranges.append(point(from)).append('-').append(point(point - 1));
        from = -1;
      }
    }
    return ranges.toString();
  }

  /** The property that stands in {@code \p{…}}, or null where it is not known. */
  static @Nullable Property property(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? "" : text.substring(0, equals);
    String value = text.substring(equals + 1);
    if (key.equals("Script") || key.equals("sc")) {
      return script(value);
    } else if (!key.isEmpty() && !key.equals("General_Category") && !key.equals("gc")) {
      return null;
    }
    String category = LONG_NAMES.getOrDefault(value, value);
    Integer types = CATEGORIES.get(category);
    if (types != null) {
      int mask = types;
      return new Property(
          "\\p{" + category + "}", point -> (mask >> Character.getType(point) & 1) != 0);
    }
    return key.isEmpty() ? binary(value) : null;
  }

  private static @Nullable Property binary(String name) {
    return switch (name) {
      case "Alphabetic", "Alpha" -> new Property("\\p{IsAlphabetic}", Character::isAlphabetic);
      case "Lowercase", "Lower" -> new Property("\\p{IsLowercase}", Character::isLowerCase);
      case "Uppercase", "Upper" -> new Property("\\p{IsUppercase}", Character::isUpperCase);
      case "Ideographic", "Ideo" -> new Property("\\p{IsIdeographic}", Character::isIdeographic);
      case "ASCII" -> new Property("\\x{0}-\\x{7F}", point -> point < 128);
      case "Any" -> new Property(ANY, point -> true);
      default -> null;
    };
  }

  private static @Nullable Property script(String name) {
    try {
      UnicodeScript script = UnicodeScript.forName(name);
      return new Property(
          "\\p{Is" + name.toUpperCase(Locale.ROOT) + "}",
          point -> UnicodeScript.of(point) == script);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Map<String, Integer> categories() {
    Map<String, Integer> masks = new HashMap<>();
    add(masks, "Lu", Character.UPPERCASE_LETTER);
    add(masks, "Ll", Character.LOWERCASE_LETTER);
    add(masks, "Lt", Character.TITLECASE_LETTER);
    add(masks, "Lm", Character.MODIFIER_LETTER);
    add(masks, "Lo", Character.OTHER_LETTER);
    add(masks, "Mn", Character.NON_SPACING_MARK);
    add(masks, "Me", Character.ENCLOSING_MARK);
    add(masks, "Mc", Character.COMBINING_SPACING_MARK);
    add(masks, "Nd", Character.DECIMAL_DIGIT_NUMBER);
    add(masks, "Nl", Character.LETTER_NUMBER);
    add(masks, "No", Character.OTHER_NUMBER);
    add(masks, "Zs", Character.SPACE_SEPARATOR);
    add(masks, "Zl", Character.LINE_SEPARATOR);
    add(masks, "Zp", Character.PARAGRAPH_SEPARATOR);
    add(masks, "Cc", Character.CONTROL);
    add(masks, "Cf", Character.FORMAT);
    add(masks, "Co", Character.PRIVATE_USE);
    add(masks, "Cs", Character.SURROGATE);
    add(masks, "Cn", Character.UNASSIGNED);
    add(masks, "Pd", Character.DASH_PUNCTUATION);
    add(masks, "Ps", Character.START_PUNCTUATION);
    add(masks, "Pe", Character.END_PUNCTUATION);
    add(masks, "Pc", Character.CONNECTOR_PUNCTUATION);
    add(masks, "Po", Character.OTHER_PUNCTUATION);
    add(masks, "Pi", Character.INITIAL_QUOTE_PUNCTUATION);
    add(masks, "Pf", Character.FINAL_QUOTE_PUNCTUATION);
    add(masks, "Sm", Character.MATH_SYMBOL);
    add(masks, "Sc", Character.CURRENCY_SYMBOL);
    add(masks, "Sk", Character.MODIFIER_SYMBOL);
    add(masks, "So", Character.OTHER_SYMBOL);
    return Map.copyOf(masks);
  }

  /** Adds a category, and to the one that its first letter names. */
  private static void add(Map<String, Integer> masks, String name, byte type) {
    masks.put(name, 1 << type);
    masks.merge(name.substring(0, 1), 1 << type, (one, other) -> one | other);
  }

  /** A character inside a class. */
  static String point(int point) {
    return "\\x{" + Integer.toHexString(point).toUpperCase(Locale.ROOT) + "}";
  }
}
