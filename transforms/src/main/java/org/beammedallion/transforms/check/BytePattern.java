package org.beammedallion.transforms.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of the simple sort that contracts mostly hold, matched on bytes without
 * looking back: literals and classes of ASCII characters in a row, each repeated some number of
 * times, such as {@code ^o-[0-9]{6}$}. Says exactly what {@link
 * org.beammedallion.quality.rule.EcmaPattern} would. Immutable.
 */
final class BytePattern {

  private final boolean fromStart;
  private final boolean toEnd;
  private final long[] low;
  private final long[] high;
  private final int[] minimum;
  private final int[] maximum;

  private BytePattern(List<Item> items, boolean fromStart, boolean toEnd) {
    this.fromStart = fromStart;
    this.toEnd = toEnd;
    int count = items.size();
    low = new long[count];
    high = new long[count];
    minimum = new int[count];
    maximum = new int[count];
    for (int i = 0; i < count; i++) {
      low[i] = items.get(i).characters.low;
      high[i] = items.get(i).characters.high;
      minimum[i] = items.get(i).minimum;
      maximum[i] = items.get(i).maximum;
    }
  }

  /** The pattern, or null where the regular expression is not of the simple sort. */
  static @Nullable BytePattern compile(String regex) {
    return new Parser(regex).parse();
  }

  boolean matches(byte[] bytes, int start, int end) {
    if (fromStart) {
      return matchesAt(bytes, start, end);
    }
    for (int from = start; from <= end; from++) {
      if (matchesAt(bytes, from, end)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesAt(byte[] bytes, int from, int end) {
    int position = from;
    for (int item = 0; item < low.length; item++) {
      long lowBits = low[item];
      long highBits = high[item];
      int most = maximum[item];
      int count = 0;
      while (count < most && position < end) {
        byte character = bytes[position];
        if (character < 0 || ((character < 64 ? lowBits : highBits) >>> character & 1) == 0) {
          break;
        }
        position++;
        count++;
      }
      if (count < minimum[item]) {
        return false;
      }
    }
    return !toEnd || position == end;
  }

  /** A set of ASCII characters. */
  private static final class Characters {
    private long low;
    private long high;

    void add(int from, int to) {
      for (int c = from; c <= to; c++) {
        if (c < 64) {
          low |= 1L << c;
        } else {
          high |= 1L << c;
        }
      }
    }

    /** Whether it knew the letter as the escape of a class. */
    boolean addEscaped(char letter) {
      if (letter == 'd') {
        add('0', '9');
      } else if (letter == 'w') {
        add('0', '9');
        add('A', 'Z');
        add('a', 'z');
        add('_', '_');
      } else {
        return false;
      }
      return true;
    }

    boolean overlaps(Characters other) {
      return (low & other.low) != 0 || (high & other.high) != 0;
    }
  }

  private record Item(Characters characters, int minimum, int maximum) {}

  private static final class Parser {
    private static final String SPECIAL = "\\^$.|?*+()[]{}";

    private final String regex;
    private int position;

    Parser(String regex) {
      this.regex = regex;
    }

    @Nullable BytePattern parse() {
      boolean fromStart = regex.startsWith("^");
      boolean toEnd = regex.endsWith("$") && !endsWithEscape();
      position = fromStart ? 1 : 0;
      int end = regex.length() - (toEnd ? 1 : 0);
      List<Item> items = new ArrayList<>();
      while (position < end) {
        Characters characters = characters(end);
        Item item = characters == null ? null : repeated(characters, end);
        if (item == null) {
          return null;
        }
        items.add(item);
      }
      return isDeterministic(items) ? new BytePattern(items, fromStart, toEnd) : null;
    }

    private boolean endsWithEscape() {
      int backslashes = 0;
      for (int i = regex.length() - 2; i >= 0 && regex.charAt(i) == '\\'; i--) {
        backslashes++;
      }
      return backslashes % 2 == 1;
    }

    /**
     * Taking as many characters as possible must never be wrong: what follows must not want any of
     * them.
     */
    private static boolean isDeterministic(List<Item> items) {
      for (int i = 0; i < items.size(); i++) {
        Item item = items.get(i);
        boolean reachesFurther = item.minimum != item.maximum;
        for (int j = i + 1; reachesFurther && j < items.size(); j++) {
          if (item.characters.overlaps(items.get(j).characters)) {
            return false;
          }
          reachesFurther = items.get(j).minimum == 0;
        }
      }
      return true;
    }

    private @Nullable Characters characters(int end) {
      char c = regex.charAt(position);
      if (c == '[') {
        return characterClass(end);
      }
      Characters characters = new Characters();
      if (c == '\\') {
        if (position + 1 >= end) {
          return null;
        }
        char escaped = regex.charAt(position + 1);
        position += 2;
        if (characters.addEscaped(escaped)) {
          return characters;
        }
        c = escaped;
        if (!isPunctuation(c)) {
          return null;
        }
      } else if (SPECIAL.indexOf(c) >= 0 || c >= 128) {
        return null;
      } else {
        position++;
      }
      characters.add(c, c);
      return characters;
    }

    private static boolean isPunctuation(char c) {
      return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }

    private @Nullable Characters characterClass(int end) {
      Characters characters = new Characters();
      int at = position + 1;
      if (at < end && (regex.charAt(at) == '^' || regex.charAt(at) == ']')) {
        return null;
      }
      while (at < end && regex.charAt(at) != ']') {
        char from = regex.charAt(at++);
        if (from == '\\') {
          if (at >= end) {
            return null;
          }
          from = regex.charAt(at++);
          if (characters.addEscaped(from)) {
            if (at + 1 < end && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
              return null;
            }
            continue;
          } else if (!isPunctuation(from)) {
            return null;
          }
        }
        char to = from;
        if (at + 1 < end && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
          to = regex.charAt(at + 1);
          at += 2;
          if (to == '\\' || to == '[' || to == '&') {
            return null;
          }
        }
        if (from >= 128 || to >= 128 || from > to) {
          return null;
        }
        characters.add(from, to);
      }
      if (at >= end) {
        return null;
      }
      position = at + 1;
      return characters;
    }

    private @Nullable Item repeated(Characters characters, int end) {
      int minimum = 1;
      int maximum = 1;
      char c = position < end ? regex.charAt(position) : 0;
      if (c == '?' || c == '*' || c == '+') {
        minimum = c == '+' ? 1 : 0;
        maximum = c == '?' ? 1 : Integer.MAX_VALUE;
        position++;
      } else if (c == '{') {
        int close = regex.indexOf('}', position);
        String inside = close < 0 || close >= end ? "" : regex.substring(position + 1, close);
        if (!inside.matches("\\d{1,6}(,(\\d{1,6})?)?")) {
          return null;
        }
        int comma = inside.indexOf(',');
        minimum = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
        maximum =
            comma < 0
                ? minimum
                : comma == inside.length() - 1
                    ? Integer.MAX_VALUE
                    : Integer.parseInt(inside.substring(comma + 1));
        if (maximum < minimum) {
          return null;
        }
        position = close + 1;
      }
      // A second quantifier makes the first reluctant or possessive.
      boolean quantifiedTwice = position < end && "?+*{".indexOf(regex.charAt(position)) >= 0;
      boolean once = minimum == 1 && maximum == 1 && c != '{';
      return quantifiedTwice && !once ? null : new Item(characters, minimum, maximum);
    }
  }
}
