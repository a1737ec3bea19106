package org.beammedallion.transforms.sql;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/**
 * Quotes the names of columns in a condition, for many are words of SQL, such as {@code position}
 * and {@code time}, and backticks mean something else to a shell.
 */
final class ColumnQuotes {

  /** What joins conditions is that, also where a column has the name. */
  private static final Set<String> OPERATORS =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "IN",
          "IS",
          "NULL",
          "LIKE",
          "BETWEEN",
          "TRUE",
          "FALSE",
          "UNKNOWN",
          "ESCAPE",
          "DISTINCT",
          "FROM",
          "SYMMETRIC",
          "ASYMMETRIC");

  private ColumnQuotes() {}

  static String add(String condition, Collection<String> columns) {
    StringBuilder quoted = new StringBuilder();
    int at = 0;
    while (at < condition.length()) {
      char c = condition.charAt(at);
      int end = at + 1;
      if (c == '\'' || c == '`' || c == '"') {
        int close = condition.indexOf(c, at + 1);
        end = close < 0 ? condition.length() : close + 1;
        quoted.append(condition, at, end);
      } else if (Character.isJavaIdentifierPart(c)) {
        while (end < condition.length() && Character.isJavaIdentifierPart(condition.charAt(end))) {
          end++;
        }
        String word = condition.substring(at, end);
        boolean column =
            columns.contains(word)
                && !OPERATORS.contains(word.toUpperCase(Locale.ROOT))
                && !beginsLiteral(condition, end);
        quoted.append(column ? "`" + word + "`" : word);
      } else {
        quoted.append(c);
      }
      at = end;
    }
    return quoted.toString();
  }

  /** As {@code DATE} does in {@code DATE '2026-11-05'}. */
  private static boolean beginsLiteral(String condition, int from) {
    int at = from;
    while (at < condition.length() && Character.isWhitespace(condition.charAt(at))) {
      at++;
    }
    return at < condition.length() && condition.charAt(at) == '\'';
  }
}
