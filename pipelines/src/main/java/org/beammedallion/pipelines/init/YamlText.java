package org.beammedallion.pipelines.init;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes texts as YAML. */
final class YamlText {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_/.$][A-Za-z0-9_./$ -]*[A-Za-z0-9_]|[A-Za-z_]");

  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~");

  private YamlText() {}

  /** A text as a scalar, in quotes where it would be something else without. */
  static String of(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c == '\t') {
        quoted.append("\\t");
      } else if (c < ' ' || c == 0x7F) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** A text as part of a comment. */
  static String comment(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
