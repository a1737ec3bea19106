package org.beammedallion.quality.rule;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Regular expressions as contracts write them (ECMA-262), for {@link Pattern}. The dialects agree
 * but for a few places: {@code $} is the very end of the text, also before a line break, and inside
 * a class neither {@code [} nor {@code &&} means anything.
 */
public final class EcmaPattern {

  private EcmaPattern() {}

  /**
   * The pattern that means the same to Java.
   *
   * @throws PatternSyntaxException where it is no regular expression
   */
  public static Pattern compile(String regex) {
    return Pattern.compile(translate(regex));
  }

  private static String translate(String regex) {
    StringBuilder java = new StringBuilder(regex.length() + 8);
    boolean inClass = false;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\' && i + 1 < regex.length()) {
        java.append(c).append(regex.charAt(++i));
      } else if (inClass) {
        if (c == '[' || c == '&') {
          java.append('\\');
        }
        java.append(c);
        inClass = c != ']';
      } else if (c == '$') {
        java.append("\\z");
      } else {
        java.append(c);
        inClass = c == '[';
      }
    }
    return java.toString();
  }
}
