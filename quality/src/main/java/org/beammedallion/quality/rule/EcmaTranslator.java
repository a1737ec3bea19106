package org.beammedallion.quality.rule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.beammedallion.quality.rule.EcmaClasses.Property;
import org.beammedallion.quality.rule.EcmaTranslation.Case;

/**
 * Reads a regular expression of ECMA-262 and writes it for the JDK's library and for RE2/J, so that
 * both give what ECMA-262 says. What the standard does not have is refused, also where a library
 * has it. Used once.
 */
final class EcmaTranslator {

  /** A bounded repetition up to this is no deep recursion. */
  private static final int FEW = 16;

  private static final int MAX_DEPTH = 50;

  private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7F]|\\\\[uxpP]");

  static final String NOTHING = "[^\\x{0}-\\x{10FFFF}]";

  /** The JDK of Java 17 takes every letter of Unicode for a part of a word. */
  private static final String WORD_BEFORE = "(?<=[" + EcmaClasses.WORD + "])";

  private static final String WORD_AFTER = "(?=[" + EcmaClasses.WORD + "])";
  private static final String NO_WORD_BEFORE = "(?<![" + EcmaClasses.WORD + "])";
  private static final String NO_WORD_AFTER = "(?![" + EcmaClasses.WORD + "])";

  private final String regex;
  private final EcmaEscapes escapes;
  private final StringBuilder backtracking = new StringBuilder();
  private final StringBuilder linear = new StringBuilder();
  private final Deque<Group> open = new ArrayDeque<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Set<Integer> taken = new HashSet<>();
  private int at;
  private int groups;
  private boolean alternatives;
  private boolean refersBack;
  private boolean quantifiable;
  private boolean looksAround;
  private boolean repeatsGroups;
  private boolean ignoresCase;

  EcmaTranslator(String regex) {
    this.regex = regex;
    escapes = new EcmaEscapes(regex);
  }

  /**
   * @param number of a group that captures, else 0
   */
  private record Group(int number, boolean looksAround) {}

  EcmaTranslation translate() {
    if (regex.startsWith("(?i)")) {
      ignoresCase = true;
      backtracking.append("(?i)");
      linear.append("(?i)");
      at = 4;
    }
    while (at < regex.length()) {
      step(regex.codePointAt(at));
    }
    if (!open.isEmpty()) {
      throw failed("unclosed group");
    }
    if (refersBack && alternatives) {
      throw uncertain();
    }
    boolean needsBacktracking = looksAround || refersBack;
    if (needsBacktracking && ignoresCase) {
      throw failed(
          "(?i) cannot be combined with (?=, (?!, (?<=, (?<! or a backreference; write classes such as"
              + " [aA]");
    }
    return new EcmaTranslation(
        backtracking.toString(),
        linear.toString(),
        needsBacktracking,
        repeatsGroups,
        !ignoresCase
            ? Case.MATTERS
            : BEYOND_ASCII.matcher(regex).find() ? Case.IGNORED : Case.IGNORED_IN_ASCII);
  }

  private void step(int c) {
    switch (c) {
      case '\\' -> escape();
      case '[' -> characterClass();
      case '(' -> openGroup();
      case ')' -> closeGroup();
      case '|' -> {
        at++;
        alternatives |= open.isEmpty();
        assertion("|", "|");
      }
      case '^' -> {
        at++;
        assertion("^", "^");
      }
      case '$' -> {
        at++;
        assertion("\\z", "\\z");
      }
      case '.' -> {
        at++;
        atom("[^" + EcmaClasses.LINE_END + "]");
      }
      case '*', '+', '?', '{' -> quantifier(false);
      default -> {
        at += Character.charCount(c);
        atom(EcmaClasses.point(c));
      }
    }
  }

  private void atom(String both) {
    atom(both, both);
  }

  private void atom(String jdk, String re2) {
    backtracking.append(jdk);
    linear.append(ignoresCase ? CaseClosure.of(re2) : re2);
    quantifiable = true;
  }

  private void assertion(String jdk, String re2) {
    atom(jdk, re2);
    quantifiable = false;
  }

  private void openGroup() {
    if (open.size() == MAX_DEPTH) {
      throw failed("groups are nested more than " + MAX_DEPTH + " deep");
    }
    if (!regex.startsWith("(?", at)) {
      at++;
      push(new Group(++groups, false), "(", "(?:");
    } else if (regex.startsWith("(?:", at)) {
      at += 3;
      push(new Group(0, false), "(?:", "(?:");
    } else if (regex.startsWith("(?=", at) || regex.startsWith("(?!", at)) {
      push(new Group(0, true), regex.substring(at, at + 3), "");
      at += 3;
    } else if (regex.startsWith("(?<=", at) || regex.startsWith("(?<!", at)) {
      push(new Group(0, true), regex.substring(at, at + 4), "");
      at += 4;
    } else if (regex.startsWith("(?<", at)) {
      int end = regex.indexOf('>', at);
      if (end < 0 || !regex.substring(at + 3, end).matches("[\\p{L}_$][\\p{L}\\p{N}_$]*")) {
        throw failed("(?<name> needs a name");
      }
      if (names.put(regex.substring(at + 3, end), ++groups) != null) {
        throw failed("two groups have the same name");
      }
      at = end + 1;
      push(new Group(groups, false), "(", "(?:");
    } else if (regex.startsWith("(?i", at)) {
      throw failed("(?i) is only allowed at the beginning of a pattern, for all of it");
    } else {
      throw failed(
          "'"
              + regex.substring(at, Math.min(regex.length(), at + 3))
              + "' is not of ECMA-262, which has (?:, (?<name>, (?=, (?!, (?<= and (?<!");
    }
  }

  private void push(Group group, String jdk, String re2) {
    looksAround |= group.looksAround();
    open.push(group);
    assertion(jdk, re2);
  }

  private void closeGroup() {
    Group group = open.poll();
    if (group == null) {
      throw failed("a ')' closes no group; write \\)");
    }
    at++;
    atom(")");
    if (group.looksAround()) {
      quantifiable = false;
    } else if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      quantifier(true);
    } else if (open.isEmpty()) {
      taken.add(group.number());
    }
  }

  private void quantifier(boolean ofGroup) {
    int from = at;
    char kind = regex.charAt(at++);
    int most = kind == '?' ? 1 : Integer.MAX_VALUE;
    if (kind == '{') {
      int end = regex.indexOf('}', at);
      String counts = end < 0 ? "" : regex.substring(at, end);
      if (!counts.matches("[0-9]{1,5}(,([0-9]{1,5})?)?")) {
        throw failed("'{' begins no count such as {2}, {2,} or {2,4}; write \\{");
      }
      String[] bounds = counts.split(",", -1);
      String last = bounds[bounds.length - 1];
      most = last.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(last);
      if (most < Integer.parseInt(bounds[0])) {
        throw failed("{" + counts + "} has its bounds in the wrong order");
      }
      at = end + 1;
    }
    if (!quantifiable) {
      throw failed(
          "nothing stands before '" + regex.substring(from, at) + "' that it could repeat");
    }
    repeatsGroups |= ofGroup && most > FEW;
    if (at < regex.length() && regex.charAt(at) == '?') {
      at++;
    } else if (at < regex.length() && regex.charAt(at) == '+') {
      throw failed(
          "'"
              + regex.substring(from, at + 1)
              + "' takes all or nothing, which ECMA-262 does not have");
    }
    assertion(regex.substring(from, at), regex.substring(from, at));
  }

  private void escape() {
    char c = escapes.letter(at);
    switch (c) {
      case 'd' -> shorthand(EcmaClasses.DIGIT);
      case 'D' -> shorthand(EcmaClasses.NO_DIGIT);
      case 'w' -> shorthand(EcmaClasses.WORD);
      case 'W' -> shorthand(EcmaClasses.NO_WORD);
      case 's' -> shorthand(EcmaClasses.SPACE);
      case 'S' -> shorthand(EcmaClasses.NO_SPACE);
      case 'b' -> {
        at += 2;
        assertion(
            "(?:" + WORD_BEFORE + NO_WORD_AFTER + "|" + NO_WORD_BEFORE + WORD_AFTER + ")", "\\b");
      }
      case 'B' -> {
        at += 2;
        assertion(
            "(?:" + WORD_BEFORE + WORD_AFTER + "|" + NO_WORD_BEFORE + NO_WORD_AFTER + ")", "\\B");
      }
      case 'p', 'P' -> {
        Property property = escapes.property(at);
        at = escapes.end();
        String ranges = property.ranges(c == 'P');
        atom(
            ranges.isEmpty() ? NOTHING : "[" + jdk(property, c == 'P') + "]",
            ranges.isEmpty() ? NOTHING : "[" + ranges + "]");
      }
      case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> reference();
      default -> {
        int point = escapes.point(at);
        at = escapes.end();
        atom(EcmaClasses.point(point));
      }
    }
  }

  private void shorthand(String characters) {
    at += 2;
    atom("[" + characters + "]");
  }

  private static String jdk(Property property, boolean negated) {
    return !negated
        ? property.jdk()
        : property.jdk().startsWith("\\p")
            ? "\\P" + property.jdk().substring(2)
            : property.ranges(true);
  }

  private void reference() {
    int from = at + 1;
    Integer number;
    if (regex.startsWith("k<", from) && regex.indexOf('>', from) > 0) {
      at = regex.indexOf('>', from) + 1;
      number = names.get(regex.substring(from + 2, at - 1));
    } else {
      at = from;
      while (at < regex.length() && Character.digit(regex.charAt(at), 10) >= 0 && at < from + 4) {
        at++;
      }
      number = at == from ? null : Integer.valueOf(regex.substring(from, at));
    }
    if (number == null || number > groups) {
      throw failed("a backreference refers to no group before it");
    }
    if (!taken.contains(number)) {
      throw uncertain();
    }
    refersBack = true;
    atom("(?:\\" + number + ")", "");
  }

  private void characterClass() {
    at++;
    boolean negated = regex.startsWith("^", at);
    at += negated ? 1 : 0;
    StringBuilder jdk = new StringBuilder();
    StringBuilder re2 = new StringBuilder();
    while (at < regex.length() && regex.charAt(at) != ']') {
      if (!classEscape(jdk, re2)) {
        int from = escapes.point(at);
        at = escapes.end();
        String range = EcmaClasses.point(from);
        if (regex.startsWith("-", at) && at + 1 < regex.length() && regex.charAt(at + 1) != ']') {
          int to = escapes.point(at + 1);
          at = escapes.end();
          if (to < from) {
            throw failed("a range of characters has its ends in the wrong order");
          }
          range += "-" + EcmaClasses.point(to);
        }
        jdk.append(range);
        re2.append(range);
      }
    }
    if (at >= regex.length()) {
      throw failed("a '[' is not closed; write \\[ for the character");
    }
    at++;
    if (re2.isEmpty()) {
      atom(negated ? "[" + EcmaClasses.ANY + "]" : NOTHING);
    } else {
      String begin = negated ? "[^" : "[";
      atom(begin + jdk + "]", begin + re2 + "]");
    }
  }

  /** Whether a set of characters stands here; then it is taken. */
  private boolean classEscape(StringBuilder jdk, StringBuilder re2) {
    if (regex.charAt(at) != '\\') {
      return false;
    }
    char c = escapes.letter(at);
    String set =
        switch (c) {
          case 'd' -> EcmaClasses.DIGIT;
          case 'D' -> EcmaClasses.NO_DIGIT;
          case 'w' -> EcmaClasses.WORD;
          case 'W' -> EcmaClasses.NO_WORD;
          case 's' -> EcmaClasses.SPACE;
          case 'S' -> EcmaClasses.NO_SPACE;
          default -> "";
        };
    if (!set.isEmpty()) {
      at += 2;
      jdk.append(set);
      re2.append(set);
    } else if (c == 'p' || c == 'P') {
      Property property = escapes.property(at);
      at = escapes.end();
      jdk.append(jdk(property, c == 'P'));
      re2.append(property.ranges(c == 'P'));
    } else {
      return false;
    }
    if (regex.startsWith("-", at) && at + 1 < regex.length() && regex.charAt(at + 1) != ']') {
      throw failed("a range cannot begin with a set of characters; write \\- for the character");
    }
    return true;
  }

  private PatternSyntaxException uncertain() {
    return failed(
        "a backreference must refer to a group that always takes part in the match; libraries"
            + " differ in the others");
  }

  private PatternSyntaxException failed(String why) {
    return EcmaEscapes.failed(why, regex);
  }
}
