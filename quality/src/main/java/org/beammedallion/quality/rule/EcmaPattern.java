package org.beammedallion.quality.rule;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression as contracts write it: ECMA-262 with its flag {@code u}, matched somewhere
 * in a text. Immutable.
 *
 * <p>It is kept for two libraries, and says the same to both: the JDK's, which is fast, but takes
 * stack for each repetition of a group and can take exponential time; and RE2/J, which is slower
 * and takes time that grows with the text alone.
 */
public final class EcmaPattern {

  private final String regex;
  private final Pattern backtracking;
  private final com.google.re2j.@Nullable Pattern linear;
  private final EcmaTranslation translation;

  private EcmaPattern(String regex, EcmaTranslation translation) {
    this.regex = regex;
    this.translation = translation;
    backtracking = Pattern.compile(translation.backtracking());
    linear = translation.needsBacktracking() ? null : linear(translation.linear());
  }

  /**
   * @throws PatternSyntaxException where it is no regular expression of ECMA-262, or one that may
   *     need more stack or time than there is; says why and what to write
   */
  public static EcmaPattern compile(String regex) {
    EcmaPattern pattern = new EcmaPattern(regex, new EcmaTranslator(regex).translate());
    if (pattern.linear == null && pattern.translation.repeatsGroups()) {
      throw new PatternSyntaxException(
          pattern.translation.needsBacktracking()
              ? "A group that is repeated cannot be combined with (?=, (?!, (?<=, (?<! or a"
                  + " backreference: matching could take more stack than there is. Repeat a"
                  + " single character or a class, or make two checks of it"
              : "The pattern is too large to match in linear time: a group that is repeated has at"
                  + " most 1000 repetitions",
          regex,
          -1);
    }
    return pattern;
  }

  /** Null where RE2/J cannot hold it: it takes at most 1000 repetitions. */
  private static com.google.re2j.@Nullable Pattern linear(String translated) {
    try {
      return com.google.re2j.Pattern.compile(translated);
    } catch (com.google.re2j.PatternSyntaxException e) {
      return null;
    }
  }

  /** A matcher for one thread. */
  public EcmaMatcher matcher() {
    return new EcmaMatcher(backtracking, linear, translation);
  }

  /** As it was written. */
  @Override
  public String toString() {
    return regex;
  }
}
