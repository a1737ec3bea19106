package org.beammedallion.quality.rule;

import java.util.BitSet;

/**
 * Classes of characters that hold each character in all its cases. RE2/J would add them itself, but
 * its tables are of an older Unicode than the JDK's, of which it asks the other cases: from some
 * letters (U+1C80, for one) it never comes back.
 */
final class CaseClosure {

  private static final int ASCII = 128;
  private static final int DOTTED_CAPITAL_I = 0x130;
  private static final int DOTLESS_I = 0x131;

  private CaseClosure() {}

  /**
   * What stands for a class or a character in a pattern of RE2/J that ignores case: the class of
   * all cases, where the letters are not of ASCII, else the text as it is.
   *
   * @param atom a class as {@link EcmaClasses} writes it, with its brackets, negated or not; a
   *     character; or what is neither
   */
  static String of(String atom) {
    if (atom.startsWith("\\x{")) {
      return pointAt(atom, 0) < ASCII ? atom : ofClass("[" + atom + "]");
    }
    return atom.startsWith("[") && members(atom, 1).length() > ASCII ? ofClass(atom) : atom;
  }

  private static String ofClass(String text) {
    boolean negated = text.startsWith("[^");
    BitSet folded = new BitSet();
    members(text, negated ? 2 : 1).stream().map(CaseClosure::fold).forEach(folded::set);
    String ranges = EcmaClasses.ranges(point -> folded.get(fold(point)) != negated);
    return ranges.isEmpty() ? EcmaTranslator.NOTHING : "(?-i:[" + ranges + "])";
  }

  private static BitSet members(String text, int begin) {
    BitSet members = new BitSet();
    int end = text.length() - 1;
    int at = begin;
    while (at < end) {
      int from = pointAt(text, at);
      at = next(text, at);
      int to = from;
      if (text.charAt(at) == '-' && at + 1 < end) {
        to = pointAt(text, at + 1);
        at = next(text, at + 1);
      }
      members.set(from, to + 1);
    }
    return members;
  }

  private static int pointAt(String text, int at) {
    if (text.charAt(at) != '\\') {
      return text.codePointAt(at);
    }
    return text.startsWith("\\x{", at)
        ? Integer.parseInt(text.substring(at + 3, text.indexOf('}', at)), 16)
        : text.codePointAt(at + 1);
  }

  private static int next(String text, int at) {
    if (text.charAt(at) != '\\') {
      return at + Character.charCount(text.codePointAt(at));
    }
    return text.startsWith("\\x{", at)
        ? text.indexOf('}', at) + 1
        : at + 1 + Character.charCount(text.codePointAt(at + 1));
  }

  /** One character for all cases of a letter, by simple case folding. */
  private static int fold(int point) {
    // Turkish alone knows other cases of these.
    return point == DOTTED_CAPITAL_I || point == DOTLESS_I
        ? point
        : Character.toLowerCase(Character.toUpperCase(point));
  }
}
